package screen

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	exampleSeed = "../../../seed.example.yaml"
	ownSecret   = "this-secret-is-of-the-seed-1234"
	ownKey      = "sk_test_this_key_is_of_the_seed_9876"
	realKey     = "sk_live_this_is_the_real_key_5555"
)

// prepared is a server of some flags, in a working folder with some files.
func prepared(t *testing.T, s serving.Server, files map[string]string) *serving.Running {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if s.Listen == "" {
		s.Listen = "127.0.0.1:4100"
	}
	running, err := s.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	return running
}

func example(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(exampleSeed)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// secretive is a seed of keys and clients, none of them published.
func secretive(keys, clients int) string {
	var b strings.Builder
	b.WriteString("apiKeys:\n")
	for i := range keys {
		fmt.Fprintf(&b, "  %s%d: {}\n", ownKey, i)
	}
	b.WriteString("organizations: [{name: Acme}]\nconnectApplications:\n")
	for i := range clients {
		fmt.Fprintf(&b, "  - {name: Client %d, organization: Acme, client_id: client_%d, client_secret: %s%d}\n", i, i, ownSecret, i)
	}
	return b.String()
}

const recorded = `{"request": {"method": "GET", "path": "/connections"}, "responses": [{"status": 200, "body": {}}]}`

// TestBanner compares the screen of each situation with its golden file: scripts and people know it.
func TestBanner(t *testing.T) {
	example := example(t)
	for name, test := range map[string]struct {
		server serving.Server
		files  map[string]string
		env    map[string]string
	}{
		"nothing":        {},
		"example":        {files: map[string]string{"seed.yaml": example}},
		"several seeds":  {files: map[string]string{"seed.yaml": example, "workos-emulate.config.json": "{}"}},
		"fixtures":       {files: map[string]string{"seed.yaml": example, "fixtures/GET/connections.json": recorded}},
		"other fixtures": {files: map[string]string{"seed.yaml": example, "fixtures/users.json": "[]", "fixtures/GET/x.json": "{}"}},
		"upstream": {
			server: serving.Server{Site: serving.Site{Upstream: "https://api.workos.com", AuthKit: "https://example.authkit.app", TestAPI: true}},
			files:  map[string]string{"seed.yaml": example, "fixtures/GET/connections.json": recorded},
			env:    map[string]string{serving.RealKeyVariable: realKey},
		},
		"upstream without its key": {
			server: serving.Server{Site: serving.Site{Upstream: "https://api.workos.com"}}, files: map[string]string{"seed.yaml": example},
		},
		"upstream alone": {
			server: serving.Server{Site: serving.Site{Upstream: "https://api.workos.com"}}, env: map[string]string{serving.RealKeyVariable: realKey},
		},
		"recording": {
			server: serving.Server{Site: serving.Site{Upstream: "https://api.workos.com", Fixtures: "recorded", Mode: "record"}},
			files:  map[string]string{"seed.yaml": example}, env: map[string]string{serving.RealKeyVariable: realKey},
		},
		"many":           {files: map[string]string{"seed.yaml": secretive(15, 15)}},
		"customers only": {files: map[string]string{"seed.yaml": "organizations: [{name: A}]\napiKeys: [{name: a, organization: A, value: sk_test_customer_1234567}]\n"}},
		"login page":     {server: serving.Server{Site: serving.Site{Logins: serving.Logins{Login: "password"}}}, files: map[string]string{"seed.yaml": example}},
		"socket":         {server: serving.Server{Listen: "unix//run/workos.sock"}, files: map[string]string{"seed.yaml": example}},
		"IPv6":           {server: serving.Server{Listen: "[::1]:4100"}},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			golden, err := filepath.Abs(filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			running := prepared(t, test.server, test.files)
			Style{}.banner(&b, running, "linux")
			screen := b.String() + string(JSON(running))
			screen = strings.Replace(screen, fmt.Sprintf(`"pid":%d`, os.Getpid()), `"pid":1`, 1)
			compare(t, golden, screen)
			fits(t, b.String())
			for _, secret := range []string{ownSecret, ownKey, realKey, "customer_12"} {
				if strings.Contains(screen, secret) {
					t.Errorf("%s is on the screen", secret)
				}
			}
		})
	}
}

func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the screen is\n%s\nwant\n%s", got, want)
	}
}

// fits tells whether all is on one screen.
func fits(t *testing.T, screen string) {
	t.Helper()
	const lines, columns = 24, 100
	if n := strings.Count(screen, "\n"); n > lines {
		t.Errorf("it has %d lines", n)
	}
	for line := range strings.Lines(screen) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > columns {
			t.Errorf("a line has %d columns: %s", n, line)
		}
	}
}

// TestBannerOfHostileNames: what a seed calls things does not move the cursor, nor fill the screen.
func TestBannerOfHostileNames(t *testing.T) {
	long := strings.Repeat("x", 500)
	running := prepared(t, serving.Server{}, map[string]string{"seed.yaml": "organizations: [{name: A}]\nconnectApplications:\n" +
		"  - {name: \"\\u202egnp\\u200b\", organization: A, client_id: client_1, client_secret: " + ownSecret + "}\n" +
		"  - {name: " + long + ", organization: A, client_id: client_" + long[:200] + ", client_secret: " + ownSecret + "2}\n" +
		"apiKeys:\n  sk_" + long + ": {}\n"})
	var b strings.Builder
	if err := (Style{}).Banner(&b, running); err != nil {
		t.Fatal(err)
	}
	fits(t, b.String())
	if strings.ContainsAny(b.String(), "\u202e\u200b") || strings.Contains(b.String(), ownSecret) {
		t.Errorf("the screen is %q", b.String())
	}
}

// TestCurlIsForAShell has a shell read the request: it is one command.
func TestCurlIsForAShell(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	example := example(t)
	for name, server := range map[string]serving.Server{"port": {}, "IPv6": {Listen: "[::1]:4100"}, "socket": {Listen: "unix//run/it's here.sock"}} {
		for _, files := range []map[string]string{nil, {"seed.yaml": example}, {"seed.yaml": secretive(1, 1)}} {
			command := strings.Join(curl(prepared(t, server, files), "linux"), "\n")
			said, err := exec.Command(shell, "-c", `curl() { for word; do printf '%s\n' "$word"; done; }`+"\n"+command).CombinedOutput()
			words := strings.Split(strings.TrimSpace(string(said)), "\n")
			if err != nil || !strings.Contains(string(said), "http://") || strings.Contains(string(said), `\`) {
				t.Errorf("%s: %s is %v, %q", name, command, err, words)
			}
		}
	}
}

// TestCurlOnWindows is one line, in which nothing is for a POSIX shell.
func TestCurlOnWindows(t *testing.T) {
	got := curl(prepared(t, serving.Server{}, map[string]string{"seed.yaml": example(t)}), "windows")
	if len(got) != 1 || strings.ContainsAny(got[0], `'\`) {
		t.Errorf("it is %q", got)
	}
}
