package summary

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

var update = flag.Bool("update", false, "write the golden files")

func request(method, path string, o emulator.Outcome) requestlog.Request {
	return requestlog.Request{Method: method, Path: path, Outcome: o}
}

// busy is a run with something of everything, which ends well.
func busy() *Summary {
	var log Log
	for range 3 {
		log.Add(request("GET", "/organizations", emulator.Outcome{Source: "emulator", Status: 401}))
	}
	log.Add(request("POST", "/oauth2/token", emulator.Outcome{Source: "emulator", Status: 200}))
	log.Add(request("POST", "/oauth2/token", emulator.Outcome{Source: "emulator", Status: 401, Code: "invalid_client"}))
	log.Add(request("GET", "/organizations/org_x", emulator.Outcome{Source: "emulator", Status: 404, Code: "entity_not_found"}))
	log.Add(request("POST", "/vault/keys", emulator.Outcome{Source: "emulator", Status: 403, Code: "local_secret"}))
	log.Add(request("GET", "/fine", emulator.Outcome{Source: "upstream", Status: 200}))
	log.Add(request("GET", "/theirs", emulator.Outcome{Source: "upstream", Status: 401}))
	log.Add(request("GET", "/recorded", emulator.Outcome{Source: "fixture", Status: 401}))
	log.Add(request("GET", "/organizations", emulator.Outcome{Source: "fault", Status: 503}))
	log.Add(request("GET", "/cut", emulator.Outcome{Source: "fault"}))
	log.Add(request("GET", "/down", emulator.Outcome{Status: 502, Err: errors.New("dial")}))
	missing := request("GET", "/users", emulator.Outcome{Source: "emulator", Status: 501})
	missing.Miss = "No fixture for GET /users."
	log.Add(missing)
	report := &fixture.Report{Misses: 7, WriteFailures: 2, Drift: []fixture.Difference{
		{Method: "GET", Path: "/users", Pointer: "/data/0/name", Difference: `recorded a string, upstream null`},
		{Method: "GET", Path: "/users", Difference: `status: recorded 200, upstream 500`},
	}}
	for i := range 7 {
		report.Missed = append(report.Missed, fixture.MissedRequest{Message: fmt.Sprintf("No fixture for GET /users/%d: the nearest one is GET/users/1.json, with query: recorded a|b, requested <c>.", i)})
		report.NeverUsed = append(report.NeverUsed, fmt.Sprintf("GET/users/%d.json", i))
	}
	return &Summary{Command: "npm", Took: 2345 * time.Millisecond, Requests: &log, Fixtures: report, FailOn: []string{Miss, Fault}}
}

// TestGolden compares what is written with files.
func TestGolden(t *testing.T) {
	t.Parallel()
	crashed := &Summary{Command: "pytest", Code: 139, Signal: syscall.SIGSEGV, Took: time.Second, Requests: &Log{}}
	for name, s := range map[string]*Summary{"busy": busy(), "crashed": crashed} {
		junit, err := s.JUnit()
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := s.Text(&text, "--summary-md has all"); err != nil {
			t.Fatal(err)
		}
		for file, got := range map[string][]byte{name + ".txt": text.Bytes(), name + ".xml": junit, name + ".md": s.Markdown()} {
			path := filepath.Join("testdata", file)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %v, it is\n%s", path, err, got)
			}
		}
		if lines := strings.Count(text.String(), "\n"); lines > 40 {
			t.Errorf("%s: the text has %d lines", name, lines)
		}
	}
}

// TestExitCode goes through what --fail-on may find.
func TestExitCode(t *testing.T) {
	t.Parallel()
	writeFailed := &Summary{Requests: &Log{}, Fixtures: &fixture.Report{WriteFailures: 1}}
	for name, test := range map[string]struct {
		s      *Summary
		code   int
		failOn []string
		want   int
	}{
		"nothing is asked":           {busy(), 0, nil, 0},
		"a miss":                     {busy(), 0, []string{Miss}, 1},
		"unused":                     {busy(), 0, []string{Unused}, 1},
		"drift":                      {busy(), 0, []string{Drift}, 1},
		"a fault":                    {busy(), 0, []string{Fault}, 1},
		"the command's code":         {busy(), 3, []string{Miss}, 3},
		"nothing is there":           {&Summary{Requests: &Log{}}, 0, Words, 0},
		"a recording is not written": {writeFailed, 0, []string{Drift}, 1},
		"which is not asked":         {writeFailed, 0, nil, 0},
	} {
		s := *test.s
		s.Code, s.FailOn = test.code, test.failOn
		if got := s.ExitCode(); got != test.want {
			t.Errorf("%s: the exit code is %d, want %d", name, got, test.want)
		}
	}
}

