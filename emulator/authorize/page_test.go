package authorize_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/totp"
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

// TestOrganizationIsChosen chooses one of several, after a wrong one.
func TestOrganizationIsChosen(t *testing.T) {
	t.Parallel()
	b := newSite(t, false, option(emulator.LoginPage)).browser()
	for _, begin := range []func() page{
		func() page { b.open(authorization()); return b.submit("account", "user_carol") },
		func() page { return b.open(authorization("login_hint", "carol@acme.example")) },
	} {
		p := begin()
		if !strings.Contains(p.body, "<h1>Choose an organization</h1>") || !strings.Contains(p.body, "Acme Corp") || !strings.Contains(p.body, "Other &lt;Inc&gt;") {
			t.Fatalf("%d: %s", p.status, p.body)
		}
		if p = b.submit("organization", "org_elsewhere"); p.status != 400 || !strings.Contains(p.body, `role="alert"`) {
			t.Errorf("%d: %s", p.status, p.body)
		}
		if p = b.submit(); p.status != 400 {
			t.Errorf("none: %d: %s", p.status, p.body)
		}
		if code := b.codeRow(b.submit("organization", "org_other")); code.UserID != "user_carol" || code.OrganizationID != "org_other" {
			t.Errorf("the code is of %+v", code)
		}
	}
}

// emailed returns the code of the newest email of a kind.
func (s *site) emailed(kind string) string {
	s.t.Helper()
	found := s.store.View().NewestEmails(1, func(e store.Email) bool { return e.Kind == kind })
	if len(found) == 0 {
		s.t.Fatalf("no %s was sent", kind)
	}
	return found[0].Code
}

func otherThan(code string) string {
	if code == "123456" {
		return "123457"
	}
	return "123456"
}

// TestAllSteps signs in with a password, an email verification, a second factor and an organization, with a wrong answer to each.
func TestAllSteps(t *testing.T) {
	t.Parallel()
	b := newSite(t, false, option(emulator.LoginPassword)).browser()
	b.open(authorization())
	p := b.submit("email", "carol@acme.example")
	if !strings.Contains(p.body, "<h1>Enter your password</h1>") || !strings.Contains(p.body, `type="password"`) {
		t.Fatalf("%d: %s", p.status, p.body)
	}
	if p = b.submit("password", "wrong"); p.status != 400 || !strings.Contains(p.body, "This password is not right.") || strings.Contains(p.body, "wrong\"") {
		t.Errorf("%d: %s", p.status, p.body)
	}
	if p = b.submit("password", "secret"); !strings.Contains(p.body, "<h1>Verify your email address</h1>") {
		t.Fatalf("%d: %s", p.status, p.body)
	}
	code := b.emailed("email_verification")
	if strings.Contains(p.body, code) {
		t.Error("the page shows the code")
	}
	if p = b.submit("code", otherThan(code)); p.status != 400 || !strings.Contains(p.body, "This code is not right.") {
		t.Errorf("%d: %s", p.status, p.body)
	}
	if p = b.submit("code", code[:3]+" "+code[3:]); !strings.Contains(p.body, "<h1>Enter the code of your authenticator app</h1>") {
		t.Fatalf("%d: %s", p.status, p.body)
	}
	right, err := totp.Code(totpSecret, b.time())
	if err != nil {
		t.Fatal(err)
	}
	if p = b.submit("code", otherThan(right)); p.status != 400 {
		t.Errorf("%d: %s", p.status, p.body)
	}
	if p = b.submit("code", right); !strings.Contains(p.body, "<h1>Choose an organization</h1>") {
		t.Fatalf("%d: %s", p.status, p.body)
	}
	issued := b.codeRow(b.submit("organization", "org_acme"))
	if issued.UserID != "user_carol" || issued.Method != "Password" || issued.OrganizationID != "org_acme" {
		t.Errorf("the code is of %+v", issued)
	}
	user, _ := store.Users.Get(b.store.View(), "user_carol")
	if !user.EmailVerified {
		t.Error("the address is not verified")
	}

	b.open(authorization()) // a code of the second factor is for one login
	b.submit("email", "carol@acme.example")
	b.submit("password", "secret")
	if p = b.submit("code", right); p.status != 400 || !strings.Contains(p.body, "has been used before") {
		t.Errorf("%d: %s", p.status, p.body)
	}
}

// TestCodeByEmail signs somebody in who has no password.
func TestCodeByEmail(t *testing.T) {
	t.Parallel()
	b := newSite(t, false, option(emulator.LoginPassword)).browser()
	b.open(authorization())
	p := b.submit("account", "user_bob")
	first := b.emailed("magic_auth")
	if !strings.Contains(p.body, "<h1>Check your email</h1>") || !strings.Contains(p.body, "/_emulate/emails") || strings.Contains(p.body, first) {
		t.Fatalf("%d: %s", p.status, p.body)
	}
	if p = b.submit("again", "1"); p.status != 200 {
		t.Errorf("%d: %s", p.status, p.body)
	}
	if code := b.codeRow(b.submit("code", b.emailed("magic_auth"))); code.Method != "MagicAuth" || code.UserID != "user_bob" {
		t.Errorf("the code is of %+v", code)
	}
}

