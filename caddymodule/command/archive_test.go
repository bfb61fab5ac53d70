package command

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// harEntry is an entry of an archive, for a GET that is answered with JSON.
func harEntry(url, body string) string {
	text, _ := json.Marshal(body)
	return fmt.Sprintf(`{"startedDateTime":"2026-11-24T12:00:00.000Z","request":{"method":"GET","url":%q,"headers":[{"name":":authority","value":"x"},{"name":"Authorization","value":"Bearer sk_test_HIDDEN"},{"name":"Cookie","value":"a=HIDDEN"}],"bodySize":0},
		"response":{"status":200,"headers":[{"name":"content-type","value":"application/json"},{"name":"set-cookie","value":"a=HIDDEN"}],"content":{"size":1,"mimeType":"application/json","text":%s}}}`, url, text)
}

func harOf(entries ...string) string {
	return `{"log":{"version":"1.2","entries":[` + strings.Join(entries, ",") + `]}}`
}

// filesIn are the files below a folder, by their names, with their text.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = readFile(t, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestAnArchiveIsImported takes what is of WorkOS, redacted, and says of each other entry why it is not.
func TestAnArchiveIsImported(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	out, errs, err := runFixtures(t, harOf(
		harEntry("https://api.workos.com/users?limit=1", `{"n":1,"refresh_token":"HIDDEN_abcdefghijklmnop"}`),
		harEntry("https://x.authkit.app/a", `{"token":"HIDDEN_abcdefghijklmnop","expires_at":"2026-11-24T12:10:00.000Z"}`),
		harEntry("https://auth.example.com/workos/b", `{}`),
		harEntry("https://auth.example.com/other", `{}`),
		harEntry("https://own.test:8443/c", `{}`),
		harEntry("https://authkit.app.evil.test/d", `{}`), harEntry("https://authkit.app.evil.test/d", `{}`),
		harEntry("https://notauthkit.app/e", `{}`),
		strings.Replace(harEntry("https://api.workos.com/f", `{}`), `"status":200`, `"status":0`, 1),
		strings.Replace(harEntry("https://api.workos.com/sk_test_HIDDENPATH12345?token=HIDDEN", `{}`), `"status":200`, `"status":503`, 1),
		harEntry("data:text/plain,HIDDEN", ``),
		harEntry("https://api.workos.com/user_management/users/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJISURERU4ifQ.HIDDEN/x", `{`),
	), "import", "-", dir, "--base-url", "https://auth.example.com/workos/", "--host", "own.test")
	if err != nil || errs != "" {
		t.Fatalf("%v: %s\n%s", err, errs, out)
	}
	files := filesIn(t, dir)
	for _, name := range []string{"GET/users/limit=1.json", "GET/a/index.json", "GET/b/index.json", "GET/c/index.json"} {
		if files[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	if len(files) != 4 || !strings.Contains(files["GET/a/index.json"], `"in": 600`) {
		t.Errorf("the files are %v", files)
	}
	for _, want := range []string{
		"imported 4 of 12 entries\n", "entry 9: GET api.workos.com/f: it has no answer", "entry 10: GET api.workos.com/[redacted", "fault of the moment",
		"entry 12: GET api.workos.com/user_management/users/[redacted", "not what its Content-Type says",
		"not imported: 3 entries of WorkOS, for the reasons above\n", "not imported: 1 entry without a URL in HTTP",
		"not imported: 2 entries of another host: authkit.app.evil.test (to take them: --host authkit.app.evil.test)\n",
		"not imported: 1 entry of another host: auth.example.com ", "not imported: 1 entry of another host: notauthkit.app ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if all := fmt.Sprint(files, out); strings.Contains(all, "HIDDEN") || strings.Contains(all, "eyJ") {
		t.Errorf("a secret is in %s", all)
	}
	if _, errs, err := runFixtures(t, "", "check", dir); err != nil {
		t.Errorf("what was imported is not in order: %v %s", err, errs)
	}
}

// TestImportingTwiceGivesTheSameFiles, and an archive of something else leaves them.
func TestImportingTwiceGivesTheSameFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// Of two answers, the earlier one comes first, wherever it stands.
	later := strings.Replace(harEntry("https://api.workos.com/a", `{"n":2,"token":"abcdefghijklmnopqr"}`), "12:00:00", "12:00:01", 1)
	text := harOf(later, harEntry("https://api.workos.com/a", `{"n":1}`))
	var first map[string]string
	for range 2 {
		if _, _, err := runFixtures(t, text, "import", "-", dir); err != nil {
			t.Fatal(err)
		}
		files := filesIn(t, dir)
		if first == nil {
			first = files
		}
		if fmt.Sprint(files) != fmt.Sprint(first) {
			t.Errorf("the second time, the files are %v", files)
		}
	}
	if one, two := strings.Index(first["GET/a/index.json"], `"n": 1`), strings.Index(first["GET/a/index.json"], `"n": 2`); one < 0 || two < one {
		t.Errorf("they are not in order: %s", first)
	}
	if _, _, err := runFixtures(t, harOf(harEntry("https://api.workos.com/b", `{}`)), "import", "-", dir); err != nil || len(filesIn(t, dir)) != 2 {
		t.Errorf("%v: the files are %v", err, filesIn(t, dir))
	}
}

// TestArchivesThatCannotBeImported says why, and the exit code is 1.
func TestArchivesThatCannotBeImported(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := harOf(harEntry("https://api.workos.com/a", `{}`))
	for name, test := range map[string]struct {
		text string
		args []string
		want string
	}{
		"nothing of WorkOS":   {harOf(harEntry("https://x.test/", `{}`)), nil, "nothing was imported"},
		"no archive":          {`{}`, nil, "the standard input: it is no HTTP Archive"},
		"a missing file":      {"", []string{"import", filepath.Join(dir, "none.har"), dir}, "none.har: no such file"},
		"a folder":            {"", []string{"import", dir, dir}, "is a directory"},
		"one argument":        {"", []string{"import", "-"}, "the file of an archive and the folder"},
		"a host":              {good, []string{"import", "-", dir, "--host", "https://x.test/"}, "--host: want a host"},
		"a base URL":          {good, []string{"import", "-", dir, "--base-url", "x.test"}, "--base-url"},
		"an option's pointer": {good, []string{"import", "-", dir, "--unordered", "data"}, "--unordered: "},
		"an option's header":  {good, []string{"import", "-", dir, "--match-header", "a b"}, "--match-header: "},
		"times":               {good, []string{"import", "-", dir, "--times", "x"}, "--times: want living or recorded"},
	} {
		args := test.args
		if args == nil {
			args = []string{"import", "-", dir}
		}
		_, _, err := runFixtures(t, test.text, args...)
		wantError(t, name, err, test.want)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := runFixtures(t, good, "import", "-", filepath.Join(file, "below")); err == nil {
		t.Error("a folder that cannot be made is none")
	}
	if err := os.MkdirAll(filepath.Join(dir, "GET", "a", "index.json", "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, _, err := runFixtures(t, good, "import", "-", dir)
	wantError(t, "a file that cannot be written", err, "1 entry could not be written")
}

func TestWhatAnArchiveHasOfWorkOS(t *testing.T) {
	t.Parallel()
	var s archiveSources
	s.hosts = []string{"own.test", "Port.test:8443"}
	for _, base := range []string{"https://auth.example.com/workos", "http://localhost:4100", "https://auth.example.com/workos/v2/"} {
		if err := s.bases.Set(base); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.check(); err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{ // the path that WorkOS is asked for, or nothing
		"https://api.workos.com": "/", "https://API.workos.com:443/a%2Fb?c": "/a%2Fb", "http://api.workos.com./a": "/a", "https://a.b.authkit.app/x": "/x",
		"https://authkit.app/x": "", "https://api.workos.com.test/x": "", "https://xauthkit.app/": "", "https://workos.com/": "",
		"https://own.test:1/x": "/x", "https://port.test:8443/x": "/x", "https://port.test/x": "",
		"https://auth.example.com/workos/a": "/a", "https://auth.example.com:443/workos": "/", "https://auth.example.com/workosx": "", "https://auth.example.com/": "",
		"https://auth.example.com/workos/v2/a": "/a", "http://auth.example.com/workos/a": "", "http://localhost:4100/a": "/a", "http://localhost:4101/a": "",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if s.takes(u) {
			got = s.pathOf(u)
		}
		if got != want {
			t.Errorf("%s is taken as %q, want %q", address, got, want)
		}
	}
}

// TestAnExportIsImportedAgain goes there and back, with tags and repeated answers.
func TestAnExportIsImportedAgain(t *testing.T) {
	t.Parallel()
	dir, again := t.TempDir(), t.TempDir()
	if _, _, err := runFixtures(t, harOf(
		harEntry("https://api.workos.com/users?limit=1&order=asc&a=b+c", `{"n":1,"token":"abcdefghijklmnopqr"}`),
		harEntry("https://api.workos.com/users?limit=1&order=asc&a=b+c", `{"n":2}`),
		harEntry("https://api.workos.com/sso/authorize?state=x&client_id=client_1", `{}`),
		harEntry("https://api.workos.com/ä%2F%25", `[1.0]`),
	), "import", "-", dir); err != nil {
		t.Fatal(err)
	}
	salt := readFile(t, filepath.Join(dir, ".salt"))
	if err := os.WriteFile(filepath.Join(again, ".salt"), []byte(salt), 0o600); err != nil {
		t.Fatal(err)
	}
	archive, errs, err := runFixtures(t, "", "export", dir, "--har")
	if err != nil || errs != "" {
		t.Fatalf("%v: %s", err, errs)
	}
	if _, errs, err := runFixtures(t, archive, "import", "-", again); err != nil {
		t.Fatalf("%v: %s", err, errs)
	}
	want, got := filesIn(t, dir), filesIn(t, again)
	if len(want) != 3 || fmt.Sprint(want) != fmt.Sprint(got) {
		t.Errorf("there are %v\nand again %v\nby %s", want, got, archive)
	}

	file := filepath.Join(t.TempDir(), "x.har")
	if out, _, err := runFixtures(t, "", "export", dir, file); err != nil || out != "" || readFile(t, file) != archive {
		t.Errorf("into a file: %v", err)
	}
	_, _, err = runFixtures(t, "", "export", dir, file)
	wantError(t, "a file that is there", err, "is there already")
	if readFile(t, file) != archive {
		t.Error("it was changed")
	}
	_, _, err = runFixtures(t, "", "export", t.TempDir())
	wantError(t, "no fixtures", err, "holds no fixtures")
	_, _, err = runFixtures(t, "", "export", dir, "--har=false")
	wantError(t, "no format", err, "--har")
	_, _, err = runFixtures(t, "", "export", dir, "--base-url", "x")
	wantError(t, "a base URL", err, "--base-url")
	bad := folderOf(t, "a")
	if err := os.WriteFile(filepath.Join(bad, "GET", "a", "index.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err = runFixtures(t, "", "export", bad, filepath.Join(bad, "x.har"))
	wantError(t, "a fixture that is not valid", err, "GET/a/index.json:1")
	if _, err := os.Stat(filepath.Join(bad, "x.har")); err == nil {
		t.Error("half an archive was left behind")
	}
}
