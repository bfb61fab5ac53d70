package emulatortest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

func TestAWrongOptionEndsTheTestAndIsNamed(t *testing.T) {
	t.Parallel()
	type options []emulatortest.Option
	upstream := emulatortest.Upstream("http://workos.test")
	for name, test := range map[string]struct {
		options options
		want    string // behind the package's name
	}{
		"empty":            {options{{}}, "option 1 is empty"},
		"twice":            {options{emulatortest.Audience("a"), emulatortest.Audience("b")}, "Audience: is given twice"},
		"seed":             {options{emulatortest.Seed("organizations:\n  - {nme: Acme}")}, "Seed: decode seed: 2:5: organizations[0].name: is required"},
		"no seed file":     {options{emulatortest.SeedFile("none.yaml")}, "SeedFile: read seed: open none.yaml"},
		"two seeds":        {options{emulatortest.Seed(""), emulatortest.SeedFile("testdata/seed.yaml")}, "SeedFile: Seed is given as well"},
		"key":              {options{emulatortest.Key(nil)}, "Key: is nil"},
		"issuer":           {options{emulatortest.Issuer("https://auth.example.com/")}, "Issuer: must not end with a slash"},
		"issuer's path":    {options{emulatortest.Issuer("https://auth.example.com/path")}, "Issuer: must have no path"},
		"public URL":       {options{emulatortest.PublicURL("auth.example.com")}, "PublicURL: want an origin"},
		"no issuer":        {options{emulatortest.Issuer("")}, "Issuer: want an origin"},
		"ttl":              {options{emulatortest.TokenTTL(time.Millisecond)}, "TokenTTL: want a positive number of whole seconds, got 1ms"},
		"nothing":          {options{emulatortest.Emulate()}, "Emulate: name at least one group"},
		"group":            {options{emulatortest.Emulate("hidden")}, ""},
		"accepted key":     {options{emulatortest.AcceptKey("sk hidden")}, "AcceptKey: holds a space"},
		"upstream":         {options{emulatortest.Upstream("api.workos.com")}, "Upstream: want an origin"},
		"authkit":          {options{emulatortest.AuthKit("https://a:hidden@authkit.test")}, "AuthKit: want an origin"},
		"empty key":        {options{upstream, emulatortest.APIKey("")}, "APIKey: is empty"},
		"key, no upstream": {options{emulatortest.APIKey("sk_hidden")}, "APIKey: it is for Upstream"},
		"no folder's name": {options{emulatortest.Fixtures("", fixture.Replay)}, "Fixtures: name the folder"},
		"no folder":        {options{emulatortest.Fixtures("testdata/none", fixture.Replay)}, "Fixtures: the folder of fixtures"},
		"mode":             {options{emulatortest.Fixtures("testdata/workos", "")}, "Fixtures: mode: want one of"},
		"login":            {options{emulatortest.Login("frist")}, "Login: want one of emulator.LoginAuto"},
		"no client":        {options{emulatortest.ClientIDs()}, "ClientIDs: name at least one"},
		"redirect URI":     {options{emulatortest.RedirectURIs("http://localhost", "/callback")}, "RedirectURIs: "},
		"sign-out":         {options{emulatortest.SignOutRedirects("javascript:alert(1)")}, "SignOutRedirects: "},
		"origin":           {options{emulatortest.CORSOrigins("*")}, "CORSOrigins: wildcards are not allowed"},
		"user's ttl":       {options{emulatortest.UserTokenTTL(0)}, "UserTokenTTL: want a positive number of whole seconds, got 0s"},
		"session's ttl":    {options{emulatortest.SessionTTL(-time.Second)}, "SessionTTL: want a positive number of whole seconds, got -1s"},
		"none to record":   {options{emulatortest.Fixtures("testdata/workos", fixture.Once)}, "Fixtures: mode once asks the real WorkOS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &spy{t: t}
			said := s.fatal(func() { emulatortest.New(s, test.options...) })
			if !strings.HasPrefix(said, "emulatortest: "+test.want) {
				t.Errorf("the test was ended by %q, want %q", said, test.want)
			}
			if test.want != "" && strings.Contains(said, "hidden") {
				t.Errorf("a secret is shown: %q", said)
			}
		})
	}
}

func TestOptionsTakeEffect(t *testing.T) {
	t.Parallel()
	key, err := oauth.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(path, []byte(testSeed), 0o600); err != nil {
		t.Fatal(err)
	}
	srv := emulatortest.New(t, emulatortest.SeedFile(path), emulatortest.Key(key), emulatortest.StartAt(beginning),
		emulatortest.Issuer("https://auth.example.com"), emulatortest.Audience("client_environment"),
		emulatortest.TokenTTL(time.Minute), emulatortest.ProductionClaims(), emulatortest.Emulate("token"))
	var claims map[string]any
	if err := key.Verify(srv.Token("client_backend", "posts:read"), &claims); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"iss": "https://auth.example.com", "aud": "client_environment", "scope": "posts:read", "scp": nil,
		"iat": float64(beginning.Unix()), "exp": float64(beginning.Add(time.Minute).Unix()),
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %v", name, claims[name], want)
		}
	}
	if status, _, _ := send(t, srv, "GET", "/organizations", "sk_test_ci", ""); status != 501 {
		t.Errorf("what is not to be emulated is answered with %d", status)
	}
	if other := emulatortest.New(t); other.Key() == key || other.Key() != emulatortest.New(t).Key() {
		t.Error("servers that are given no key do not share one")
	}
}

// TestPublicURL finds it in discovery, and in tokens in the place of the server's URL.
func TestPublicURL(t *testing.T) {
	t.Parallel()
	const public = "https://auth.example.com/workos"
	srv := emulatortest.New(t, emulatortest.Seed(testSeed), emulatortest.PublicURL(public+"/"))
	var claims map[string]any
	if err := srv.Key().Verify(srv.Token("client_backend", ""), &claims); err != nil {
		t.Fatal(err)
	}
	_, _, body := send(t, srv, "GET", "/.well-known/openid-configuration", "", "")
	if claims["iss"] != public || body["token_endpoint"] != public+"/oauth2/token" {
		t.Errorf("iss is %v, and discovery %v", claims["iss"], body)
	}
}

func TestASeedsWarningsAreLogged(t *testing.T) {
	t.Parallel()
	s := &spy{t: t}
	emulatortest.New(s, emulatortest.Seed("featureFlags: []"))
	if len(s.logs) != 1 || !strings.Contains(s.logs[0], "featureFlags") || len(s.told()) != 0 {
		t.Errorf("the logs are %q, the errors %q", s.logs, s.told())
	}
}
