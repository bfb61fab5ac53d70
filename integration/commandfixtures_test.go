package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWorkosCommandRecordsAndReplays is the whole recipe without a Caddyfile.
func TestWorkosCommandRecordsAndReplays(t *testing.T) {
	t.Parallel()
	upstream := newStandIn(t)
	dir := filepath.Join(t.TempDir(), "fixtures")
	env := []string{"WORKOS_API_KEY=" + realKey, "SSL_CERT_FILE=" + upstream.CA}
	recorder := startWorkos(t, env, "--upstream", upstream.URL, "--fixtures", dir, "--mode", "record")
	_, _, recorded := ask(t, "GET", recorder.URL+"/echo/a?limit=3", realKey, "", "")
	recorder.stop()
	upstream.Close()

	replayed := startWorkos(t, nil, "--fixtures", dir, "--mode", "replay")
	eventually(t, "the announcement", func() bool { return strings.Contains(replayed.Log.String(), "mode replay") })
	if status, source, body := ask(t, "GET", replayed.URL+"/echo/a?limit=3", "sk_test_default", "", ""); status != 200 || source != "fixture" || body != recorded {
		t.Errorf("it is answered with %d from %s: %s", status, source, body)
	}

	if out, errs, err := run(t, nil, "", "workos", "fixtures", "list", dir); err != nil || !strings.Contains(out, "GET /echo/a?limit=3\t200\tGET/echo/a/limit=3.json\n") {
		t.Errorf("the list is %s %s %v", out, errs, err)
	}
	for _, name := range []string{"GET/echo/a/limit=3.json", "GET/echo", ""} {
		args := []string{"workos", "fixtures", "show", dir}
		if name != "" {
			args = append(args, name)
		}
		if out, errs, err := run(t, nil, "", args...); err != nil || !strings.Contains(out, `"theirs": true`) {
			t.Errorf("%q is shown as %s %s %v", name, out, errs, err)
		}
	}
	if out, errs, err := run(t, nil, "", "workos", "fixtures", "check", dir); err != nil || !strings.HasSuffix(out, ": ok: 1 fixture\n") {
		t.Errorf("it is checked as %s %s %v", out, errs, err)
	}
}

func TestFixturesThatShipAreInOrder(t *testing.T) {
	t.Parallel()
	if out, errs, err := run(t, nil, "", "workos", "fixtures", "check", "fixtures.example"); err != nil || !strings.Contains(out, "ok: 3 fixtures") {
		t.Errorf("%s %s %v", out, errs, err)
	}
}

// TestCheckingFixturesFails names file and member of each problem, and never prints a secret.
func TestCheckingFixturesFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"GET/bad/index.json":        "{\n\n\"request\": 5}",
		"GET/a/index.json":          `{"request":{"method":"GET","path":"/b"},"responses":[{"status":200}]}`,
		"GET/key/index.json":        `{"request":{"method":"GET","path":"/key"},"responses":[{"status":200,"body":{"a":["sk_live_HIDDEN"]}}]}`,
		"GET/pin/index.json":        `{"request":{"method":"GET","path":"/pin"},"responses":[{"status":200,"body":{"pin":"HIDDEN"}}]}`,
		"GET/real/index.json":       `{"request":{"method":"GET","path":"/real"},"responses":[{"status":200,"body":{"x":"HIDDEN_REAL_KEY_OF_OURS"}}]}`,
		"GET/bytes/index.json":      `{"request":{"method":"GET","path":"/bytes"},"responses":[{"status":200,"body":{"[base64]":"AHNrX2xpdmVfSElEREVO"}}]}`,
		"GET/good/index.json":       `{"request":{"method":"GET","path":"/good"},"responses":[{"status":200,"body":{"password":"[redacted]"}}]}`,
		"GET/good/.recording-12345": `{"requ`,
		"package.json":              `not a fixture`,
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), text)
	}
	out, errs, err := run(t, []string{"WORKOS_API_KEY=HIDDEN_REAL_KEY_OF_OURS"}, "", "workos", "fixtures", "check", dir, "--redact", "pin")
	if err == nil || out != "" {
		t.Errorf("it succeeds: %s", out)
	}
	for _, want := range []string{
		"GET/bad/index.json:3: request must not be a JSON number",
		"GET/a/index.json: the file of its request is GET/b/index.json",
		"GET/key/index.json: /responses/0/body/a/0 looks like an API key",
		"GET/pin/index.json: /responses/0/body/pin looks like the value of pin",
		"GET/real/index.json: /responses/0/body/x looks like the real key",
		"GET/bytes/index.json: /responses/0/body/[base64] holds what looks like a secret",
		"GET/good/.recording-12345: an interrupted recording left it behind",
		"7 problems",
	} {
		if !strings.Contains(errs, want) {
			t.Errorf("%q is not in\n%s", want, errs)
		}
	}
	if strings.Contains(errs, "HIDDEN") {
		t.Errorf("a secret is printed: %s", errs)
	}
	if _, errs, err := run(t, nil, "", "workos", "fixtures", "list", filepath.Join(dir, "none")); err == nil || !strings.Contains(errs, "does not exist") {
		t.Errorf("a missing folder is %v: %s", err, errs)
	}
	if _, errs, err := run(t, nil, "", "workos", "fixtures", "check"); err == nil || !strings.Contains(errs, "which folder?") {
		t.Errorf("no folder is %v: %s", err, errs)
	}
}

