package instance

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
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

// named is the name of an instance of a test.
func named(t *testing.T) option.Option {
	return option.Option{Name: "instance", Text: t.Name(), Value: t.Name()}
}

func TestIsLocal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(path, []byte(identitySeed), 0o600); err != nil {
		t.Fatal(err)
	}
	u := &Use{Instance: newInstance(named(t)), plan: &seedPlan{}, logger: zap.NewNop()}
	if err := u.SeedBy(option.Option{Name: "seed", Value: path, Text: path}); err != nil {
		t.Fatal(err)
	}
	u.ApplySeed()
	err := u.Store.Update(func(tx *store.Txn) error {
		if err := store.Users.Delete(tx, "user_GONE"); err != nil {
			return err
		}
		return store.Applications.Delete(tx, "conn_app_GONE")
	})
	if err != nil {
		t.Fatal(err)
	}
	asked := httptest.NewRequest("GET", "http://here.example/sessions", nil)
	if u.IsLocal(asked, "iss", "") || u.IsLocal(asked, "iss", "https://auth.example.com") {
		t.Error("an issuer is local while none is configured")
	}
	u.IssueBy("https://auth.example.com", "", "http://Localhost:4100/workos")
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
			if got := u.IsLocal(asked, claim, value); got != want {
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
	u := &Use{Instance: newInstance(named(t)), plan: &seedPlan{}}
	for issuer, want := range map[string]bool{
		"http://localhost:4100": true, "http://LOCALHOST:4100/user_management/client_x": true, "https://[::1]:4100": true, "http://127.1.2.3:4100": true,
		"http://app.localhost:4100": true, "http://localhost:4101": false, "http://localhost": false, "http://example.com:4100": false, "localhost:4100": false,
	} {
		if got := u.IsLocal(asked, "iss", issuer); got != want {
			t.Errorf("%s: %t", issuer, got)
		}
	}
}

// TestReplayedTokensCountForTheLongestTTL: other processes may have signed them for fixtures.
func TestReplayedTokensCountForTheLongestTTL(t *testing.T) {
	t.Parallel()
	i := newInstance(named(t))
	if got := i.longestTTL(time.Hour); got > time.Hour {
		t.Errorf("without folders of fixtures, it is %s", got)
	}
	i.countFolder(new(fixture.Library), 1)
	if got := i.longestTTL(time.Hour); got != limits.ReplayedTTL {
		t.Errorf("with a folder of fixtures, it is %s", got)
	}
}
