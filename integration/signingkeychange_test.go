package integration

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// newKeyFile writes another signing key, as a tool does that replaces the file.
func newKeyFile(t *testing.T, path string) *oauth.SigningKey {
	t.Helper()
	key, err := oauth.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	pem, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	write(t, path+".new", string(pem))
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	return key
}

// activeAt tells whether introspection and the JWKS of a process accept a token.
func (p *process) activeAt(t *testing.T, token string) bool {
	t.Helper()
	var introspected struct{ Active bool }
	p.form(t, "/oauth2/introspection", url.Values{"token": {token}}, &introspected)
	return introspected.Active && p.verifies(t, token) == nil
}

// TestReloadToAnotherSigningKey changes the key in each way, with an unchanged Caddyfile where that is possible.
func TestReloadToAnotherSigningKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, after string }{
		"path":                 {"signing_key %s", "signing_key %s"},
		"placeholder":          {"signing_key {file.%s}", "signing_key {file.%s}"},
		"path in a variable":   {"signing_key {env.KEY_FILE}", "signing_key {env.KEY_FILE}"},
		"made at the start":    {"# %s", "signing_key %s"},
		"back to the made one": {"signing_key %s", "# %s"},
	} {
		for _, form := range []string{"workos", "workos_emulator"} {
			t.Run(name+", "+form, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "key.pem")
				newKeyFile(t, file)
				config := func(option string) string {
					option = strings.ReplaceAll(option, "{env.KEY_FILE}", file)
					if strings.Contains(option, "%s") {
						option = fmt.Sprintf(option, file)
					}
					return fmt.Sprintf("http://localhost:{$PORT} {\n\t%s {\n\t\tseed seed.example.yaml\n\t\tissuer %s\n\t\t%s\n\t}\n}\n", form, replicaIssuer, option)
				}
				p := startConfig(t, config(test.before))
				token, keys := p.token(t), p.get(t, "/oauth2/jwks", "")
				newKeyFile(t, file)
				if err := p.reload(config(test.after)); err != nil {
					t.Fatal(err)
				}
				another := p.token(t)
				if kid(another) == kid(token) {
					t.Error("the key is still the old one")
				}
				if p.get(t, "/oauth2/jwks", "") == keys || !p.activeAt(t, token) || !p.activeAt(t, another) {
					t.Errorf("the tokens are good: %t, %t", p.activeAt(t, token), p.activeAt(t, another))
				}
			})
		}
	}
}

// kid is the header of a token, which has its kid.
func kid(token string) string {
	header, _, _ := strings.Cut(token, ".")
	return header
}

// TestReplicasFollowAnotherKey replaces the key in the storage of two replicas. Neither needs a reload, and each token that
// either has signed is good on both all the time.
func TestReplicasFollowAnotherKey(t *testing.T) {
	t.Parallel()
	storage := filepath.Join(t.TempDir(), "shared")
	replicas := []*process{startConfig(t, replicaConfig(storage)), startConfig(t, replicaConfig(storage))}
	tokens := []string{replicas[0].token(t), replicas[1].token(t)}
	for range 2 {
		before := kid(tokens[len(tokens)-1])
		newKeyFile(t, filepath.Join(storage, "workos/default/signing_key.pem"))
		for _, p := range replicas {
			eventually(t, "a token of the new key", func() bool {
				token := p.token(t)
				tokens = append(tokens, token)
				return kid(token) != before
			})
		}
		for _, p := range replicas {
			for _, token := range []string{tokens[0], tokens[1], tokens[len(tokens)-1]} {
				eventually(t, "both replicas to accept a token", func() bool { return p.activeAt(t, token) })
			}
		}
	}
	late := startConfig(t, replicaConfig(storage))
	for i, token := range tokens {
		if !late.activeAt(t, token) {
			t.Errorf("a replica that was started later does not accept token %d", i)
		}
	}
}
