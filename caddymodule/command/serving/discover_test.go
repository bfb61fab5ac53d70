package serving

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// flagged is a server of a command line.
func flagged(t *testing.T, args ...string) *Server {
	t.Helper()
	s := &Server{}
	flags := pflag.NewFlagSet("workos", pflag.ContinueOnError)
	s.AddFlags(flags, DefaultListen)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return s
}

// inFolder makes a folder with files the working folder. An empty text is a folder.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		parent := filepath.Dir(name)
		if text == "" {
			parent = name
		}
		if err := os.MkdirAll(parent, 0o700); err != nil {
			t.Fatal(err)
		}
		if text == "" {
			continue
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSeedIsFound in the order of the names, unless a flag names one.
func TestSeedIsFound(t *testing.T) {
	const some = "organizations: []\n"
	for name, test := range map[string]struct {
		files  []string
		args   []string
		want   string
		others []string
	}{
		"nothing":         {},
		"seed.yaml":       {files: []string{"seed.yaml"}, want: "seed.yaml"},
		"JSON":            {files: []string{"workos-emulate.config.json"}, want: "workos-emulate.config.json"},
		"yml":             {files: []string{"seed.yaml", "workos-emulate.config.yml"}, want: "workos-emulate.config.yml", others: []string{"seed.yaml"}},
		"all":             {files: SeedNames, want: "workos-emulate.config.yaml", others: SeedNames[1:]},
		"another name":    {files: []string{"seed.yml", "seed.json", "config.yaml"}},
		"a flag":          {files: []string{"seed.yaml", "other.yaml"}, args: []string{"-s", "other.yaml"}, want: "other.yaml"},
		"an empty flag":   {files: []string{"seed.yaml"}, args: []string{"--seed="}},
		"a folder":        {files: []string{"seed.yaml/x"}},
		"with other args": {files: []string{"seed.yaml"}, args: []string{"-p", "0", "--issuer", "https://x"}, want: "seed.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for _, file := range test.files {
				files[file] = some
				if strings.HasSuffix(file, ".json") {
					files[file] = `{"organizations": []}`
				}
			}
			inFolder(t, files)
			running, err := flagged(t, test.args...).Prepare()
			if err != nil {
				t.Fatal(err)
			}
			if running.Site.Seed != test.want || !slices.Equal(running.Found.OtherSeeds, test.others) {
				t.Errorf("the seed is %q beside %q, want %q beside %q", running.Site.Seed, running.Found.OtherSeeds, test.want, test.others)
			}
			if found := test.want != "" && test.args == nil; (running.Found.Seed != "") != found && name != "with other args" {
				t.Errorf("it was found: %q", running.Found.Seed)
			}
		})
	}
}

// TestASeedThatIsFoundIsCheckedLikeOneThatIsGiven.
func TestASeedThatIsFoundIsCheckedLikeOneThatIsGiven(t *testing.T) {
	inFolder(t, map[string]string{"seed.yaml": "organisations: []\n"})
	if _, err := flagged(t).Prepare(); err == nil || !strings.Contains(err.Error(), "seed.yaml:1:1: organisations: unknown field") {
		t.Errorf("it says %v", err)
	}
}

// TestAMissingSeedIsToldWithTheNamesThatAreLookedFor.
func TestAMissingSeedIsToldWithTheNamesThatAreLookedFor(t *testing.T) {
	inFolder(t, nil)
	_, err := flagged(t, "--seed", "sead.yaml").Prepare()
	for _, want := range []string{"--seed: ", "sead.yaml", "workos-emulate.config.yaml, .yml or .json, or seed.yaml"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it says %v\nwant %q in it", err, want)
		}
	}
}

// TestFixturesAreFound where they are ours, and where no flag says who answers.
func TestFixturesAreFound(t *testing.T) {
	const recorded = `{"request": {"method": "GET", "path": "/connections"}, "responses": [{"status": 200, "body": {}}]}`
	for name, test := range map[string]struct {
		files map[string]string
		args  []string
		want  string
	}{
		"ours":                   {files: map[string]string{"fixtures/GET/connections.json": recorded}, want: "./fixtures"},
		"deeper":                 {files: map[string]string{"fixtures/GET/a/b/c.json": recorded}, want: "./fixtures"},
		"with others":            {files: map[string]string{"fixtures/users.json": "[]", "fixtures/GET/x.json": "{}", "fixtures/GET/y.json": recorded}, want: "./fixtures"},
		"an empty folder":        {files: map[string]string{"fixtures": ""}},
		"of another program":     {files: map[string]string{"fixtures/users.json": recorded, "fixtures/api/users.json": recorded}},
		"of the method's folder": {files: map[string]string{"fixtures/POST/connections.json": recorded}},
		"no fixtures":            {files: map[string]string{"fixtures/GET/x.json": "{}", "fixtures/GET/y.txt": recorded}},
		"a file":                 {files: map[string]string{"fixtures": "x"}},
		"an upstream":            {files: map[string]string{"fixtures/GET/c.json": recorded}, args: []string{"--upstream", "https://api.workos.com"}},
		"an AuthKit domain":      {files: map[string]string{"fixtures/GET/c.json": recorded}, args: []string{"--authkit", "https://x.authkit.app"}},
		"an empty flag":          {files: map[string]string{"fixtures/GET/c.json": recorded}, args: []string{"--fixtures="}},
		"other fixtures": {
			files: map[string]string{"fixtures/GET/c.json": recorded, "other/GET/c.json": recorded}, args: []string{"--fixtures", "other", "--mode", "replay"}, want: "other",
		},
	} {
		t.Run(name, func(t *testing.T) {
			inFolder(t, test.files)
			running, err := flagged(t, test.args...).Prepare()
			if err != nil {
				t.Fatal(err)
			}
			if running.Site.Fixtures != test.want {
				t.Errorf("the fixtures are %q, want %q", running.Site.Fixtures, test.want)
			}
			if wantMode := map[bool]string{true: "replay"}[test.want != ""]; running.Site.Mode != wantMode || running.Found.Fixtures != (test.want == fixturesFolder) {
				t.Errorf("the mode is %q, and they were found: %t", running.Site.Mode, running.Found.Fixtures)
			}
		})
	}
}

