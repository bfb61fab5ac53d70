package caddymodule

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const replayedSeed = `organizations: [{name: Acme}]
connectApplications:
  - {name: A, organization: Acme, client_id: client_local, client_secret: s3cret-of-the-client}
`

// TestReplayedTokenInCaddy replays a token, and asks what it is good for, in a configuration with fixtures and in one without.
func TestReplayedTokenInCaddy(t *testing.T) {
	dir := t.TempDir()
	seed, fixtures := filepath.Join(dir, "seed.yaml"), filepath.Join(dir, "fixtures")
	file := `{"request":{"method":"GET","path":"/sessions"},"responses":[{"status":200,"headers":{"Content-Type":"application/json"},"body":{"access_token":{"[jwt]":{"claims":{"sub":"user_1","client_id":"client_theirs"},"ttl":300}}}}]}`
	for path, text := range map[string]string{seed: replayedSeed, filepath.Join(fixtures, "GET/sessions/index.json"): file} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := run(t, fmt.Sprintf("workos {\nseed %s\nfixtures %s {\nmode replay\n}\n}", seed, fixtures))
	ask := func(method, path, body string) map[string]any {
		t.Helper()
		status, answer, err := c.do(method, path, "sk_test_default", strings.NewReader(body))
		var decoded map[string]any
		if err != nil || status != 200 || json.Unmarshal([]byte(answer), &decoded) != nil {
			t.Fatal(status, answer, err)
		}
		return decoded
	}
	kids := func() (kids []string) {
		for _, key := range ask("GET", "/oauth2/jwks", "")["keys"].([]any) {
			kids = append(kids, key.(map[string]any)["kid"].(string))
		}
		return kids
	}
	with := kids()
	if len(with) != 2 || with[1] != "replayed_"+with[0] {
		t.Errorf("the kids are %v", with)
	}
	token := ask("GET", "/sessions", "")["access_token"].(string)
	if got := ask("POST", "/oauth2/introspection", fmt.Sprintf(`{"client_id":"client_local","client_secret":"s3cret-of-the-client","token":%q}`, token)); got["active"] != false || len(got) != 1 {
		t.Errorf("the introspection says %v", got)
	}
	own := ask("POST", "/oauth2/token", `{"grant_type":"client_credentials","client_id":"client_local","client_secret":"s3cret-of-the-client"}`)["access_token"].(string)
	if got := ask("POST", "/oauth2/introspection", fmt.Sprintf(`{"client_id":"client_local","client_secret":"s3cret-of-the-client","token":%q}`, own)); got["active"] != true {
		t.Errorf("the introspection of an own token says %v", got)
	}
	if err := c.load(fmt.Sprintf("workos {\nseed %s\n}", seed)); err != nil {
		t.Fatal(err)
	}
	if without := kids(); !slices.Equal(without, with[:1]) {
		t.Errorf("without fixtures the kids are %v", without)
	}
}