// TestProvidersNeedNoPassword chooses an account with a provider and with a connection: the steps of AuthKit are not theirs.
func TestProvidersNeedNoPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPassword))
	for address, want := range map[string]string{
		authorization("provider", "GoogleOAuth"):                    "GoogleOAuth user_alice",
		authorization("provider", "", "connection_id", "conn_acme"): "SSO user_alice",
		ssoAuthorization(): "SSO ",
		ssoAuthorization("connection", "", "provider", "GoogleOAuth"): "GoogleOAuth user_alice",
	} {
		b := s.browser()
		b.open(address)
		if code := b.codeRow(b.submit("email", "alice@acme.example")); code.Method+" "+code.UserID != want {
			t.Errorf("%s: the code is of %+v", address, code)
		}
	}
}

// TestMisusedForms has forms that are not the page's. Nothing is issued, and the answer is a page.
func TestMisusedForms(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPage))
	const ownForm = "application/x-www-form-urlencoded"
	for name, test := range map[string]struct {
		header http.Header
		token  func(string) string
		body   string
		cookie bool
		status int
	}{
		"from another site":    {http.Header{"Sec-Fetch-Site": {"cross-site"}}, nil, "", true, 403},
		"from a sister site":   {http.Header{"Sec-Fetch-Site": {"same-site"}}, nil, "", true, 403},
		"of another origin":    {http.Header{"Origin": {"http://evil.example"}}, nil, "", true, 403},
		"of a broken origin":   {http.Header{"Origin": {"http://%zz"}}, nil, "", true, 403},
		"without a cookie":     {nil, nil, "", false, 403},
		"without a token":      {nil, func(string) string { return "" }, "", true, 403},
		"another token":        {nil, func(token string) string { return strings.Repeat("0", 32) + token[32:] }, "", true, 403},
		"a token of later":     {nil, func(token string) string { return strings.Replace(token, ".17", ".18", 1) }, "", true, 403},
		"JSON":                 {http.Header{"Content-Type": {"application/json"}}, nil, "", true, 415},
		"multipart":            {http.Header{"Content-Type": {"multipart/form-data; boundary=x"}}, nil, "", true, 415},
		"no type":              {http.Header{"Content-Type": nil}, nil, "", true, 415},
		"over 64 KiB":          {nil, nil, "&x=" + strings.Repeat("x", 64<<10), true, 413},
		"10 MiB":               {nil, nil, "&x=" + strings.Repeat("x", 10<<20), true, 413},
		"a broken encoding":    {nil, nil, "&x=%z", true, 400},
		"an account of nobody": {nil, nil, "&account=user_nobody", true, 400},
		"neither":              {nil, nil, "", true, 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := s.browser()
			b.open(authorization())
			token := hidden(b.page.body, "page")
			if test.token != nil {
				token = test.token(token)
			}
			body := "page=" + url.QueryEscape(token) + test.body
			if test.status != 400 {
				body += "&account=user_alice"
			}
			r, err := http.NewRequest("POST", b.at, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", ownForm)
			for name, values := range test.header {
				r.Header[name] = values
			}
			if !test.cookie {
				b.client.Jar = nil
			}
			p := b.send(r)
			if p.status != test.status || p.location != "" || !strings.Contains(p.body, "<h1>") || p.header.Get("Content-Security-Policy") == "" {
				t.Errorf("%d to %q: %.3000s", p.status, p.location, p.body)
			}
		})
	}
	t.Cleanup(func() {
		if codes := store.Codes.All(s.store.View()); len(codes) > 0 {
			t.Errorf("codes were issued: %+v", codes)
		}
	})
}

// TestReplayedPages sends forms again: that of the first step, and that of the last one.
func TestReplayedPages(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][][]string{
		"the first step": {{"account", "user_alice"}},
		"the last step":  {{"account", "user_carol"}, {"organization", "org_acme"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newSite(t, false, option(emulator.LoginPage)).browser()
			b.open(authorization())
			var at string
			var before page
			for _, step := range steps {
				at, before = b.at, b.page
				b.submit(step...)
			}
			b.codeRow(b.page)
			for range 2 {
				b.at, b.page = at, before
				p := b.submit(steps[len(steps)-1]...)
				if p.status != 410 || p.location != "" || !strings.Contains(p.body, "This login has already been used") || !strings.Contains(p.body, "Sign in again") {
					t.Errorf("%d to %q: %s", p.status, p.location, p.body)
				}
			}
			if p := b.open(at); strings.Contains(at, "_emulate_login") && p.status != 410 {
				t.Errorf("the page of the login: %d", p.status)
			}
			if codes := store.Codes.All(b.store.View()); len(codes) != 1 {
				t.Errorf("%d codes were issued", len(codes))
			}
			b.at, b.page = at, before
			link := hrefOf(b.submit(steps[len(steps)-1]...).body, "Sign in again")
			if p := b.open(link); !strings.Contains(p.body, "<h1>Sign in</h1>") {
				t.Errorf("the link %s leads to %s", link, p.body)
			}
		})
	}
}

