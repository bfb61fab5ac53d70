package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tokenSeed is the example with an audience and a lifetime of its own.
const tokenSeed = `
organizations:
  - {id: org_ACME, name: Acme}
connectApplications:
  - {name: A, organization: Acme, client_id: client_local_backend, client_secret: secret_local_backend, scopes: [read, write]}
  - {name: B, organization: Acme, client_id: client_env, client_secret: secret-of-b, audience: client_ENV, token_ttl: 5m}
  - {name: C, type: oauth, is_first_party: true, client_id: client_portal, client_secret: secret-of-c}
`

// TestTokenCommandMintsForARunningServer checks its tokens as a service does that trusts the server.
func TestTokenCommandMintsForARunningServer(t *testing.T) {
	t.Parallel()
	seed, data := filepath.Join(t.TempDir(), "seed.yaml"), "XDG_DATA_HOME="+t.TempDir()
	write(t, seed, tokenSeed)
	p := startWorkos(t, []string{data}, "--seed", seed, "--issuer", replicaIssuer, "--signing-key", "storage")
	key := filepath.Join(strings.TrimPrefix(data, "XDG_DATA_HOME="), "caddy/workos/default/signing_key.pem")
	if _, err := os.Stat(key); err != nil {
		t.Fatal(err)
	}
	for _, option := range []string{"storage", key, "{file." + key + "}"} {
		stdout, stderr, err := run(t, []string{data}, "", "workos", "token", "--client-id", "client_local_backend",
			"--seed", seed, "--issuer", replicaIssuer, "--signing-key", option)
		if err != nil || stderr != "" || strings.Count(stdout, "\n") != 1 {
			t.Fatalf("%v, and it says\n%s%s", err, stdout, stderr)
		}
		if err := p.verifies(t, strings.TrimSpace(stdout)); err != nil {
			t.Error("the server's keys do not verify the token:", err)
		}
		var introspected struct{ Active bool }
		p.form(t, "/oauth2/introspection", map[string][]string{"token": {strings.TrimSpace(stdout)}}, &introspected)
		if !introspected.Active {
			t.Error("the server says that the token is not active")
		}
	}
}

func TestTokenCommandDecodes(t *testing.T) {
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, tokenSeed)
	type claims struct {
		Issuer       string   `json:"iss"`
		Audience     string   `json:"aud"`
		Subject      string   `json:"sub"`
		Organization string   `json:"org_id"`
		Scope        string   `json:"scope"`
		Scopes       []string `json:"scp"`
		IssuedAt     int64    `json:"iat"`
		ExpiresAt    int64    `json:"exp"`
	}
	for name, test := range map[string]struct {
		client string
		args   []string
		want   claims // but for the times
		ttl    int64
	}{
		"all scopes":    {"client_local_backend", nil, claims{Issuer: "http://localhost:4100", Audience: "client_local_backend", Scope: "read write"}, 3600},
		"one scope":     {"client_local_backend", []string{"--scope", "read", "--issuer", replicaIssuer}, claims{Issuer: replicaIssuer, Audience: "client_local_backend", Scope: "read"}, 3600},
		"its own":       {"client_env", nil, claims{Issuer: "http://localhost:4100", Audience: "client_ENV"}, 300},
		"not its own":   {"client_env", []string{"--audience", "other", "--ttl", "10s"}, claims{Issuer: "http://localhost:4100", Audience: "other"}, 10},
		"from variable": {"client_env", []string{"--seed", "{env.SEED}"}, claims{Issuer: "http://localhost:4100", Audience: "client_ENV"}, 300},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"workos", "token", "--decode", "--seed", seed, "--client-id", test.client}, test.args...)
			stdout, stderr, err := run(t, []string{"SEED=" + seed}, "", args...)
			if err != nil {
				t.Fatal(err, stderr)
			}
			if !strings.Contains(stderr, "made up") {
				t.Errorf("of the key it says %q", stderr)
			}
			var decoded struct {
				Token  string
				Header map[string]string
				Claims claims
			}
			if err := json.Unmarshal([]byte(stdout), &decoded); err != nil {
				t.Fatal(err)
			}
			got := decoded.Claims
			if got.Issuer != test.want.Issuer || got.Audience != test.want.Audience || got.Scope != test.want.Scope ||
				got.Subject != test.client || got.Organization != "org_ACME" || strings.Join(got.Scopes, " ") != got.Scope {
				t.Errorf("the claims are %+v", got)
			}
			if got.ExpiresAt-got.IssuedAt != test.ttl {
				t.Errorf("it lives for %d seconds", got.ExpiresAt-got.IssuedAt)
			}
			if decoded.Header["alg"] != "RS256" || decoded.Header["kid"] == "" || strings.Count(decoded.Token, ".") != 2 {
				t.Errorf("the header is %v, and the token %s", decoded.Header, decoded.Token)
			}
		})
	}
}

func TestTokenCommandRefuses(t *testing.T) {
	t.Parallel()
	seed, empty := filepath.Join(t.TempDir(), "seed.yaml"), filepath.Join(t.TempDir(), "empty.yaml")
	write(t, seed, tokenSeed)
	write(t, empty, "")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no seed":            {[]string{"--client-id", "client_env"}, "--seed: give the seed file"},
		"no such seed":       {[]string{"--seed", "none.yaml", "--client-id", "x"}, "--seed: read seed: open none.yaml"},
		"no client":          {[]string{"--seed", seed}, "--client-id: is required; the seed holds client_local_backend, client_env, client_portal"},
		"no applications":    {[]string{"--seed", empty, "--client-id", "x"}, "--client-id: the seed holds no connectApplications"},
		"a slip":             {[]string{"--seed", seed, "--client-id", "client_local_backed"}, `--client-id: no application of the seed has "client_local_backed"; did you mean "client_local_backend"?`},
		"another client":     {[]string{"--seed", seed, "--client-id", "zzz"}, `--client-id: no application of the seed has "zzz"; it holds client_local_backend, client_env`},
		"not m2m":            {[]string{"--seed", seed, "--client-id", "client_portal"}, "--client-id client_portal (type oauth"},
		"another scope":      {[]string{"--seed", seed, "--client-id", "client_local_backend", "--scope", "read admin"}, `(type m2m, scopes "read write"), --scope "read admin": `},
		"issuer":             {[]string{"--seed", seed, "--client-id", "client_env", "--issuer", "https://x/"}, "--issuer: must not end with a slash"},
		"no issuer":          {[]string{"--seed", seed, "--client-id", "client_env", "--issuer", ""}, "--issuer: "},
		"ttl":                {[]string{"--seed", seed, "--client-id", "client_env", "--ttl", "1500ms"}, "--ttl: want a positive number of whole seconds"},
		"no ttl":             {[]string{"--seed", seed, "--client-id", "client_env", "--ttl", "0s"}, "--ttl: want a positive number of whole seconds"},
		"signing key":        {[]string{"--seed", seed, "--client-id", "client_env", "--signing-key", "none.pem"}, "--signing-key: open none.pem"},
		"nothing in storage": {[]string{"--seed", seed, "--client-id", "client_env", "--signing-key", "storage"}, "--signing-key: storage: there is no key in "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, err := run(t, nil, "", append([]string{"workos", "token"}, test.args...)...)
			if err == nil || stdout != "" || !strings.Contains(stderr, test.want) {
				t.Errorf("%v, and it says\n%s%s, want %s", err, stdout, stderr, test.want)
			}
			if strings.Contains(stderr, "secret") {
				t.Errorf("it says a secret: %s", stderr)
			}
		})
	}
}
