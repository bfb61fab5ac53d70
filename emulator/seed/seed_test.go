package seed_test

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

var testNow = time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC)

// environment looks variables up in a map.
func environment(variables map[string]string) seed.Options {
	return seed.Options{LookupEnv: func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}}
}

func parse(t testing.TB, source string) *seed.Seed {
	t.Helper()
	s, err := seed.Parse("seed.yaml", []byte(source), environment(nil))
	if err != nil {
		t.Fatalf("Parse:\n%v", err)
	}
	return s
}

// problemsOf returns what is wrong with a seed.
func problemsOf(t testing.TB, source string, variables map[string]string) seed.Problems {
	t.Helper()
	_, err := seed.Parse("seed.yaml", []byte(source), environment(variables))
	var problems seed.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("Parse: an error without problems: %v", err)
	}
	return problems
}

// counting is a deterministic source of distinct "random" bytes.
type counting struct{ next byte }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = c.next
		c.next++
	}
	return len(p), nil
}

func apply(t testing.TB, s *store.Store, next *seed.Seed) seed.Changes {
	t.Helper()
	return applyAt(t, s, next, testNow)
}

func applyAt(t testing.TB, s *store.Store, next *seed.Seed, now time.Time) seed.Changes {
	t.Helper()
	var changes seed.Changes
	err := s.Update(func(tx *store.Txn) (err error) {
		changes, err = next.Apply(tx, now, &counting{})
		return err
	})
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return changes
}

// seeded returns a store that holds a seed.
func seeded(t testing.TB, source string) (*store.Store, *seed.Seed) {
	t.Helper()
	s, parsed := store.New(), parse(t, source)
	apply(t, s, parsed)
	return s, parsed
}

func only[T any](t testing.TB, rows []T) T {
	t.Helper()
	if len(rows) != 1 {
		t.Fatalf("got %d rows, want 1", len(rows))
	}
	return rows[0]
}

func TestLoadReadsYAMLAndJSON(t *testing.T) {
	t.Parallel()
	const asYAML = "organizations:\n  - name: Acme Corp\n    external_id: a\n"
	for name, content := range map[string]string{
		"seed.yaml":     asYAML,
		"seed.json":     `{"organizations": [{"name": "Acme Corp", "external_id": "a"}]}`,
		"tabs.json":     "{\n\t\"organizations\": [\n\t\t{\"name\": \"Acme\\u0020Corp\",\n\t\t\"external_id\": \"a\"}\n\t]\n}\n",
		"bom.yaml":      "\ufeff" + asYAML,
		"crlf.yaml":     strings.ReplaceAll(asYAML, "\n", "\r\n"),
		"document.yaml": "%YAML 1.2\n---\n" + asYAML + "...\n",
		"anchors.yaml":  "organizations:\n  - &acme {name: Acme Corp, external_id: a}\nusers: []\nconnectApplications:\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			loaded, err := seed.Load(file, seed.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := store.New()
			apply(t, s, loaded)
			if o := only(t, store.Organizations.All(s.View())); o.Name != "Acme Corp" || o.ExternalID != "a" {
				t.Errorf("got %+v", o)
			}
		})
	}
}

func TestLoadOfNoFile(t *testing.T) {
	t.Parallel()
	if _, err := seed.Load(filepath.Join(t.TempDir(), "seed.yaml"), seed.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want os.ErrNotExist", err)
	}
}

func TestDefaultKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		seed *seed.Seed
		want []string
	}{
		"no file":           {seed.Empty(), []string{seed.DefaultKey}},
		"empty file":        {parse(t, ""), []string{seed.DefaultKey}},
		"comment only":      {parse(t, "# nothing\n"), []string{seed.DefaultKey}},
		"null document":     {parse(t, "null\n"), []string{seed.DefaultKey}},
		"other blocks":      {parse(t, "organizations: []\n"), []string{seed.DefaultKey}},
		"null apiKeys":      {parse(t, "apiKeys:\n"), []string{seed.DefaultKey}},
		"empty sequence":    {parse(t, "apiKeys: []\n"), nil},
		"empty mapping":     {parse(t, "apiKeys: {}\n"), nil},
		"keys of their own": {parse(t, "apiKeys: {sk_a: {environment: test}, sk_b: }\n"), []string{"sk_a", "sk_b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := store.New()
			apply(t, s, test.seed)
			if got := len(store.EnvironmentKeys.All(s.View())); got != len(test.want) {
				t.Errorf("got %d environment keys, want %d", got, len(test.want))
			}
			for _, value := range test.want {
				if _, ok := s.View().EnvironmentKeyByDigest(store.DigestOf(value)); !ok {
					t.Errorf("%s is missing", value)
				}
			}
		})
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, `
organizations:
  - id: org_1
    name: Acme Corp
    domains: [plain.example, {domain: acme.example, state: verified}]
    metadata: {tier: gold}
users:
  - {id: user_1, email: " a@acme.example ", first_name: A, last_name: B, name: A B the Third, external_id: x, email_verified: true, metadata: {k: v}}
connectApplications:
  - name: Backend
    organization: Acme Corp
    description: Nightly jobs
    scopes: [posts:read]
    audience: https://api.example
    client_id: client_1
    client_secrets: [first-secret, second-secret]
    token_ttl: 90s
  - {name: Web, type: oauth, redirect_uris: [https://a.example/cb, {uri: "https://b.example/cb", default: true}], uses_pkce: true, token_ttl: 60}
  - {name: Partner, type: oauth, organization_id: org_upstream, client_secrets: []}
apiKeys:
  - {name: CI, organization: Acme Corp, user_id: user_9, value: sk_test_value_1234, permissions: [a, b], expires_at: 2030-01-01T00:00:00+01:00, upstream: true, id: key_1}
  - {name: Forever, organization_id: org_upstream, expires_at: null}
`)
	tx := s.View()

	o, _ := store.Organizations.Get(tx, "org_1")
	if len(o.Domains) != 2 || o.Domains[0].State != "pending" || o.Domains[1].State != "verified" || o.Metadata["tier"] != "gold" {
		t.Errorf("organization %+v", o)
	}
	if !o.CreatedAt.Equal(testNow) || !o.UpdatedAt.Equal(testNow) || o.Seed == "" {
		t.Errorf("organization's meta %+v", o.Meta)
	}
	u, _ := store.Users.Get(tx, "user_1")
	if u.Email != "a@acme.example" || u.FirstName != "A" || u.LastName != "B" || u.Name != "A B the Third" || u.ExternalID != "x" || !u.EmailVerified || u.Metadata["k"] != "v" {
		t.Errorf("user %+v", u)
	}

	applications := store.Applications.All(tx)
	if len(applications) != 3 {
		t.Fatalf("got %d applications", len(applications))
	}
	backend, web, partner := applications[0], applications[1], applications[2]
	if backend.Type != store.M2M || backend.OrganizationID != "org_1" || *backend.Description != "Nightly jobs" ||
		backend.Audience != "https://api.example" || backend.ClientID != "client_1" || backend.TokenTTL != 90*time.Second ||
		!slices.Equal(backend.Scopes, []string{"posts:read"}) {
		t.Errorf("m2m application %+v", backend)
	}
	if secrets := tx.ClientSecrets(backend.ID); len(secrets) != 2 || secrets[1].Hint != "cret" ||
		!secrets[0].Digest.Equal(store.DigestOf("first-secret")) {
		t.Errorf("secrets %+v", secrets)
	}
	if web.Type != store.OAuth || !web.IsFirstParty || !web.UsesPKCE || web.OrganizationID != "" || web.TokenTTL != time.Minute ||
		web.Description != nil || !strings.HasPrefix(web.ClientID, "client_") ||
		!slices.Equal(web.RedirectURIs, []store.RedirectURI{{URI: "https://a.example/cb"}, {URI: "https://b.example/cb", Default: true}}) {
		t.Errorf("oauth application %+v", web)
	}
	if secrets := tx.ClientSecrets(web.ID); len(secrets) != 1 || secrets[0].Digest.IsZero() || secrets[0].Hint == "" {
		t.Errorf("random secret %+v", secrets)
	}
	if partner.IsFirstParty || partner.OrganizationID != "org_upstream" || len(tx.ClientSecrets(partner.ID)) != 0 {
		t.Errorf("third-party application %+v", partner)
	}

	key, ok := tx.APIKeyByDigest(store.DigestOf("sk_test_value_1234"))
	if !ok || key.ID != "key_1" || key.OrganizationID != "org_1" || key.UserID != "user_9" || key.Obfuscated != "sk_...1234" ||
		!key.ExpiresAt.Equal(time.Date(2029, 12, 31, 23, 0, 0, 0, time.UTC)) || !key.Upstream || len(key.Permissions) != 2 {
		t.Errorf("API key %+v", key)
	}
	if forever := store.APIKeys.All(tx)[1]; !forever.ExpiresAt.IsZero() || forever.Digest.IsZero() || forever.Obfuscated == "" {
		t.Errorf("random API key %+v", forever)
	}
}

