package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestScreen starts it as a newcomer does, and pastes the request that the screen shows.
func TestScreen(t *testing.T) {
	t.Parallel()
	s := startScreen(t, exampleFolder(t), nil)
	screen := s.Out.String()
	if lines := strings.Count(screen, "\n"); lines > 24 {
		t.Errorf("it has %d lines", lines)
	}
	for _, want := range []string{"seed.yaml: 1 organization", "sk_test_local", "client_local_backend", "501", "apiHostname: 'localhost', port: " + s.port()} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is not on the screen", want)
		}
	}
	_, request, _ := strings.Cut(screen, "Try it:\n")
	request, _, _ = strings.Cut(request, "\n\n")
	if said := shell(t, request); !strings.Contains(said, "access_token") {
		t.Errorf("%s\nsays %s", request, said)
	}
	s.waitFor("the request", "client_local_backend\n")
	line := s.requestLines()[0]
	if !regexp.MustCompile(`^\d\d:\d\d:\d\d POST /oauth2/token 200 emulator \d+ms client_local_backend$`).MatchString(line) {
		t.Errorf("the line of the request is %q", line)
	}
	for range 3 {
		s.get(t, "/health", "")
	}
	s.do(t, http.MethodGet, "/organizations/org_none", "")
	s.waitFor("the last request", "entity_not_found\n")
	if strings.Contains(s.Out.String(), "/health") {
		t.Error("health checks are shown")
	}
	if s.Err.String() != "" {
		t.Errorf("Caddy's log has %s", s.Err)
	}
	before := strings.Count(s.Out.String(), "\n")
	s.stop()
	if after := strings.Count(s.Out.String(), "\n"); after > before+1 || s.Err.String() != "" {
		t.Errorf("at the end it says %s\n%s", s.Out, s.Err)
	}
}

// shell has a shell run a command, as it would be pasted.
func shell(t testing.TB, command string) string {
	t.Helper()
	said, err := exec.Command("sh", "-c", strings.Replace(command, "curl ", "curl -sS ", 1)).CombinedOutput()
	if err != nil {
		t.Errorf("%s\n%v: %s", command, err, said)
	}
	return string(said)
}

