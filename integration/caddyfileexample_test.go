package integration

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// startExample runs Caddyfile.example as it is, but for its port.
func startExample(t *testing.T) *process {
	t.Helper()
	example, err := os.ReadFile("../Caddyfile.example")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(example), "\nhttp://:4100 {\n") {
		t.Fatal("Caddyfile.example does not serve port 4100")
	}
	return startConfig(t, strings.ReplaceAll(string(example), "4100", "{$PORT}"))
}

// TestExampleTokenVerifiesThroughDiscovery is the product in one test: stock libraries, a seeded client, a token that a
// service accepts which knows nothing but the issuer.
func TestExampleTokenVerifiesThroughDiscovery(t *testing.T) {
	t.Parallel()
	p := startExample(t)
	for name, style := range map[string]oauth2.AuthStyle{"form": oauth2.AuthStyleInParams, "basic": oauth2.AuthStyleInHeader} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), maxWait)
			defer cancel()
			config := clientcredentials.Config{
				ClientID:     "client_local_backend",
				ClientSecret: "secret_local_backend",
				TokenURL:     p.URL + "/oauth2/token",
				Scopes:       []string{"posts:read"},
				AuthStyle:    style,
			}
			token, err := config.Token(ctx)
			if err != nil {
				t.Fatal(err)
			}
			provider, err := oidc.NewProvider(ctx, p.URL)
			if err != nil {
				t.Fatal(err)
			}
			verified, err := provider.Verifier(&oidc.Config{ClientID: "client_local_backend"}).Verify(ctx, token.AccessToken)
			if err != nil {
				t.Fatal(err)
			}
			var claims struct {
				OrganizationID string `json:"org_id"`
				Scope          string `json:"scope"`
			}
			if err := verified.Claims(&claims); err != nil {
				t.Fatal(err)
			}
			if verified.Subject != "client_local_backend" || claims.OrganizationID != "org_01JQ8ZVXTN4M7K2DPC5W9RHEAB" || claims.Scope != "posts:read" {
				t.Errorf("the token is of %s, for %s, with scope %q", verified.Subject, claims.OrganizationID, claims.Scope)
			}
		})
	}
}

// TestAccessLogNamesTheSource reads the access log of a request that holds secrets.
func TestAccessLogNamesTheSource(t *testing.T) {
	t.Parallel()
	p := startConfig(t, `{
	debug
}
http://localhost:{$PORT} {
	log
	header X-Also {http.workos.source}
	workos_emulator {
		seed seed.example.yaml
	}
}`)
	response, err := http.PostForm(p.URL+"/oauth2/token", map[string][]string{
		"grant_type": {"client_credentials"}, "client_id": {"client_local_backend"}, "client_secret": {"secret_local_backend"},
	})
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	ask(t, "GET", p.URL+"/vault", "", "", "") // which the next handler is asked for as well
	eventually(t, "the access log", func() bool { return strings.Contains(p.Log.String(), `"status":501`) })
	for line := range strings.Lines(p.Log.String()) {
		if strings.Contains(line, "http.log.access") && !(strings.Contains(line, `"msg":"handled request"`) && strings.Contains(line, `"workos_source":"emulator"`)) {
			t.Errorf("the access log says %s", line)
		}
	}
	for _, secret := range []string{"secret_local_backend", "eyJ"} {
		if strings.Contains(p.Log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

// TestBadConfigurationIsRefused proves that each fault is named by its option, and that no secret is printed with it.
func TestBadConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	badSeed := filepath.Join(folder, "seed.yaml")
	write(t, badSeed, "connectApplications:\n  - name: A\n    organization: Acme Crop\n    client_secret: hunter2hunter2\norganizations:\n  - name: Acme Corp\n")
	ecKey := filepath.Join(folder, "ec.pem")
	write(t, ecKey, "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n")
	for name, test := range map[string]struct{ options, want, never string }{
		"seed":        {"seed " + badSeed, `did you mean "Acme Corp"?`, "hunter2"},
		"no seed":     {"seed " + filepath.Join(folder, "none.yaml"), "seed: read seed", "panic"},
		"signing key": {"signing_key " + ecKey, "signing_key:", "AAAA"},
		"accept key":  {"accept_key {env.NOT_SET_ANYWHERE}", "accept_key:", "panic"},
		"issuer":      {"issuer ftp://x", "issuer:", "panic"},
		"claims":      {"claims both", "claims:", "panic"},
		"emulate":     {"emulate tokens", "emulate: unknown group", "panic"},
		"token_ttl":   {"token_ttl soon", "token_ttl:", "panic"},
		"unknown":     {"sed seed.yaml", `unknown option "sed"`, "panic"},
		"twice":       {"issuer http://a\n\t\tissuer http://b", "issuer is given more than once", "panic"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := filepath.Join(t.TempDir(), "Caddyfile")
			write(t, config, fmt.Sprintf("http://localhost:%d {\n\tworkos_emulator {\n\t\t%s\n\t}\n}\n", freePort(t), test.options))
			said, err := runToEnd(t, []string{"CADDY_ADMIN=off"}, "validate", "--config", config, "--adapter", "caddyfile")
			if err == nil {
				t.Fatalf("it was accepted: %s", said)
			}
			if !strings.Contains(strings.ReplaceAll(said, `\"`, `"`), test.want) {
				t.Errorf("it says %s\nwant %q in it", said, test.want)
			}
			if strings.Contains(said, test.never) {
				t.Errorf("it says %s\nwith %q in it", said, test.never)
			}
		})
	}
}
