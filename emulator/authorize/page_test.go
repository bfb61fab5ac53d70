package authorize_test

import (
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestChooseAnAccount signs in on the page by a button and by an address.
func TestChooseAnAccount(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPage))
	for name, fields := range map[string][]string{
		"a button":   {"account", "user_alice"},
		"an address": {"email", " ALICE@acme.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := s.browser()
			p := b.open(authorization("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method", "S256"))
			for _, has := range []string{"<h1>Sign in</h1>", "alice@acme.example", "not the real WorkOS", `<html lang="en">`, `<label for="email">`, "<code>client_test</code>"} {
				if !strings.Contains(p.body, has) {
					t.Errorf("the page lacks %s: %s", has, p.body)
				}
			}
			if strings.Contains(p.body, "Continue with the real WorkOS") {
				t.Error("the page leads to a WorkOS that is not there")
			}
			p = b.submit(fields...)
			if p.status != 200 || !strings.Contains(p.body, "You are signed in") {
				t.Errorf("%d: %s", p.status, p.body)
			}
			code := b.codeRow(p)
			if code.UserID != "user_alice" || code.OrganizationID != "org_acme" || code.Challenge != "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" || code.IPAddress != "127.0.0.1" {
				t.Errorf("the code is of %+v", code)
			}
		})
	}
}

// TestHeadersOfPages has what protects each page.
func TestHeadersOfPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPage))
	for _, address := range []string{authorization(), "/user_management/authorize", "/device", "/device?user_code=x", "/invite", "/reset-password", ssoAuthorization()} {
		p := s.browser().open(address)
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Content-Type": "text/html; charset=utf-8",
		} {
			if got := p.header.Get(name); got != want {
				t.Errorf("%s: %s is %q", address, name, got)
			}
		}
		policy := p.header.Get("Content-Security-Policy")
		for _, has := range []string{"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "style-src 'sha256-"} {
			if !strings.Contains(policy, has) {
				t.Errorf("%s: the policy is %s", address, policy)
			}
		}
		set := p.header.Get("Set-Cookie")
		if !strings.Contains(set, "; HttpOnly; SameSite=Lax") || strings.Contains(set, "Secure") {
			t.Errorf("%s: the cookie is %s", address, set)
		}
		if strings.Contains(p.body, "<script") || strings.Contains(p.body, "style=") || strings.Contains(p.body, "src=") {
			t.Errorf("%s: the page has what its policy forbids", address)
		}
	}
	secure := newSite(t, false, option(emulator.LoginPage), func(o *emulator.Options) { o.PublicURL = "https://auth.example" })
	if set := secure.browser().open(authorization()).header.Get("Set-Cookie"); !strings.Contains(set, "; Secure") {
		t.Errorf("over https, the cookie is %s", set)
	}
}

// TestAddressThatNobodySeeded types it with a real WorkOS behind the emulator, and without.
func TestAddressThatNobodySeeded(t *testing.T) {
	t.Parallel()
	alone := newSite(t, false, option(emulator.LoginPage)).browser()
	alone.open(authorization())
	p := alone.submit("email", "real@customer.example")
	if p.status != 400 || p.location != "" || !strings.Contains(p.body, `role="alert"`) || !strings.Contains(p.body, `aria-describedby="error"`) ||
		!strings.Contains(p.body, `value="real@customer.example"`) {
		t.Errorf("alone: %d %s", p.status, p.body)
	}
	alone.codeRow(alone.submit("account", "user_bob")) // the page goes on working

	mixed := newSite(t, true).browser()
	query := strings.TrimPrefix(authorization("state", "x"), "/user_management/authorize?") + "&b=2&a=1&state2=a%20b+c;d%2F"
	p = mixed.open("/user_management/authorize?" + query)
	if !strings.Contains(p.body, ">Continue with the real WorkOS</a>") || len(mixed.upstreamRequests()) > 0 {
		t.Errorf("mixed: %d %s", p.status, p.body)
	}
	p = mixed.submit("email", "real@customer.example")
	sent := mixed.upstreamRequests()
	if p.status != 302 || p.location != "https://real.authkit.app/login" || len(sent) != 1 {
		t.Fatalf("mixed: %d to %q: %d were sent: %s", p.status, p.location, len(sent), p.body)
	}
	if sent[0].URL.RawQuery != query || sent[0].RequestURI != "/user_management/authorize?"+query || sent[0].Method != "GET" {
		t.Errorf("%s %s was sent, want the query %s", sent[0].Method, sent[0].RequestURI, query)
	}
	mixed.open(mixed.url + authorization("login_hint", "real@customer.example"))
	for _, r := range mixed.upstreamRequests() {
		if strings.Contains(r.Header.Get("Cookie"), "workos_emulator") {
			t.Errorf("the cookie was sent: %s", r.Header.Get("Cookie"))
		}
	}
}

