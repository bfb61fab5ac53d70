package integration

import (
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
	if out, errs, err := run(t, nil, "", "workos", "fixtures", "verify", dir); err != nil || !strings.HasSuffix(out, ": ok: 1 fixture\n") {
		t.Errorf("it is verified as %s %s %v", out, errs, err)
	}
}

func TestFixturesThatShipAreInOrder(t *testing.T) {
	t.Parallel()
	if out, errs, err := run(t, nil, "", "workos", "fixtures", "verify", "fixtures.example"); err != nil || !strings.Contains(out, "ok: 3 fixtures") {
		t.Errorf("%s %s %v", out, errs, err)
	}
}

// TestVerifyingFixturesFails names file and member of each problem, and never prints a secret.
func TestVerifyingFixturesFails(t *testing.T) {
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
	out, errs, err := run(t, []string{"WORKOS_API_KEY=HIDDEN_REAL_KEY_OF_OURS"}, "", "workos", "fixtures", "verify", dir, "--redact", "pin")
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
	if _, errs, err := run(t, nil, "", "workos", "fixtures", "verify"); err == nil || !strings.Contains(errs, "which folder?") {
		t.Errorf("no folder is %v: %s", err, errs)
	}
}
