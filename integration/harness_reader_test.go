package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// reader is somebody who does what a page says.
type reader struct {
	t    *testing.T
	page markdown
	top  string // the folder that all the others are in
	env  []string

	folder      string // where the page says that its commands run
	port, admin int    // of the server that was started last
	server      *process
	printed     func() string // by the command that was run last
	unfinished  bool          // it is a server
}

// published is where README says that the project is.
const published = "https://github.com/caddy-workos/caddy-workos"

func newReader(t *testing.T, page markdown) *reader {
	t.Helper()
	r := &reader{t: t, page: page, top: t.TempDir(), port: 4100, admin: 2019}
	tools := filepath.Join(r.top, "tools")
	if err := os.Mkdir(tools, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(binary, filepath.Join(tools, "caddy")); err != nil {
		t.Fatal(err)
	}
	project, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "WORKOS_") {
			r.env = append(r.env, variable)
		}
	}
	r.env = append(r.env,
		"PATH="+tools+string(filepath.ListSeparator)+os.Getenv("PATH"),
		"XDG_CONFIG_HOME="+filepath.Join(r.top, "config"), "XDG_DATA_HOME="+filepath.Join(r.top, "data"),
		// A clone is one of this project. What is built in it has been built for the tests already, as the container's build does it.
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url."+project+".insteadOf", "GIT_CONFIG_VALUE_0="+published,
		"GOFLAGS=-mod=readonly -trimpath -tags=nobadger,nomysql,nopgx -ldflags=-s", "CGO_ENABLED=0", "GOWORK=off",
		"npm_config_prefer_offline=true", "NO_COLOR=1",
	)
	return r
}

// The words by which a page says where its commands run.
var folders = []struct {
	says *regexp.Regexp
	is   func(r *reader) string
}{
	{regexp.MustCompile(`in the top folder of a checkout`), func(r *reader) string { return r.checkout() }},
	{regexp.MustCompile(`[Cc]ommands run in this folder`), func(r *reader) string {
		return filepath.Join(r.checkout(), filepath.Dir(r.page.path))
	}},
	{regexp.MustCompile("in a folder of your own"), func(r *reader) string { return r.own() }},
}

// where returns the folder that the page's next command runs in.
func (r *reader) where() string {
	r.t.Helper()
	if r.folder != "" {
		return r.folder
	}
	if slices.ContainsFunc(r.page.code, func(b codeBlock) bool { return strings.HasPrefix(b.text, "git clone "+published) }) {
		r.folder = r.top
		return r.folder
	}
	prose := strings.Join(strings.Fields(r.page.prose), " ")
	for _, folder := range folders {
		if folder.says.MatchString(prose) {
			r.folder = folder.is(r)
			return r.folder
		}
	}
	words := make([]string, len(folders))
	for i, folder := range folders {
		words[i] = folder.says.String()
	}
	r.t.Fatalf("%s shows commands, and does not say in which folder they run: its text has to match one of %q", r.page.path, words)
	return ""
}

// checkout makes a clone of the project, with what is not committed yet.
func (r *reader) checkout() string {
	r.t.Helper()
	clone := filepath.Join(r.top, "caddy-workos")
	if !exists(clone) {
		git := exec.Command("git", "clone", "--quiet", published, clone)
		git.Env = r.env
		if said, err := git.CombinedOutput(); err != nil {
			r.t.Fatalf("git clone: %v\n%s", err, said)
		}
		r.complete(clone)
	}
	return clone
}

// complete puts what is not committed yet into a clone.
func (r *reader) complete(clone string) {
	r.t.Helper()
	for _, name := range r.tracked("--cached", "--others", "--exclude-standard") {
		text, err := os.ReadFile(filepath.Join("..", name))
		if os.IsNotExist(err) {
			_ = os.Remove(filepath.Join(clone, name))
			continue
		}
		to := filepath.Join(clone, name)
		if was, e := os.ReadFile(to); e == nil && string(was) == string(text) {
			continue
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o700)
		}
		if err == nil {
			err = os.WriteFile(to, text, 0o700)
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
}

// tracked are the files that git knows.
func (r *reader) tracked(which ...string) []string {
	r.t.Helper()
	git := exec.Command("git", append([]string{"ls-files", "-z"}, which...)...)
	git.Dir = ".."
	names, err := git.Output()
	if err != nil {
		r.t.Fatalf("git ls-files: %v", err)
	}
	return strings.FieldsFunc(string(names), func(c rune) bool { return c == 0 })
}

// own makes a folder as a project of the reader's may be: a seed, fixtures, a Caddyfile and an archive of a browser.
func (r *reader) own() string {
	r.t.Helper()
	folder := filepath.Join(r.top, "own")
	if exists(folder) {
		return folder
	}
	if err := os.MkdirAll(filepath.Join(folder, "testdata"), 0o700); err != nil {
		r.t.Fatal(err)
	}
	for _, at := range []string{"seed.yaml", "testdata/seed.yaml"} {
		text, err := os.ReadFile("../seed.example.yaml")
		if err != nil {
			r.t.Fatal(err)
		}
		write(r.t, filepath.Join(folder, at), string(text))
	}
	for _, at := range []string{"fixtures", "testdata/workos"} {
		copyFolder(r.t, "../fixtures.example", filepath.Join(folder, at))
	}
	for name, at := range map[string]string{"login.har": "https://api.workos.com", "app.har": "https://auth.example.com/workos"} {
		write(r.t, filepath.Join(folder, name), fmt.Sprintf(archive, at))
	}
	return folder
}

// archive is what a browser saved of one request.
const archive = `{"log": {"version": "1.2", "creator": {"name": "a browser", "version": "1"}, "entries": [{
	"startedDateTime": "2026-01-15T12:00:00.000Z", "time": 1,
	"request": {"method": "GET", "url": "%s/user_management/invitations", "httpVersion": "HTTP/1.1", "headers": [], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
	"response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [{"name": "Content-Type", "value": "application/json"}], "cookies": [], "redirectURL": "", "headersSize": -1, "bodySize": -1,
		"content": {"size": 2, "mimeType": "application/json", "text": "{\"object\": \"list\", \"data\": []}"}},
	"cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0}
}]}}`

// withPorts puts the ports of the server into a command, in the place of the usual ones.
func (r *reader) withPorts(text string) string {
	return strings.NewReplacer(":4100", fmt.Sprintf(":%d", r.port), "localhost:2019", fmt.Sprintf("127.0.0.1:%d", r.admin)).Replace(text)
}