// TestManyKindsAreBounded, and counted nevertheless.
func TestManyKindsAreBounded(t *testing.T) {
	t.Parallel()
	var log Log
	for i := range maxKept + 50 {
		log.Add(request("GET", fmt.Sprintf("/things/%d", i), emulator.Outcome{Source: "emulator", Status: 501, Code: "not_emulated"}))
	}
	s := &Summary{Command: "x", Requests: &log}
	for _, c := range s.Checks() {
		if c.Name == "refused" && (c.Count != maxKept+50 || len(c.Found) != maxKept+1 || !strings.Contains(c.Found[maxKept], "50 more")) {
			t.Errorf("%d are counted, %d listed", c.Count, len(c.Found))
		}
	}
}

// TestFiles are checked before, and written whole or appended to.
func TestFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	f := Files{JUnit: filepath.Join(folder, "junit.xml"), Markdown: filepath.Join(folder, "step.md")}
	if err := os.WriteFile(f.Markdown, []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.JUnit, []byte("older, and longer"+strings.Repeat(".", 1<<16)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(busy()); err != nil {
		t.Fatal(err)
	}
	junit, _ := os.ReadFile(f.JUnit)
	markdown, _ := os.ReadFile(f.Markdown)
	if want, _ := busy().JUnit(); !bytes.Equal(junit, want) || string(markdown) != "before\n"+string(busy().Markdown()) {
		t.Errorf("they are\n%s\n%s", junit, markdown)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 2 {
		t.Errorf("the folder has %v", entries)
	}
	for name, files := range map[string]Files{
		"--junit: " + folder:      {JUnit: folder},
		"--summary-md: " + folder: {Markdown: folder},
		"no such file":            {JUnit: filepath.Join(folder, "missing", "x")},
		"no such":                 {Markdown: filepath.Join(folder, "missing", "x")},
	} {
		if err := files.Check(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: it says %v", name, err)
		}
	}
	if err := (Files{}).Check(); err != nil {
		t.Error(err)
	}
}

// row is a line of a table of one column, without a bar that would end it.
var row = regexp.MustCompile(`^\| ([^|\\]|\\.)* \|$`)

// FuzzHostileTexts have no effect on the form of what is written.
func FuzzHostileTexts(f *testing.F) {
	for _, seed := range []string{"/a|b", "]]>", "<script>", "\x00\x1b[2J", "\r\n| x |\n", "`", "\\", "\\|", "&amp;", "\ufffe\uffff", "\xff", "@someone", "\u2028"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, path, said string) {
		var log Log
		log.Add(request("GET", path, emulator.Outcome{Source: "emulator", Status: 401}))
		log.Add(request(path, path, emulator.Outcome{Source: "fault", Status: 500}))
		s := &Summary{
			Command: "x", Requests: &log, FailOn: []string{Miss},
			Fixtures: &fixture.Report{
				Missed: []fixture.MissedRequest{{Message: said}}, NeverUsed: []string{path}, Drift: []fixture.Difference{{Method: said, Path: path, Difference: said}},
			},
		}
		junit, err := s.JUnit()
		if err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(bytes.NewReader(junit))
		for {
			_, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, junit)
			}
		}
		var cases struct {
			Suite struct {
				Cases []struct{} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal(junit, &cases); err != nil || len(cases.Suite.Cases) != len(s.Checks()) {
			t.Errorf("%v: %d cases", err, len(cases.Suite.Cases))
		}
		markdown := string(s.Markdown())
		if strings.ContainsAny(strings.ReplaceAll(markdown, "\n", ""), "\r\x00\x1b<>") {
			t.Errorf("the Markdown is %q", markdown)
		}
		_, tables, _ := strings.Cut(markdown, "| all |")
		for line := range strings.Lines(tables[strings.IndexByte(tables, '\n')+1:]) {
			if line = strings.TrimSuffix(line, "\n"); line != "" && line != "|---|" && !row.MatchString(line) {
				t.Errorf("%q is no row of a table", line)
			}
		}
		var text bytes.Buffer
		_ = s.Text(&text, "")
		if lines := strings.Count(text.String(), "\n"); lines != 12 || strings.ContainsAny(text.String(), "\x00\x1b\r") {
			t.Errorf("the text has %d lines: %q", lines, &text)
		}
	})
}

// TestMissesHoldNoSecret that is known, however short it is.
func TestMissesHoldNoSecret(t *testing.T) {
	t.Parallel()
	var log Log
	log.Add(requestlog.Request{Secrets: []redact.Known{{Kind: "a secret", Set: scan.NewSet(scan.Of("pa55word"), true)}}})
	s := &Summary{Requests: &log, Fixtures: &fixture.Report{
		Misses: 1, Missed: []fixture.MissedRequest{{Message: "No fixture for GET /a/pa55word: there are no fixtures at all."}},
	}}
	if said := string(s.Markdown()); strings.Contains(said, "pa55word") || !strings.Contains(said, "GET /a/") {
		t.Errorf("it says\n%s", said)
	}
}