// TestConcurrentForms sends the form of one page many times at once.
func TestConcurrentForms(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][][]string{
		"the first step": {{"account", "user_alice"}},
		"the last step":  {{"account", "user_carol"}, {"organization", "org_acme"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newSite(t, false, option(emulator.LoginPage)).browser()
			b.open(authorization())
			for _, step := range steps[:len(steps)-1] {
				b.submit(step...)
			}
			const many = 8
			answers := make(chan page, many)
			for range many {
				other := *b
				go func() { answers <- other.submit(steps[len(steps)-1]...) }()
			}
			var statuses []int
			for range many {
				statuses = append(statuses, (<-answers).status)
			}
			slices.Sort(statuses)
			if codes := store.Codes.All(b.store.View()); len(codes) != 1 || statuses[0] != 200 || statuses[1] != 410 {
				t.Errorf("%d codes were issued; the statuses are %v", len(codes), statuses)
			}
		})
	}
}

// TestExpiry leaves a page and a login open.
func TestExpiry(t *testing.T) {
	t.Parallel()
	b := newSite(t, false, option(emulator.LoginPassword)).browser()
	b.open(authorization())
	b.pass(10 * time.Minute)
	if p := b.submit("account", "user_alice"); p.status != 410 || !strings.Contains(p.body, "This login has expired") {
		t.Errorf("%d: %s", p.status, p.body)
	}
	b.open(authorization())
	b.submit("account", "user_alice")
	at := b.at
	b.pass(9 * time.Minute)
	if p := b.open(at); p.status != 200 {
		t.Errorf("%d: %s", p.status, p.body)
	}
	b.pass(time.Minute)
	if p := b.submit("password", "secret"); p.status != 410 || !strings.Contains(p.body, "This login has expired") {
		t.Errorf("%d: %s", p.status, p.body)
	}
}

// TestTooManyAttempts tries passwords. The right one comes too late.
func TestTooManyAttempts(t *testing.T) {
	t.Parallel()
	b := newSite(t, false, option(emulator.LoginPassword)).browser()
	b.open(authorization())
	b.submit("account", "user_alice")
	for range 10 {
		if p := b.submit("password", "wrong"); p.status != 400 {
			t.Fatalf("%d: %s", p.status, p.body)
		}
	}
	at, before := b.at, b.page
	if p := b.submit("password", "secret"); p.status != 429 || p.location != "" {
		t.Errorf("%d: %s", p.status, p.body)
	}
	b.at, b.page = at, before
	if p := b.submit("password", "secret"); p.status != 410 {
		t.Errorf("%d: %s", p.status, p.body)
	}
}

// TestOtherBrowser opens and answers a login that another browser has begun.
func TestOtherBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPassword))
	victim, attacker := s.browser(), s.browser()
	attacker.open(authorization())
	attacker.submit("account", "user_alice")
	if p := victim.open(attacker.at); p.status != 403 || strings.Contains(p.body, "alice@") {
		t.Errorf("%d: %s", p.status, p.body)
	}
	victim.open(authorization())
	victim.at = attacker.at
	if p := victim.submit("step", "password", "password", "secret"); p.status != 403 {
		t.Errorf("%d: %s", p.status, p.body)
	}
	victim.open(authorization())
	victim.page.body = attacker.page.body // with the attacker's token
	if p := victim.submit("account", "user_alice"); p.status != 403 {
		t.Errorf("%d: %s", p.status, p.body)
	}
}

// TestChangesWhileSigningIn deletes the user, ends their membership and resets the store between two steps.
func TestChangesWhileSigningIn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*store.Txn) error
		want   string // of the page, or the error of the redirect
	}{
		"user deleted":       {func(tx *store.Txn) error { return store.Users.Delete(tx, "user_carol") }, "This login cannot go on"},
		"membership deleted": {func(tx *store.Txn) error { return store.Memberships.Delete(tx, "om_2") }, "This login cannot go on"},
		"logins ended":       {func(tx *store.Txn) error { return tx.DropLoginsOfUser("user_carol") }, "This login has already been used"},
		"everything deleted": {func(tx *store.Txn) error { return tx.Clear() }, "This login has already been used"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newSite(t, false, option(emulator.LoginPage)).browser()
			b.open(authorization())
			b.submit("account", "user_carol")
			if err := b.store.Update(test.change); err != nil {
				t.Fatal(err)
			}
			p := b.submit("organization", "org_acme")
			if !strings.Contains(p.body, test.want) || len(store.Codes.All(b.store.View())) > 0 {
				t.Errorf("%d to %q: %s", p.status, p.location, p.body)
			}
		})
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