// TestPortAndListen say where it listens, one of them at a time.
func TestPortAndListen(t *testing.T) {
	inFolder(t, nil)
	for want, args := range map[string][]string{
		"http://localhost:4100": nil,
		"http://localhost:4200": {"-p", "4200"},
		"http://localhost:0":    {"--port", "0"},
		"http://127.0.0.1:4300": {"-l", "127.0.0.1:4300"},
	} {
		if running, err := flagged(t, args...).Prepare(); err != nil || running.BaseURL != want {
			t.Errorf("%v: %v, %v, want %s", args, running, err, want)
		}
	}
	if _, err := flagged(t, "-p", "4200", "--listen", "localhost:4100").Prepare(); err == nil || !strings.Contains(err.Error(), "--port and --listen") {
		t.Errorf("both at once: %v", err)
	}
	for _, port := range []string{"-1", "65536", "x", "4100x", ""} {
		flags := pflag.NewFlagSet("workos", pflag.ContinueOnError)
		(&Server{}).AddFlags(flags, DefaultListen)
		if err := flags.Parse([]string{"--port=" + port}); err == nil {
			t.Errorf("%q is a port", port)
		}
	}
}

// TestFollowed are the files of which an edit changes what is served.
func TestFollowed(t *testing.T) {
	const recorded = `{"request": {"method": "GET", "path": "/connections"}, "responses": [{"status": 200, "body": {}}]}`
	files := map[string]string{"seed.yaml": "organizations: []\n", "fixtures/GET/c.json": recorded}
	t.Setenv("SEED_OF_THE_TEST", "seed.yaml")
	for name, test := range map[string]struct {
		args []string
		bare bool
		want []string
	}{
		"what was found":  {want: []string{"seed.yaml", "./fixtures"}},
		"nothing yet":     {bare: true, want: SeedNames},
		"no seed":         {bare: true, args: []string{"--seed="}},
		"a placeholder":   {args: []string{"--seed", "{env.SEED_OF_THE_TEST}", "--fixtures="}, want: []string{"{env.SEED_OF_THE_TEST}"}},
		"while recording": {args: []string{"--fixtures", "fixtures", "--mode", "once", "--upstream", "https://api.workos.com"}, want: []string{"seed.yaml"}},
		"a stored key":    {args: []string{"--signing-key", "storage", "--fixtures="}, want: []string{"seed.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			given := files
			if test.bare {
				given = nil
			}
			inFolder(t, given)
			running, err := flagged(t, test.args...).Prepare()
			if err != nil {
				t.Fatal(err)
			}
			followed, err := running.Followed()
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, f := range followed {
				names = append(names, f.Name)
				if !filepath.IsAbs(f.Path) {
					t.Errorf("the path of %s is %s", f.Name, f.Path)
				}
			}
			if !slices.Equal(names, test.want) {
				t.Errorf("it follows %q, want %q", names, test.want)
			}
		})
	}
}

// TestTakenErrorSaysWhatToDo.
func TestTakenErrorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	on, err := parseListening("127.0.0.1:4100")
	if err != nil {
		t.Fatal(err)
	}
	for flag, wanted := range map[string][]string{
		"--listen": {"127.0.0.1:4100: address already in use", "lsof -nP -iTCP:4100", "--listen", "--port"}, "--admin": {"--admin"},
	} {
		said := (&takenError{on.NetworkAddress, flag}).Error()
		for _, want := range wanted {
			if want == "lsof -nP -iTCP:4100" && os.PathSeparator == '\\' {
				want = "netstat -ano"
			}
			if !strings.Contains(said, want) {
				t.Errorf("it says %s\nwant %q in it", said, want)
			}
		}
		if flag == "--admin" && strings.Contains(said, "--port") {
			t.Errorf("it says %s", said)
		}
	}
	if said := whoListens(on.NetworkAddress, "windows"); said != "netstat -ano | findstr :4100 shows which it is" {
		t.Errorf("on Windows: %s", said)
	}
}

// TestNoReloadAfterTheEnd: it would serve again.
func TestNoReloadAfterTheEnd(t *testing.T) {
	t.Chdir(t.TempDir())
	running, err := flagged(t).Prepare()
	if err != nil {
		t.Fatal(err)
	}
	if err := running.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := running.Reload(); !errors.Is(err, ErrStopped) {
		t.Errorf("it says %v", err)
	}
}
