package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// runFixtures runs a command below `caddy workos fixtures`.
func runFixtures(t *testing.T, stdin string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	c := &cobra.Command{Use: "workos", SilenceUsage: true, SilenceErrors: true}
	setUp(c, &serving.Server{})
	c.SetContext(t.Context())
	var out, errs bytes.Buffer
	c.SetArgs(append([]string{"fixtures"}, args...))
	c.SetOut(&out)
	c.SetErr(&errs)
	c.SetIn(strings.NewReader(stdin))
	err = c.Execute()
	return out.String(), errs.String(), err
}

// wantError fails the test unless an error holds the texts.
func wantError(t *testing.T, what string, err error, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", what, err, want)
		}
	}
}

// reportText is a report as the admin endpoint answers it, with some members changed.
func reportText(t *testing.T, change func(*fixture.Report)) string {
	t.Helper()
	report := fixture.Report{Hits: 1, Used: map[string]int64{"GET/used/index.json": 1}}
	change(&report)
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// adminThatAnswers is an admin endpoint with one answer, which notes what it was asked for.
func adminThatAnswers(t *testing.T, status int, body string) (address string, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.URL.EscapedPath())
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), asked
}

// TestAnAdminEndpointThatIsNoneIsSaidToBe names the way out, and prints no control characters that come from elsewhere.
func TestAnAdminEndpointThatIsNoneIsSaidToBe(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"no instance":        {404, `{"error":"There is no instance \"default\". There are: staging\u001b[31m."}`, `--instance: There is no instance "default". There are: staging�[31m.`},
		"an older version":   {404, `{"error":"There is no such operation. There are: GET hooks."}`, "another version of this plugin"},
		"Caddy without us":   {404, `404 page not found`, "no admin endpoint of a Caddy that runs this plugin"},
		"an origin":          {403, `{"error":"host not allowed"}`, "'origins'"},
		"a failure":          {500, `{"error":"The fixtures cannot be listed: x"}`, "answers 500: The fixtures cannot be listed: x"},
		"Caddy's own":        {400, `{"error":"bad\nthing"}`, "answers 400: bad�thing"},
		"a redirect":         {302, ``, "answers 302"},
		"a page":             {200, `<html>`, "no report on fixtures"},
		"another document":   {200, `{"hits":1}`, "no report on fixtures"},
		"an older report":    {200, `{"hits":1,"misses":0,"recorded":0,"write_failures":0,"missed":[],"used":{},"never_used":[],"drift":[]}`, "another version of this plugin"},
		"members of a type":  {200, strings.Replace(reportText(t, func(*fixture.Report) {}), `"never_used":[]`, `"never_used":[1]`, 1), "no report on fixtures"},
		"members of nothing": {200, strings.Replace(reportText(t, func(*fixture.Report) {}), `"never_used":[]`, `"never_used":null`, 1), "no report on fixtures"},
	} {
		address, _ := adminThatAnswers(t, test.status, test.body)
		out, _, err := runFixtures(t, "", "report", address)
		wantError(t, name, err, test.want)
		if out != "" {
			t.Errorf("%s: it prints %s", name, out)
		}
	}
	closed, _ := net.Listen("tcp", "127.0.0.1:0")
	address := closed.Addr().String()
	closed.Close()
	_, _, err := runFixtures(t, "", "report", address)
	wantError(t, "nobody", err, "cannot be asked", "is Caddy running", address, "--admin")
	for _, odd := range []string{"localhost:x", "localhost:1-3", "fd/3", "http://localhost:2019/workos", "a b:2019", "user@localhost:2019", "localhost:2019?x", ""} {
		_, _, err := runFixtures(t, "", "report", odd)
		wantError(t, odd, err, "no address of an admin endpoint")
	}
}

// TestAReportIsAskedForOnce by all ways to write an address.
func TestAReportIsAskedForOnce(t *testing.T) {
	t.Parallel()
	text := reportText(t, func(*fixture.Report) {})
	address, asked := adminThatAnswers(t, 200, text)
	_, port, _ := net.SplitHostPort(address)
	for _, written := range []string{address, "http://" + address, "http://" + address + "/", ":" + port, "localhost:" + port, "tcp/" + address} {
		if _, _, err := runFixtures(t, "", "report", written, "--instance", "a/b {x}"); err != nil {
			t.Errorf("%s: %v", written, err)
		}
	}
	if len(*asked) != 6 || slices.ContainsFunc(*asked, func(line string) bool { return line != "GET /workos/a%2Fb%20%7Bx%7D/fixtures" }) {
		t.Errorf("it was asked for %q", *asked)
	}
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "127.0.0.1" {
			_, _ = io.WriteString(w, text)
		}
	})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	for _, written := range []string{"unix/" + socket, "unix/" + socket + "|0220"} {
		if _, _, err := runFixtures(t, "", "report", written); err != nil {
			t.Errorf("%s: %v", written, err)
		}
	}
}

