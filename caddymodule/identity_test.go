package caddymodule

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/store"
)

const identitySeed = `organizations: [{name: Acme}]
users: [{id: user_LOCAL, email: a@acme.example}, {id: user_GONE, email: b@acme.example}]
connectApplications:
  - {name: A, organization: Acme, client_id: client_local, client_secret: s3cret-of-the-client, id: conn_app_LOCAL}
  - {name: B, organization: Acme, client_id: client_gone, id: conn_app_GONE}
`

func TestIsLocal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(path, []byte(identitySeed), 0o600); err != nil {
		t.Fatal(err)
	}
	held, err := holdInstance(option{name: "instance", value: t.Name(), text: t.Name()})
	if err != nil {
		t.Fatal(err)
	}
	defer instances.Delete(t.Name())
	u := &instanceUse{instance: held, plan: &seedPlan{}, logger: zap.NewNop()}
	if err := u.seedBy(option{name: "seed", value: path, text: path}); err != nil {
		t.Fatal(err)
	}
	u.applySeed()
	err = held.store.Update(func(tx *store.Txn) error {
		if err := store.Users.Delete(tx, "user_GONE"); err != nil {
			return err
		}
		return store.Applications.Delete(tx, "conn_app_GONE")
	})
	if err != nil {
		t.Fatal(err)
	}
	asked := httptest.NewRequest("GET", "http://here.example/sessions", nil)
	if u.isLocal(asked, "iss", "") || u.isLocal(asked, "iss", "https://auth.example.com") {
		t.Error("an issuer is local while none is configured")
	}
	u.issueBy("https://auth.example.com", "", "http://Localhost:4100/workos")
	for claim, values := range map[string]map[string]bool{
		"iss": {
			"https://auth.example.com": true, "https://auth.example.com/": true, "https://AUTH.example.com./user_management/client_x": true,
			"https://auth.example.com:443": true, "http://localhost:4100": true, "http://localhost:4101": false, "https://api.workos.com/user_management/client_local": false,
			"https://auth.example.com.evil.example": false, "auth.example.com": true, "http://here.example": true, "": false, "%": false,
		},
		"sub":       {"user_LOCAL": true, "user_GONE": true, "client_local": true, "user_theirs": false, "": false},
		"client_id": {"client_local": true, "client_gone": true, "client_theirs": false, "conn_app_LOCAL": false, "user_LOCAL": false, "": false},
		"azp":       {"client_local": true, "client_theirs": false},
		"aud":       {"client_local": true, "https://api.example.com": false},
		"org_id":    {"client_local": false},
	} {
		for value, want := range values {
			if got := u.isLocal(asked, claim, value); got != want {
				t.Errorf("%s %q: %t", claim, value, got)
			}
		}
	}
}

// TestIssuersByOtherNames are those of this machine, at the port that a request came to.
func TestIssuersByOtherNames(t *testing.T) {
	t.Parallel()
	asked := httptest.NewRequest("GET", "http://127.0.0.1:4100/sessions", nil)
	asked = asked.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4100}))
	u := &instanceUse{instance: &instance{}, plan: &seedPlan{}}
	for issuer, want := range map[string]bool{
		"http://localhost:4100": true, "http://LOCALHOST:4100/user_management/client_x": true, "https://[::1]:4100": true, "http://127.1.2.3:4100": true,
		"http://app.localhost:4100": true, "http://localhost:4101": false, "http://localhost": false, "http://example.com:4100": false, "localhost:4100": false,
	} {
		if got := u.isLocal(asked, "iss", issuer); got != want {
			t.Errorf("%s: %t", issuer, got)
		}
	}
}

// TestReplayedTokenInCaddy replays a token, and asks what it is good for, in a configuration with fixtures and in one without.
func TestReplayedTokenInCaddy(t *testing.T) {
	dir := t.TempDir()
	seed, fixtures := filepath.Join(dir, "seed.yaml"), filepath.Join(dir, "fixtures")
	file := `{"request":{"method":"GET","path":"/sessions"},"responses":[{"status":200,"headers":{"Content-Type":"application/json"},"body":{"access_token":{"[jwt]":{"claims":{"sub":"user_1","client_id":"client_theirs"},"ttl":300}}}}]}`
	for path, text := range map[string]string{seed: identitySeed, filepath.Join(fixtures, "GET/sessions/index.json"): file} {
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

// TestKeyOfReplayedTokensIsKeptForADay replaces a key in the storage, with which other processes may have signed for fixtures.
func TestKeyOfReplayedTokensIsKeptForADay(t *testing.T) {
	t.Parallel()
	before, _ := newKey(t)
	after, _ := newKey(t)
	for _, folders := range []map[*fixture.Library]int{{}, {new(fixture.Library): 1}} {
		want := time.Hour
		if len(folders) > 0 {
			want = limits.ReplayedTTL
		}
		now := time.Now()
		u := &instanceUse{instance: &instance{store: store.New(), folders: folders}, logger: zap.NewNop()}
		f := &followedKey{use: u, ttl: time.Hour, now: func() time.Time { return now }}
		f.note(before, after)
		if until := f.replaced[0].Until; !until.Equal(now.Add(want)) {
			t.Errorf("with %d folders it is kept for %s", len(folders), until.Sub(now))
		}
	}
}
