package caddymodule

import (
	"fmt"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/secrettest"
)

// TestNoSecretInErrorsOfTheCaddyfile writes a secret, and the lines of a key, wherever a directive may have something.
func TestNoSecretInErrorsOfTheCaddyfile(t *testing.T) {
	for kind, secret := range secrettest.Values(t) {
		if strings.Contains(secret, "\x00") {
			continue
		}
		t.Setenv("SECRET_OF_THE_TEST", secret)
		texts := []string{"{env.SECRET_OF_THE_TEST}", "{env.SECRET_OF_THE_TEST} {env.SECRET_OF_THE_TEST}"}
		if option.Shown(secret) != secret {
			texts = append(texts, secret, "`"+strings.ReplaceAll(secret, "`", "")+"`", "x "+secret, secret+" x")
		}
		for i, text := range texts {
			var sites []string
			for _, option := range []string{
				"seed", "issuer", "audience", "signing_key", "token_ttl", "claims", "emulate", "instance", "accept_key", "test_api", "answer_unreachable",
				"login", "create", "client_id", "redirect_uri", "sign_out_redirect", "cors_origin", "user_token_ttl", "user_token_audience", "session_ttl", "",
			} {
				sites = append(sites, "workos_emulator {\n"+option+" "+text+"\n}", "workos {\n"+option+" "+text+"\n}")
			}
			for _, option := range []string{"mode", "verify", "instance", "redact_email", "redact", "ignore_query", "ignore_body", ""} {
				sites = append(sites, "workos_fixtures ./fixtures {\nmode replay\n"+option+" "+text+"\n}", "workos_fixtures ./fixtures {\n"+option+" "+text+"\n}")
			}
			for _, option := range []string{"upstream", "authkit", "fixtures"} {
				sites = append(sites, "workos {\n"+option+" "+text+"\n}", "workos {\n"+option+" http://x {\napi_key "+text+"\n}\n}")
			}
			for _, option := range []string{"api_key", "direct"} {
				sites = append(sites, "reverse_proxy http://x {\ntransport workos {\n"+option+" "+text+"\n}\n}")
			}
			for _, directive := range []string{"workos", "workos_emulator", "workos_fixtures", "workos_fixtures ./fixtures"} {
				sites = append(sites, directive+" "+text+" {\n}", directive+" "+text)
			}
			for _, site := range sites {
				adapted, warnings, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte("http://localhost {\n"+site+"\n}\n"), map[string]any{"filename": "Caddyfile"})
				if piece := secrettest.PieceOf(secret, fmt.Sprint(err)); piece != "" {
					t.Errorf("%s in %q: %q is in %v", kind, site, piece, err)
				}
				if piece := secrettest.PieceOf(secret, fmt.Sprint(string(adapted), warnings)); i < 2 && piece != "" {
					t.Errorf("%s in %q: %q is in %s", kind, site, piece, adapted)
				}
			}
		}
	}
}
