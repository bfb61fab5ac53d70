package authorize_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestWhoSignsInWithoutAPage has the user, the organization and the method of the code that each request gets, where there is no next handler.
func TestWhoSignsInWithoutAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	for name, test := range map[string]struct {
		address                    string
		user, organization, method string
	}{
		"the first user":                {authorization(), "user_alice", "org_acme", "Password"},
		"a login_hint":                  {authorization("login_hint", "ALICE@acme.example "), "user_alice", "org_acme", "Password"},
		"no membership":                 {authorization("login_hint", "dave@acme.example"), "user_dave", "", "GoogleOAuth"},
		"inactive membership":           {authorization("login_hint", "bob@acme.example"), "user_bob", "", "MagicAuth"},
		"an impersonator":               {authorization("login_hint", "eve@acme.example"), "user_eve", "", "Impersonation"},
		"an OAuth provider":             {authorization("provider", "GitHubOAuth"), "user_alice", "org_acme", "GitHubOAuth"},
		"an organization":               {authorization("organization_id", "org_other", "login_hint", "carol@acme.example"), "user_carol", "org_other", "Password"},
		"several organizations":         {authorization("login_hint", "carol@acme.example"), "user_carol", "", "Password"}, // the exchange asks
		"a connection":                  {authorization("provider", "", "connection_id", "conn_acme"), "user_alice", "org_acme", "SSO"},
		"an organization's connection":  {authorization("provider", "", "organization_id", "org_acme"), "user_alice", "org_acme", "SSO"},
		"a domain's":                    {authorization("provider", "", "domain_hint", "ACME.example"), "user_alice", "org_acme", "SSO"},
		"a connection's domain":         {authorization("provider", "", "domain_hint", "sso.acme.example"), "user_alice", "org_acme", "SSO"},
		"domain_hint beside a provider": {authorization("domain_hint", "unknown.example"), "user_alice", "org_acme", "Password"},
		"what has no meaning here": {
			authorization("prompt", "consent", "screen_hint", "sign-up", "max_age", "0", "claim_nonce", "x", "password_reset_token", "x",
				"provider_query_params[hd]", "x", "nonce", "n") + "&provider_scopes=a&provider_scopes=b&unknown=1&unknown=2",
			"user_alice", "org_acme", "Password",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := s.browser()
			p := b.open(test.address)
			code := b.codeRow(p)
			if p.status != 302 || p.header.Get("Cache-Control") != "no-store" || p.header.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%d %v", p.status, p.header)
			}
			if code.UserID != test.user || code.OrganizationID != test.organization || code.Method != test.method || code.ClientID != "client_test" {
				t.Errorf("the code is of %+v", code)
			}
		})
	}
}