// TestTheReportDecides is the table of exit codes.
func TestTheReportDecides(t *testing.T) {
	t.Parallel()
	reports := map[string]func(*fixture.Report){
		"good": func(*fixture.Report) {},
		"miss": func(r *fixture.Report) {
			r.Misses, r.Missed = 2, []fixture.MissedRequest{{Message: "No fixture for GET /x: none."}}
		},
		"unused": func(r *fixture.Report) { r.NeverUsed = []string{"GET/a/index.json"} },
		"drift":  func(r *fixture.Report) { r.Drift = []fixture.Difference{{Method: "GET", Path: "/x", Difference: "y"}} },
		"failed": func(r *fixture.Report) { r.WriteFailures = 1 },
		"local":  func(r *fixture.Report) { r.LocalOnly = []string{"GET /organizations"} },
	}
	for failOn, fails := range map[string][]string{
		"": {}, "miss": {"miss", "failed"}, "unused": {"unused", "failed"}, "drift": {"drift", "failed"},
		"miss,unused": {"miss", "unused", "failed"}, " drift , miss ": {"drift", "miss", "failed"}, "miss,unused,drift": {"miss", "unused", "drift", "failed"},
	} {
		for name, change := range reports {
			address, _ := adminThatAnswers(t, 200, reportText(t, change))
			out, _, err := runFixtures(t, "", "report", address, "--fail-on", failOn)
			if (err != nil) != slices.Contains(fails, name) || out == "" {
				t.Errorf("--fail-on %q of %s: %v", failOn, name, err)
			}
		}
	}
	for _, words := range []string{"misses", "miss,,drift", "miss drift", "all", ","} {
		_, _, err := runFixtures(t, "", "report", "localhost:1", "--fail-on", words)
		wantError(t, words, err, "--fail-on: want one or more of miss, unused, drift")
	}
	_, _, err := runFixtures(t, "", "report", "localhost:1", "--fail-on", "unsued")
	wantError(t, "a typing error", err, `did you mean "unused"?`)
	_, _, err = runFixtures(t, "", "report", "localhost:1", "--format", "yaml")
	wantError(t, "a format", err, "--format: want table or json")
	_, _, err = runFixtures(t, "", "report", "localhost:1", "localhost:2")
	wantError(t, "two addresses", err, "one address at a time")
}

// TestAReportIsPrinted for people, and for programs as it came.
func TestAReportIsPrinted(t *testing.T) {
	t.Parallel()
	address, _ := adminThatAnswers(t, 200, reportText(t, func(r *fixture.Report) {
		r.Misses, r.Missed = 3, []fixture.MissedRequest{{Message: "No fixture for GET /x?a=<b>: none\x1b[2J."}}
		r.NeverUsed, r.LocalOnly, r.WriteFailures = []string{"GET/a/index.json"}, []string{"GET /organizations"}, 4
		r.Drift = []fixture.Difference{{Method: "GET", Path: "/y", Pointer: "/data/0", Difference: "is gone"}}
	}))
	out, _, err := runFixtures(t, "", "report", address)
	want := `hits            1
misses          3
recorded        0
write failures  4
unused          1
drift           1
local only      1

misses:
  GET /x?a=<b>: none�[2J.

unused:
  GET/a/index.json

drift:
  GET /y  /data/0  is gone

local only:
  GET /organizations
`
	if err != nil || out != want {
		t.Errorf("%v\n%s", err, out)
	}
	out, _, err = runFixtures(t, "", "report", address, "--format", "json")
	if report, parsed := parseReport([]byte(out)); err != nil || parsed != nil || report.Misses != 3 || len(report.Drift) != 1 || !strings.Contains(out, "<b>") {
		t.Errorf("%v, %v\n%s", err, parsed, out)
	}
}

