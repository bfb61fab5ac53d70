package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// names returns the names of all that a list of the REST API holds.
func (p *process) names(t *testing.T, path string) []string {
	t.Helper()
	var list struct{ Data []struct{ Name string } }
	if err := json.Unmarshal([]byte(p.body(t, path)), &list); err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, item := range list.Data {
		names = append(names, item.Name)
	}
	return names
}

const reloadSeed = `
apiKeys:
  sk_test_local: {environment: test}
organizations:
  - name: One
  - name: Two
`

// startReloadable runs a site with reloadSeed, and returns the path of the seed too.
func startReloadable(t *testing.T) (p *process, seed, caddyfile string) {
	t.Helper()
	seed = filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, reloadSeed)
	caddyfile = fmt.Sprintf("http://localhost:{$PORT} {\n\tworkos_emulator {\n\t\tseed %s\n\t}\n}\n", seed)
	return startConfig(t, caddyfile), seed, caddyfile
}

func TestReloadAppliesAnEditedSeedAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	p, seed, caddyfile := startReloadable(t)
	keysBefore := p.body(t, "/oauth2/jwks")
	if answer := p.do(t, http.MethodPost, "/organizations", `{"name":"Made at run time"}`); answer.status != http.StatusCreated {
		t.Fatal(answer.status, answer.body)
	}
	write(t, seed, strings.Replace(reloadSeed, "Two", "Three", 1))
	if err := p.reload(caddyfile); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(p.names(t, "/organizations?order=asc")), "[One Made at run time Three]"; got != want {
		t.Errorf("after the reload there are %s, want %s", got, want)
	}
	if p.body(t, "/oauth2/jwks") != keysBefore {
		t.Error("the reload changed the signing key")
	}
}

func TestFailedReloadKeepsTheRunningState(t *testing.T) {
	t.Parallel()
	p, seed, caddyfile := startReloadable(t)
	p.do(t, http.MethodPost, "/organizations", `{"name":"Made at run time"}`)

	// Each of these fails at another point: before the state is taken, while it is, and after it has been.
	write(t, seed, strings.Replace(reloadSeed, "Two", "Four", 1))
	failing := map[string]string{
		"an option":    strings.Replace(caddyfile, "seed ", "token_ttl 1500ms\n\t\tseed ", 1),
		"another seed": caddyfile + fmt.Sprintf("http://127.0.0.1:%d {\n\tworkos_emulator\n}\n", freePort(t)),
		"another app":  caddyfile + "http://127.0.0.2:{$PORT} {\n\treverse_proxy {\n\t\tto https://example.com/path\n\t}\n}\n",
		"a listener":   caddyfile + "http://localhost:4 {\n\tbind 203.0.113.1\n\trespond ok\n}\n",
	}
	for name, broken := range failing {
		if err := p.reload(broken); err == nil {
			t.Errorf("%s: the configuration was loaded", name)
		}
		if got, want := fmt.Sprint(p.names(t, "/organizations?order=asc")), "[One Two Made at run time]"; got != want {
			t.Errorf("%s: after the failed reload there are %s, want %s", name, got, want)
		}
	}
	if err := os.WriteFile(seed, []byte("organizations: 5"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.reload(caddyfile); err == nil || !strings.Contains(err.Error(), "organizations: must be a sequence") {
		t.Errorf("a bad seed was answered with %v", err)
	}
	if got := len(p.names(t, "/organizations")); got != 3 {
		t.Errorf("after the bad seed there are %d organizations", got)
	}
}