// TestTheReportOfARunDecides is a run of tests in CI: what was missed, unused or could not be written makes it fail, and what
// it never used is deleted.
func TestTheReportOfARunDecides(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		if err := os.MkdirAll(filepath.Join(dir, "GET", "echo", name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "GET", "echo", name, "index.json"), `{"request":{"method":"GET","path":"/echo/`+name+`"},"responses":[{"status":200,"body":{"a":1}}]}`)
	}
	admin := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	p := startWorkos(t, nil, "--fixtures", dir, "--mode", "replay", "--admin", admin)
	report := func(args ...string) (out, errs string, err error) {
		t.Helper()
		return run(t, nil, "", append([]string{"workos", "fixtures", "report", admin}, args...)...)
	}
	want := func(failOn string, fails bool, wanted ...string) {
		t.Helper()
		out, errs, err := report("--fail-on", failOn)
		if (err != nil) != fails {
			t.Errorf("--fail-on %s: %v %s", failOn, err, out)
		}
		for _, text := range wanted {
			if !strings.Contains(out+errs, text) {
				t.Errorf("--fail-on %s: %q is not in %s%s", failOn, text, out, errs)
			}
		}
	}
	get := func(path string, status int) {
		t.Helper()
		if got, _, body := ask(t, "GET", p.URL+path, "sk_test_default", "", ""); got != status {
			t.Errorf("%s is answered with %d %s", path, got, body)
		}
	}
	want("miss,drift", false)
	want("unused", true, "3 unused fixtures")
	get("/echo/a", 200)
	get("/echo/b", 200)
	get("/organizations", 200) // the local items alone
	want("miss,drift", false, "local only      1", "GET /organizations?limit=10&order=desc")
	get("/echo/x", 501)
	want("miss", true, "1 missing fixture", "GET /echo/x: nothing was recorded for this path")
	want("drift", false)
	if _, _, err := report(); err != nil {
		t.Errorf("without --fail-on: %v", err)
	}
	if _, errs, err := report("--instance", "none"); err == nil || !strings.Contains(errs, `There is no instance "none". There are: default.`) {
		t.Errorf("another instance: %v %s", err, errs)
	}

	out, errs, err := run(t, nil, "", "workos", "fixtures", "prune", dir, "--address", admin)
	if err != nil || out != "GET/echo/c/index.json\n"+dir+": 1 fixture deleted\n" {
		t.Errorf("it prunes %s %s %v", out, errs, err)
	}
	want("unused", false)
	if _, err := os.Stat(filepath.Join(dir, "GET", "echo", "c")); err == nil {
		t.Error("an empty folder is left")
	}
	p.stop()
	if _, errs, err := report("--fail-on", "miss"); err == nil || !strings.Contains(errs, "cannot be asked") {
		t.Errorf("when no process is there: %v %s", err, errs)
	}
}

// TestAnArchiveIsReplayed is from a browser's archive to an answer without a network.
func TestAnArchiveIsReplayed(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "fixtures")
	const archive = `{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":[
		{"startedDateTime":"2026-11-24T12:00:00.123Z","time":12.5,"request":{"method":"GET","url":"https://api.workos.com/echo/a?limit=3&after=","httpVersion":"http/2.0","headers":[{"name":":method","value":"GET"}],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0},
		 "response":{"status":200,"statusText":"","httpVersion":"http/2.0","headers":[{"name":"content-type","value":"application/json; charset=utf-8"},{"name":"content-encoding","value":"br"}],"cookies":[],"content":{"size":19,"mimeType":"application/json","text":"{\"theirs\": \"always\"}"},"redirectURL":"","headersSize":-1,"bodySize":-1},"cache":{},"timings":{"send":0,"wait":1,"receive":1}},
		{"startedDateTime":"2026-11-24T12:00:01.123Z","request":{"method":"GET","url":"https://www.example.com/app.js","headers":[]},"response":{"status":200,"headers":[],"content":{}}}]}}`
	out, errs, err := run(t, nil, archive, "workos", "fixtures", "import", "-", dir)
	if err != nil || !strings.Contains(out, "imported 1 of 2 entries\n") || !strings.Contains(out, "1 entry of another host: www.example.com") {
		t.Fatalf("it is imported as %s %s %v", out, errs, err)
	}
	if out, errs, err := run(t, nil, "", "workos", "fixtures", "check", dir); err != nil {
		t.Errorf("it is checked as %s %s %v", out, errs, err)
	}
	p := startWorkos(t, nil, "--fixtures", dir, "--mode", "replay")
	if status, source, body := ask(t, "GET", p.URL+"/echo/a?after=&limit=3", "sk_test_default", "", ""); status != 200 || source != "fixture" || body != `{"theirs":"always"}` {
		t.Errorf("it is answered with %d from %s: %s", status, source, body)
	}
}