func TestEnvironmentVariables(t *testing.T) {
	t.Parallel()
	source := `
organizations: [{name: "{env.ORG}"}]
connectApplications:
  - {name: A, organization: "{env.ORG}", client_id: "a-{env.N}-{env.N}", client_secret: {env.SECRET}, token_ttl: "{env.TTL}"}
apiKeys:
  "{env.KEY}": {environment: "{env.EMPTY}"}
`
	s := store.New()
	parsed, err := seed.Parse("seed.yaml", []byte(source), environment(map[string]string{
		"ORG": "Acme", "N": "{env.ORG}", "SECRET": "from the environment", "KEY": "sk_live_x", "EMPTY": "", "TTL": "60",
	}))
	if err != nil {
		t.Fatal(err)
	}
	apply(t, s, parsed)
	app, ok := s.View().ApplicationByClientID("a-{env.ORG}-{env.ORG}")
	if !ok || app.OrganizationID == "" || app.TokenTTL != time.Minute {
		t.Errorf("application %+v", app)
	}
	if _, ok := s.View().MatchClientSecret(app.ID, store.DigestOf("from the environment")); !ok {
		t.Error("the secret is not that of the environment")
	}
	if key, ok := s.View().EnvironmentKeyByDigest(store.DigestOf("sk_live_x")); !ok || key.Environment != "production" {
		t.Errorf("environment key %+v", key)
	}
}

func TestAnchorsAndMergeKeys(t *testing.T) {
	t.Parallel()
	s, _ := seeded(t, `
organizations:
  - name: &acme Acme Corp
connectApplications:
  - &base {name: A, organization: *acme, scopes: &scopes [x], client_secret: one}
  - {<<: *base, name: B, scopes: *scopes}
  - <<: [{name: C}, *base]
    audience: !!str 12
`)
	var names []string
	for _, app := range store.Applications.All(s.View()) {
		names = append(names, app.Name)
		if app.OrganizationID == "" || !slices.Equal(app.Scopes, []string{"x"}) {
			t.Errorf("%s: %+v", app.Name, app)
		}
	}
	if !slices.Equal(names, []string{"A", "B", "C"}) {
		t.Errorf("got %v", names)
	}
}