// TestProfileBecomesAUser signs a profile of a connection in, who is no user yet.
func TestProfileBecomesAUser(t *testing.T) {
	t.Parallel()
	b := newSite(t, false).browser()
	for range 2 {
		code := b.codeRow(b.open(authorization("provider", "", "connection_id", "conn_acme", "login_hint", "Frank@acme.example")))
		user, ok := b.store.View().UserByEmail("frank@acme.example")
		if !ok || code.UserID != user.ID || code.OrganizationID != "org_acme" || !user.EmailVerified || code.ProfileID != "prof_frank" {
			t.Errorf("the code is of %+v, the user is %+v", code, user)
		}
		if m := b.store.View().MembershipsOfUser(user.ID); len(m) != 1 || m[0].Status != store.ActiveMembership {
			t.Errorf("the memberships are %+v", m)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	for address, want := range map[string]string{
		authorization("response_type", ""):                                                            "invalid_request",
		authorization("response_type", "token"):                                                       "unsupported_response_type",
		authorization() + "&response_type=code":                                                       "invalid_request",
		authorization() + "&login_hint=a&login_hint=b":                                                "invalid_request",
		authorization() + "&provider=authkit":                                                         "invalid_request",
		authorization("code_challenge", challenge):                                                    "invalid_request",
		authorization("code_challenge", challenge, "code_challenge_method", "plain"):                  "invalid_request",
		authorization("code_challenge", challenge, "code_challenge_method", "s256"):                   "invalid_request",
		authorization("code_challenge", challenge+"=", "code_challenge_method", "S256"):               "invalid_request",
		authorization("code_challenge_method", "S256"):                                                "invalid_request",
		authorization("max_age", "-1"):                                                                "invalid_request",
		authorization("max_age", "soon"):                                                              "invalid_request",
		authorization("provider", "MyOAuth"):                                                          "invalid_connection_selector",
		authorization("connection_id", "conn_acme"):                                                   "ambiguous_connection_selector",
		authorization("provider", "GoogleOAuth", "organization_id", "org_acme"):                       "ambiguous_connection_selector",
		authorization("provider", "", "connection_id", "conn_x", "organization_id", "o"):              "ambiguous_connection_selector",
		authorization("provider", "", "connection_id", "conn_unknown"):                                "connection_invalid",
		authorization("provider", "", "connection_id", "conn_off"):                                    "connection_unlinked",
		authorization("provider", "", "organization_id", "org_other"):                                 "organization_invalid",
		authorization("provider", "", "organization_id", "org_unknown"):                               "organization_invalid",
		authorization("provider", "", "domain_hint", "unknown.example"):                               "organization_invalid",
		authorization("organization_id", "org_unknown"):                                               "access_denied", // it has no members
		authorization("organization_id", "org_other"):                                                 "access_denied", // the first user is no member
		authorization("organization_id", "org_acme", "login_hint", "bob@acme.example"):                "access_denied", // inactive
		authorization("login_hint", "nobody@acme.example"):                                            "access_denied",
		authorization("provider", "", "connection_id", "conn_acme", "login_hint", "bob@acme.example"): "access_denied",
		authorization("invitation_token", "unknown"):                                                  "access_denied",
		ssoAuthorization("response_type", "token"):                                                    "unsupported_response_type",
		ssoAuthorization("connection", "conn_unknown"):                                                "connection_invalid",
		ssoAuthorization("provider", "GoogleOAuth"):                                                   "ambiguous_connection_selector",
		ssoAuthorization("domain", "acme.example"):                                                    "ambiguous_connection_selector",
		ssoAuthorization("connection", "", "provider", "authkit"):                                     "invalid_connection_selector",
		ssoAuthorization("connection", "", "organization", "org_other"):                               "organization_invalid",
		ssoAuthorization("connection", "", "domain", "unknown.example"):                               "organization_invalid",
	} {
		t.Run(want+" "+address, func(t *testing.T) {
			t.Parallel()
			b := s.browser()
			if got := b.refused(b.open(address)); got != want {
				t.Errorf("the error is %s, want %s", got, want)
			}
		})
	}
	if codes := store.Codes.All(s.store.View()); len(codes) > 0 {
		t.Errorf("codes were issued: %+v", codes)
	}
}

// TestProblems has the requests that are never answered with a redirect, and what the page says.
func TestProblems(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, func(o *emulator.Options) {
		o.ClientIDs, o.RedirectURIs = []string{"client_test"}, []string{callback, "https://*.app.example/cb"}
	})
	for name, test := range map[string]struct{ address, title, text string }{
		"no client":            {authorization("client_id", ""), "The parameter client_id is missing", ""},
		"an unknown client":    {authorization("client_id", "client_other"), "The client ID is not known", "client_id client_other"},
		"a key as the client":  {authorization("client_id", "sk_test_typo"), "The client ID is not known", "client_id [redacted]"},
		"two clients":          {authorization() + "&client_id=client_test", "The parameter client_id is given more than once", ""},
		"no redirect URI":      {authorization("redirect_uri", ""), "The parameter redirect_uri is missing", ""},
		"two redirect URIs":    {authorization() + "&redirect_uri=" + callback, "The parameter redirect_uri is given more than once", ""},
		"two states":           {authorization() + "&state=", "The parameter state is given more than once", ""},
		"an unlisted one":      {authorization("redirect_uri", "http://localhost:3000/other"), "The redirect URI is not listed", "redirect_uri http://localhost:3000/other"},
		"another host":         {authorization("redirect_uri", "https://evil.example/cb"), "The redirect URI is not listed", "redirect_uri https://evil.example/cb"},
		"two levels":           {authorization("redirect_uri", "https://a.b.app.example/cb"), "The redirect URI is not listed", ""},
		"a script":             {authorization("redirect_uri", "javascript:alert(1)"), "The redirect URI is invalid", ""},
		"a script with a host": {authorization("redirect_uri", "javascript://localhost/%0aalert(1)"), "The redirect URI is invalid", "javascript"},
		"a user":               {authorization("redirect_uri", "http://localhost:3000@evil.example"), "The redirect URI is invalid", ""},
		"a backslash":          {authorization("redirect_uri", `http://localhost\@evil.example`), "The redirect URI is invalid", ""},
		"a relative one":       {authorization("redirect_uri", "//evil.example"), "The redirect URI is invalid", ""},
		"markup":               {authorization("redirect_uri", "http://localhost/<script>alert(1)</script>"), "The redirect URI is invalid", ""},
		"no selector":          {authorization("provider", ""), "The request has no connection selector", "provider=authkit"},
		"no selector, SSO":     {ssoAuthorization("connection", ""), "The request has no connection selector", "organization"},
		"a broken encoding":    {authorization() + "&x=%zz", "The address is not properly encoded", ""},
		"nothing":              {"/user_management/authorize", "The parameter client_id is missing", ""},
		"an unknown login":     {"/user_management/authorize?_emulate_login=unknown", "This login has already been used", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := s.browser().open(test.address)
			if p.status < 400 || p.status > 410 || p.location != "" || !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") {
				t.Errorf("%d, to %q, %s", p.status, p.location, p.header.Get("Content-Type"))
			}
			if !strings.Contains(p.body, "<h1>"+test.title+"</h1>") || !strings.Contains(p.body, test.text) {
				t.Errorf("the page is %s", p.body)
			}
			if strings.Contains(p.body, "<script") || strings.Contains(p.body, "sk_test") {
				t.Errorf("the page has what it must not show: %s", p.body)
			}
		})
	}
}