// folderOf makes a folder of fixtures for requests of some names.
func folderOf(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, "GET", name, "index.json")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf(`{"request":{"method":"GET","path":"/%s"},"responses":[{"status":200,"body":{"name":%q}}]}`, name, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// left are the fixtures that are left in a folder.
func left(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "GET", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	return strings.Join(found, " ")
}

// TestPruningDeletesWhatARunNeverUsed and nothing else: neither by mistake, nor by a report that somebody made up.
func TestPruningDeletesWhatARunNeverUsed(t *testing.T) {
	t.Parallel()
	unused := func(names ...string) func(*fixture.Report) {
		return func(r *fixture.Report) { r.NeverUsed = names }
	}
	for name, test := range map[string]struct {
		report string
		args   []string
		err    string
		left   string
		out    string
	}{
		"unused":            {reportText(t, unused("GET/a/index.json", "GET/b/index.json")), nil, "", "new used", "GET/a/index.json\nGET/b/index.json\n"},
		"a dry run":         {reportText(t, unused("GET/a/index.json")), []string{"--dry-run"}, "", "a b new used", "1 fixture would be deleted"},
		"deleted already":   {reportText(t, unused("GET/a/index.json", "GET/gone/index.json")), nil, "", "b new used", "1 fixture deleted"},
		"nothing":           {reportText(t, unused()), nil, "", "a b new used", "0 fixtures deleted"},
		"used all the same": {reportText(t, unused("GET/used/index.json", "GET/a/index.json")), nil, "", "b new used", "1 fixture"},
		"twice":             {reportText(t, unused("GET/a/index.json", "GET/a/index.json")), nil, "", "b new used", "1 fixture"},
		"a BOM":             {"\xef\xbb\xbf" + reportText(t, unused("GET/a/index.json")), nil, "", "b new used", ""},
		"no hits":           {reportText(t, func(r *fixture.Report) { *r = fixture.Report{NeverUsed: []string{"GET/a/index.json"}} }), nil, "used and recorded nothing", "a b new used", ""},
		"no hits, forced":   {reportText(t, func(r *fixture.Report) { *r = fixture.Report{NeverUsed: []string{"GET/a/index.json"}} }), []string{"--force"}, "", "b new used", ""},
		"recorded":          {reportText(t, func(r *fixture.Report) { *r = fixture.Report{Recorded: 1, NeverUsed: []string{"GET/a/index.json"}} }), nil, "", "b new used", ""},
		"another folder": {reportText(t, func(r *fixture.Report) {
			r.Used, r.NeverUsed = map[string]int64{"GET/x/index.json": 1}, []string{"GET/a/index.json"}
		}), nil, "nothing that the run used is in this folder", "a b new used", ""},
		"outside":              {reportText(t, unused("GET/a/index.json", "../x/index.json")), []string{"--force"}, "no fixture of any folder", "a b new used", ""},
		"outside, absolute":    {reportText(t, unused("/etc/hosts")), nil, "no fixture of any folder", "a b new used", ""},
		"a folder":             {reportText(t, unused("GET/a", "GET/a/")), nil, "", "a b new used", "0 fixtures"},
		"what is no fixture":   {reportText(t, unused("GET/a/notes.txt")), nil, "", "a b new used", "0 fixtures"},
		"no report":            {"{}", nil, "no report on fixtures", "a b new used", ""},
		"an empty file":        {"", nil, "no report on fixtures", "a b new used", ""},
		"brackets":             {strings.Repeat("[", 10<<20), nil, "no report on fixtures", "a b new used", ""},
		"something behind it":  {reportText(t, unused("GET/a/index.json")) + "x", nil, "no report on fixtures", "a b new used", ""},
		"an address that is 0": {"", []string{"--address", "localhost:1"}, "and not both", "a b new used", ""},
	} {
		dir := folderOf(t, "used", "a", "b", "new")
		if err := os.WriteFile(filepath.Join(dir, "GET", "a", "notes.txt"), nil, 0o600); name == "what is no fixture" && err != nil {
			t.Fatal(err)
		} else if name != "what is no fixture" {
			_ = os.Remove(filepath.Join(dir, "GET", "a", "notes.txt"))
		}
		out, _, err := runFixtures(t, test.report, append([]string{"prune", dir, "--report", "-"}, test.args...)...)
		if (err != nil) != (test.err != "") {
			t.Errorf("%s: %v", name, err)
		}
		if test.err != "" {
			wantError(t, name, err, test.err)
		}
		if got := left(t, dir); got != test.left || !strings.Contains(out, test.out) {
			t.Errorf("%s: left is %s, and printed\n%s", name, got, out)
		}
	}
	dir := folderOf(t, "used", "a")
	address, _ := adminThatAnswers(t, 200, reportText(t, unused("GET/a/index.json")))
	if _, _, err := runFixtures(t, "", "prune", dir, "--address", address); err != nil || left(t, dir) != "used" {
		t.Errorf("by address: %v, left is %s", err, left(t, dir))
	}
	_, _, err := runFixtures(t, "", "prune", dir)
	wantError(t, "without a report", err, "--report", "--address")
	_, _, err = runFixtures(t, "", "prune", dir, "--report", filepath.Join(dir, "none.json"))
	wantError(t, "a missing report", err, "none.json: no such file")
	_, _, err = runFixtures(t, reportText(t, unused()), "prune", filepath.Join(dir, "none"), "--report", "-")
	wantError(t, "a missing folder", err, "does not exist")
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