// TestScreenWithoutASeed has a request to paste too, and so has one whose secrets are not shown.
func TestScreenWithoutASeed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ seed, want string }{
		"none": {"", `"data"`},
		"own":  {"organizations: [{name: A}]\nconnectApplications: [{name: B, organization: A, client_id: c, client_secret: a-secret-of-the-seed}]\napiKeys: {sk_test_of_the_seed: {}}\n", `"keys"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if test.seed != "" {
				write(t, filepath.Join(dir, "workos-emulate.config.yml"), test.seed)
			}
			s := startScreen(t, dir, nil)
			_, request, _ := strings.Cut(s.Out.String(), "Try it:\n")
			request, _, _ = strings.Cut(request, "\n\n")
			if said := shell(t, request); !strings.Contains(said, test.want) {
				t.Errorf("%s\nsays %s", request, said)
			}
			for _, secret := range []string{"a-secret-of-the-seed", "sk_test_of_the_seed"} {
				if strings.Contains(s.Out.String(), secret) {
					t.Errorf("%s is on the screen", secret)
				}
			}
		})
	}
}

// TestScreenReplays what is in the folder.
func TestScreenReplays(t *testing.T) {
	t.Parallel()
	dir := exampleFolder(t)
	copyFolder(t, "../fixtures.example", filepath.Join(dir, "fixtures"))
	s := startScreen(t, dir, nil)
	if !strings.Contains(s.Out.String(), "fixtures of ./fixtures, mode replay") {
		t.Error("the fixtures are not on the screen")
	}
	s.do(t, http.MethodGet, "/directories?organization_id=org_01JQ8ZVXTN4M7K2DPC5W9RHEAB", "")
	s.waitFor("the fixture", "GET /directories 200 fixture")
	s.do(t, http.MethodGet, "/directories?organization_id=org_other", "")
	s.waitFor("the miss", "GET /directories 501 fixture")
	if lines := s.requestLines(); !strings.HasSuffix(lines[len(lines)-1], " fixture_not_found") {
		t.Errorf("the lines are %q", lines)
	}
}

// TestScreenLogs: Caddy's own log has what flags ask for.
func TestScreenLogs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args      []string
		has, lack []string
	}{
		"access log": {[]string{"--access-log"}, []string{`"workos_source":"emulator"`}, []string{"server running"}},
		"debug":      {[]string{"--debug"}, []string{"server running"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startScreen(t, exampleFolder(t), nil, test.args...)
			s.body(t, "/organizations")
			for _, want := range test.has {
				eventually(t, want, func() bool { return strings.Contains(s.Err.String(), want) })
			}
			for _, other := range test.lack {
				if strings.Contains(s.Err.String(), other) {
					t.Errorf("the log has %q", other)
				}
			}
		})
	}
}

// TestScreenTellsOfEmails waits for a code that is emailed: the log says that there is one, and not which.
func TestScreenTellsOfEmails(t *testing.T) {
	t.Parallel()
	s := startScreen(t, exampleFolder(t), nil, "--test-api")
	sent := s.do(t, http.MethodPost, "/user_management/magic_auth", `{"email":"alice@acme.example"}`)
	var made struct{ Code string }
	if err := json.Unmarshal([]byte(sent.body), &made); err != nil || made.Code == "" {
		t.Fatalf("%d %s", sent.status, sent.body)
	}
	eventually(t, "the log", func() bool {
		return strings.Contains(s.Err.String(), "an email would be sent: GET /_emulate/emails shows it")
	})
	if log := s.Err.String(); strings.Contains(log, made.Code) || strings.Contains(log, "alice@") {
		t.Errorf("the log has %s", log)
	}
	if shown := s.body(t, "/_emulate/emails"); !strings.Contains(shown, made.Code) {
		t.Errorf("the emails are %s", shown)
	}
}

// machineLine is what --json prints.
type machineLine struct {
	URL    string
	Port   int
	APIKey string `json:"apiKey"`
	Health string
	PID    int
}

// TestJSON starts two at once: each says where it is, in one line, when it answers.
func TestJSON(t *testing.T) {
	t.Parallel()
	var started [2]*screened
	for i := range started {
		started[i] = launchScreen(t, exampleFolder(t), nil, "-p", "0", "--json")
	}
	ports := map[int]bool{}
	for _, s := range started {
		s.waitFor("the line", "\n")
		var line machineLine
		decoder := json.NewDecoder(strings.NewReader(s.Out.String()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&line); err != nil {
			t.Fatal(err, s.Out)
		}
		if line.APIKey != "sk_test_local" || line.PID != s.cmd.Process.Pid || line.URL != fmt.Sprintf("http://localhost:%d", line.Port) {
			t.Errorf("it says %+v", line)
		}
		for _, host := range []string{"localhost", "127.0.0.1", "[::1]"} { // at once, without waiting
			url := strings.Replace(line.Health, "localhost", host, 1)
			if status, _, _ := ask(t, http.MethodGet, url, "", "", ""); status != http.StatusOK {
				t.Errorf("%s answers %d", url, status)
			}
		}
		ask(t, http.MethodGet, line.URL+"/organizations", line.APIKey, "", "")
		ports[line.Port] = true
		s.stop()
		if strings.Count(s.Out.String(), "\n") != 1 || s.Err.String() != "" {
			t.Errorf("it also says %s%s", s.Out, s.Err)
		}
	}
	if len(ports) != 2 {
		t.Errorf("the ports are %v", ports)
	}
}

// TestJSONHasNoSecret but a published one.
func TestJSONHasNoSecret(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "seed.yaml"), "apiKeys: {sk_test_of_the_seed: {}}\n")
	s := launchScreen(t, dir, nil, "-p", "0", "--json")
	s.waitFor("the line", "\n")
	if strings.Contains(s.Out.String(), "sk_") || strings.Contains(s.Out.String(), "apiKey") {
		t.Errorf("it says %s", s.Out)
	}
}

// TestReadyFileOfTheCommand is there while it serves, with what --json prints, and not before and after.
func TestReadyFileOfTheCommand(t *testing.T) {
	t.Parallel()
	dir := exampleFolder(t)
	file := filepath.Join(dir, "ready.json")
	admin := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	write(t, file, `{"url":"http://localhost:1","port":1,"health":"http://localhost:1/health","pid":1}`+"\n")
	s := launchScreen(t, dir, nil, "-p", "0", "--json", "--ready-file", "ready.json", "--admin", admin)
	s.waitFor("the line", "\n")
	if text, err := os.ReadFile(file); err != nil || string(text) != s.Out.String() {
		t.Errorf("it has %q, %v, want %q", text, err, s.Out)
	}
	s.stop()
	if exists(file) {
		t.Error("it is there after the end")
	}

	s = launchScreen(t, dir, nil, "-p", "0", "--json", "--ready-file", "ready.json", "--admin", admin)
	s.waitFor("the line", "\n")
	if !exists(file) {
		t.Error("it is not there")
	}
	response, err := http.Post("http://"+admin+"/stop", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	<-s.exited
	if exists(file) {
		t.Error("it is there after POST /stop")
	}
}

// TestVersion of the plugin and of Caddy.
func TestVersion(t *testing.T) {
	t.Parallel()
	stdout, stderr, err := run(t, nil, "", "workos", "--version")
	if err != nil || !regexp.MustCompile(`^caddy-workos \S+\nCaddy v2\.\d+\.\d+.*\n$`).MatchString(stdout) || stderr != "" {
		t.Errorf("%v, %q, %q", err, stdout, stderr)
	}
}

// TestHelpIsInOrder: what is needed first comes first.
func TestHelpIsInOrder(t *testing.T) {
	t.Parallel()
	help, _, err := run(t, nil, "", "workos", "--help")
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, want := range []string{"Examples:\n  caddy workos\n", "--seed", "--port", "--listen", "--fixtures", "--upstream", "--access-log", "--json"} {
		at := strings.Index(help[last:], want)
		if at < 0 {
			t.Fatalf("%s does not follow in\n%s", want, help)
		}
		last += at
	}
}