// TestWhoIsAskedUpstream has the requests that go on to the real WorkOS without a page.
func TestWhoIsAskedUpstream(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		authorization("login_hint", "real@customer.example"):         true,
		authorization("provider", "", "connection_id", "conn_real"):  true,
		authorization("provider", "", "organization_id", "org_real"): true,
		authorization("organization_id", "org_real"):                 true,
		ssoAuthorization("connection", "conn_real"):                  true,

		ssoAuthorization("connection", "conn_real", "login_hint", "alice@acme.example"):                      true,
		authorization("provider", "", "connection_id", "conn_real", "login_hint", "alice@acme.example"):      true,
		authorization("provider", "", "organization_id", "org_real", "login_hint", "alice@acme.example"):     true,
		authorization("provider", "", "domain_hint", "real.example", "login_hint", "alice@acme.example"):     true,
		authorization("provider", "", "domain_hint", "sso.acme.example", "login_hint", "alice@acme.example"): false,
		authorization("provider", "", "organization_id", "org_other", "login_hint", "alice@acme.example"):    false,
		authorization("provider", "", "connection_id", "conn_acme", "login_hint", "alice@acme.example"):      false,
		"/device?user_code=BCDF-GHJK":                                true,
		"/user_management/sessions/logout?session_id=session_01REAL": true,
		"/user_management/authorize?_emulate=upstream&client_id=c":   true,
		"/user_management/authorize?_emulate=upstream":               true,
		"//user_management//authorize?_emulate=upstream&client_id=c": true,
		authorization(): false,
		authorization("login_hint", "alice@acme.example"):           false,
		authorization("client_id", ""):                              false,
		authorization("redirect_uri", "https://elsewhere.example/"): false,
		"/user_management/authorize?client_id=c&_emulate=upstream":  false,
		"/user_management/authorize?_emulate=upstreams&client_id=c": false,
		ssoAuthorization(): false,
		ssoAuthorization("connection", "", "provider", "GoogleOAuth"): false,
		"/device": false,
		authorization("organization_id", "org_acme"): false,
	} {
		s := newSite(t, true)
		p := s.browser().open(s.url + address)
		if sent := s.upstreamRequests(); (len(sent) == 1) != want {
			t.Errorf("%s: %d were sent, and it is answered with %d", address, len(sent), p.status)
		}
	}
	nobody := newSite(t, true)
	if err := nobody.store.Update(func(tx *store.Txn) error { return tx.Clear() }); err != nil {
		t.Fatal(err)
	}
	if nobody.browser().open(authorization()); len(nobody.upstreamRequests()) != 1 {
		t.Error("a page without accounts is shown in the place of the real login")
	}
}

// TestContinueWithoutUpstream goes on to a real WorkOS that is not there.
func TestContinueWithoutUpstream(t *testing.T) {
	t.Parallel()
	p := newSite(t, false).browser().open("/user_management/authorize?_emulate=upstream&" + strings.TrimPrefix(authorization(), "/user_management/authorize?"))
	if p.status != 502 || p.location != "" || !strings.Contains(p.body, "There is no real WorkOS behind this emulator") {
		t.Errorf("%d to %q: %s", p.status, p.location, p.body)
	}
}

// TestManyAccounts has more accounts than the page shows.
func TestManyAccounts(t *testing.T) {
	t.Parallel()
	b := newSite(t, false, option(emulator.LoginPage)).browser()
	err := b.store.Update(func(tx *store.Txn) error {
		for i := range 200 {
			id := "user_" + strings.Repeat("x", i+1)
			if err := store.Users.Insert(tx, store.User{Meta: store.Meta{ID: id}, Email: id + "@acme.example"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p := b.open(authorization())
	if count := strings.Count(p.body, `<button name="account"`); count != 50 || !strings.Contains(p.body, "There are more accounts") {
		t.Errorf("there are %d: %s", count, p.body)
	}
	if code := b.codeRow(b.submit("email", "user_"+strings.Repeat("x", 200)+"@acme.example")); code.Method != "MagicAuth" {
		t.Errorf("the code is of %+v", code)
	}
}

// TestHintOnPages signs the user of a login_hint in at once, whatever the option says. A page that has to ask for the organization leads to
// other accounts too, and one is shown for an address of nobody.
func TestHintOnPages(t *testing.T) {
	t.Parallel()
	for _, login := range []emulator.Login{emulator.LoginPage, emulator.LoginPassword, emulator.LoginFirst} {
		b := newSite(t, false, option(login)).browser()
		if code := b.codeRow(b.open(authorization("login_hint", "bob@acme.example"))); code.UserID != "user_bob" {
			t.Errorf("%s: the code is of %+v", login, code)
		}
		if login == emulator.LoginFirst {
			continue
		}
		p := b.open(authorization("login_hint", "carol@acme.example"))
		link := hrefOf(p.body, "Use another account")
		if code := b.codeRow(b.submit("organization", "org_other")); code.UserID != "user_carol" {
			t.Errorf("%s: the code is of %+v", login, code)
		}
		if p = b.open(link); !strings.Contains(p.body, "<h1>Sign in</h1>") || strings.Contains(p.body, `value="carol`) {
			t.Errorf("%s: the link to another account, %s, leads to %s", login, link, p.body)
		}
		if p = b.open(authorization("login_hint", "nobody@acme.example")); p.status != 200 || !strings.Contains(p.body, `value="nobody@acme.example"`) {
			t.Errorf("%s: %d: %s", login, p.status, p.body)
		}
	}
}