// TestStateComesBack sends states as clients make them, in several encodings.
func TestStateComesBack(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	for encoded, want := range map[string]string{
		"a+b%20c%2Bd":             "a%20b%20c%2Bd",
		"eyJhIjoiYiJ9==":          "eyJhIjoiYiJ9%3D%3D",
		"a;b":                     "a%3Bb",
		"%00%ff%0d%0aSet-Cookie":  "%00%FF%0D%0ASet-Cookie",
		"%C3%A9/?%26%23":          "%C3%A9%2F%3F%26%23",
		"":                        "",
		strings.Repeat("s", 9000): strings.Repeat("s", 9000),
	} {
		p := s.browser().open(authorization("state", "") + "&state=" + encoded)
		if _, got, _ := strings.Cut(p.location, "&state="); got != want || strings.Count(p.location, "state=") != 1 {
			t.Errorf("%.100s came back as %.100s", encoded, p.location)
		}
	}
	if p := s.browser().open(authorization("state", "")); strings.Contains(p.location, "state") {
		t.Errorf("without a state, the location is %s", p.location)
	}
}

// TestRedirectURIs has the lists that redirect URIs are in: the option, the seed, and the application.
func TestRedirectURIs(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, func(o *emulator.Options) { o.RedirectURIs = []string{"https://*.app.example/cb"} })
	err := s.store.Update(func(tx *store.Txn) error {
		err := store.Applications.Insert(tx, store.Application{
			Meta: store.Meta{ID: "conn_app_1"}, ClientID: "client_app", Type: store.OAuth, RedirectURIs: []store.RedirectURI{{URI: "https://portal.example/cb"}},
		})
		if err != nil {
			return err
		}
		return store.RedirectURIs.Insert(tx, store.AllowedRedirectURI{Meta: store.Meta{ID: "redirect_1"}, URI: "https://seeded.example/cb"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for uri, want := range map[string]map[string]int{
		"https://pr-1.app.example/cb": {"client_test": 302, "client_app": 302},
		"https://seeded.example/cb":   {"client_test": 302, "client_app": 302},
		"https://portal.example/cb":   {"client_test": 400, "client_app": 302},
		"http://localhost:3000/cb":    {"client_test": 400, "client_app": 400},
	} {
		for client, status := range want {
			p := s.browser().open(authorization("redirect_uri", uri, "client_id", client))
			if p.status != status || (status == 302) != strings.HasPrefix(p.location, uri+"?code=") {
				t.Errorf("%s of %s: %d %s", uri, client, p.status, p.location)
			}
		}
	}
}

// TestMethods has what other methods than GET get.
func TestMethods(t *testing.T) {
	t.Parallel()
	b := newSite(t, false).browser()
	for method, want := range map[string]int{"HEAD": 302, "OPTIONS": 405, "PUT": 405, "DELETE": 405, "POST": 415} {
		r, err := http.NewRequest(method, b.url+authorization(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if p := b.send(r); p.status != want {
			t.Errorf("%s: %d %s", method, p.status, p.body)
		}
	}
}