// TestWhatTheWorkOSEmulatorTakes has what its files may hold and this program's need not.
func TestWhatTheWorkOSEmulatorTakes(t *testing.T) {
	t.Parallel()
	s, parsed := seeded(t, `
x-defaults: &defaults {scopes: [read], organization: A}
x-list: [&name A, 5]
organizations: [{name: *name, metadata: {seats: 12, ratio: 1.50, beta: true, since: 2030-01-02, hex: 0x1F, word: text}}]
users: [{email: a@b, metadata: {seats: 007}}]
connectApplications: [{<<: *defaults, name: M, client_secret: secret-of-a-client}]
apiKeys: {sk_test_a: {environment: test, expiresAt: 2030-01-02}, sk_test_b: {expires_at: "2030-01-02T03:04:05+01:00"}, sk_test_c: {expiresAt: null}}
errorHooks: [{method: GET, path: /, status: 500, count: 0}]
`)
	v := s.View()
	want := map[string]string{"seats": "12", "ratio": "1.50", "beta": "true", "since": "2030-01-02", "hex": "0x1F", "word": "text"}
	if o := only(t, store.Organizations.All(v)); !maps.Equal(o.Metadata, want) {
		t.Errorf("metadata %v", o.Metadata)
	}
	if u := only(t, store.Users.All(v)); u.Metadata["seats"] != "007" {
		t.Errorf("metadata %v", u.Metadata)
	}
	if a := only(t, store.Applications.All(v)); !slices.Equal(a.Scopes, []string{"read"}) {
		t.Errorf("application %+v", a)
	}
	for value, want := range map[string]time.Time{
		"sk_test_a": time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC), "sk_test_b": time.Date(2030, 1, 2, 2, 4, 5, 0, time.UTC), "sk_test_c": {},
	} {
		if k, ok := v.EnvironmentKeyByDigest(store.DigestOf(value)); !ok || !k.ExpiresAt.Equal(want) {
			t.Errorf("%s expires at %s", value, k.ExpiresAt)
		}
	}
	if hook := only(t, parsed.ErrorHooks()); hook.Count != 0 {
		t.Errorf("hook %+v", hook)
	}
	const warning = "seed.yaml:4:49: organizations[0].metadata: a number is taken for the text that it is written as; put it in quotes"
	if got := only(t, parsed.Warnings()).String(); got != warning {
		t.Errorf("warned %s", got)
	}
	dated, _ := seeded(t, "apiKeys: [{name: A, organization_id: o, expires_at: 2030-01-02}]")
	if k := only(t, store.APIKeys.All(dated.View())); !k.ExpiresAt.Equal(time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the key expires at %s", k.ExpiresAt)
	}
}

func TestErrorHooks(t *testing.T) {
	t.Parallel()
	got := parse(t, `
errorHooks:
  - {method: post, path: /users/*, status: 422, body: {message: no, errors: [{field: a, n: 1.5, ok: true, none: null}]}}
  - {method: "*", path: "*", status: 503, count: 3, delay: 250ms, abort: true, probability: 0.5}
  - {method: GET, path: /slow, status: null, delay: 1.5}
  - {method: GET, path: /gone, abort: true}
`).ErrorHooks()
	want := []fault.Hook{
		{Method: "POST", Path: "/users/*", Status: 422, Body: []byte(`{"errors":[{"field":"a","n":1.5,"none":null,"ok":true}],"message":"no"}`)},
		{Method: "*", Path: "*", Status: 503, Count: 3, Delay: 250 * time.Millisecond, Abort: true, Probability: 0.5},
		{Method: "GET", Path: "/slow", Delay: 1500 * time.Millisecond},
		{Method: "GET", Path: "/gone", Abort: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// The peer's file is of the shape that users of the WorkOS emulator have.
func TestPeersFileLoads(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/workos-emulate.config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := seed.Parse("peer.yaml", data, environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	for _, warning := range parsed.Warnings() {
		got.WriteString(warning.String() + "\n")
	}
	const golden = "testdata/workos-emulate.warnings.txt"
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("warnings:\n%s\nwant those of %s:\n%s", got.String(), golden, want)
	}
	s := store.New()
	apply(t, s, parsed)
	if app, ok := s.View().ApplicationByClientID("client_local_worker"); !ok || app.OrganizationID == "" {
		t.Errorf("application %+v", app)
	}
}
