package authorize_test

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/totp"
	"github.com/caddy-workos/caddy-workos/store"
)

func newToken(t *testing.T) string {
	t.Helper()
	token, err := credential.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// invite stores an invitation to an organization, and returns its token.
func (s *site) invite(email string, change ...func(*store.Invitation)) string {
	s.t.Helper()
	token := newToken(s.t)
	i := store.Invitation{
		Meta: store.Meta{ID: "invitation_" + token[:8], CreatedAt: s.time()}, Email: email, OrganizationID: "org_other", Token: token,
		ExpiresAt: s.time().AddDate(0, 0, 7),
	}
	for _, c := range change {
		c(&i)
	}
	if err := s.store.Update(func(tx *store.Txn) error { return store.Invitations.Insert(tx, i) }); err != nil {
		s.t.Fatal(err)
	}
	return token
}

// TestInvitationLink follows the link of an invitation to the session, by the page that the link leads to.
func TestInvitationLink(t *testing.T) {
	t.Parallel()
	for _, login := range []emulator.Login{emulator.LoginAuto, emulator.LoginFirst, emulator.LoginPage} {
		s := newSite(t, false, option(login), func(o *emulator.Options) {
			o.ClientIDs, o.RedirectURIs = []string{"client_test"}, []string{"http://localhost:*/cb", callback}
		})
		b := s.browser()
		p := b.open("/invite?invitation_token=" + s.invite("bob@acme.example"))
		if p.status != 200 || !strings.Contains(p.body, "<strong>bob@acme.example</strong> is invited to <strong>Other &lt;Inc&gt;</strong>.") || p.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%q: %d %s", login, p.status, p.body)
		}
		p = b.open(hrefOf(p.body, "Sign in and accept"))
		if login == emulator.LoginPage {
			p = b.submit("account", "user_bob")
		}
		to, _ := url.Parse(p.location)
		code, ok := store.Codes.Get(s.store.View(), store.TokenID(to.Query().Get("code")))
		if !ok || code.UserID != "user_bob" || code.OrganizationID != "org_other" || !strings.HasPrefix(p.location, callback+"?") {
			t.Errorf("%q: %d to %s, code %+v", login, p.status, p.location, code)
		}
	}
}

// TestInvitationLinksThatSayHowToGoOn have nothing to click on.
func TestInvitationLinksThatSayHowToGoOn(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	past := func(i *store.Invitation) { i.ExpiresAt = s.time() }
	accepted := func(i *store.Invitation) { i.AcceptedAt = s.time() }
	for name, test := range map[string]struct {
		token  string
		status int
		has    string
	}{
		"no client is configured": {s.invite("bob@acme.example"), 200, "invitation_token="},
		"no user":                 {s.invite("new@acme.example"), 200, "POST /user_management/users"},
		"no organization":         {s.invite("new2@acme.example", func(i *store.Invitation) { i.OrganizationID = "" }), 200, "<strong>new2@acme.example</strong> is invited.</p>"},
		"a real organization":     {s.invite("dave@acme.example", func(i *store.Invitation) { i.OrganizationID = "org_REAL" }), 200, "is invited to <strong>org_REAL</strong>"},
		"expired":                 {s.invite("eve@acme.example", past), 410, "Its state is expired"},
		"accepted":                {s.invite("alice@acme.example", accepted), 410, "Its state is accepted"},
		"of another process":      {newToken(t), 404, "There is no such invitation"},
	} {
		p := s.browser().open("/invite?invitation_token=" + test.token)
		if p.status != test.status || !strings.Contains(p.body, test.has) || strings.Contains(p.body, "Sign in and accept") || strings.Contains(p.body, "Continue with the real WorkOS") {
			t.Errorf("%s: %d %s", name, p.status, p.body)
		}
	}
	if sent := s.upstreamRequests(); len(sent) > 0 {
		t.Errorf("%d were sent", len(sent))
	}
	for _, theirs := range []string{"/invite?invitation_token=theirs", "/invite", "/reset-password?token=theirs"} {
		if p := s.browser().open(s.url + theirs); p.location != "https://real.authkit.app/login" {
			t.Errorf("%s: %d", theirs, p.status)
		}
	}
	alone := newSite(t, false)
	for _, unknown := range []string{"/invite?invitation_token=x", "/invite", "/invite?invitation_token=%zz"} {
		if p := alone.browser().open(unknown); p.status != 404 {
			t.Errorf("%s: %d", unknown, p.status)
		}
	}
}

// TestPasswordResetLink has a token that is valid, one that has expired, and an unknown one.
func TestPasswordResetLink(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	token := newToken(t)
	err := s.store.Update(func(tx *store.Txn) error {
		return tx.InsertPasswordReset(store.PasswordReset{
			Meta: store.Meta{ID: "password_reset_1", CreatedAt: s.time()}, UserID: "user_alice", Email: "alice@acme.example", Token: token,
			ExpiresAt: s.time().Add(time.Minute),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	p := s.browser().open("/reset-password?token=" + token)
	if p.status != 200 || !strings.Contains(p.body, "alice@acme.example") || !strings.Contains(p.body, "<code>"+token+"</code>") {
		t.Errorf("%d %s", p.status, p.body)
	}
	s.pass(time.Minute)
	for _, bad := range []string{token, newToken(t)} {
		if p := s.browser().open("/reset-password?token=" + bad); p.status != 410 || strings.Contains(p.body, "alice") {
			t.Errorf("%d %s", p.status, p.body)
		}
	}
	if sent := s.upstreamRequests(); len(sent) > 0 {
		t.Errorf("%d were sent", len(sent))
	}
}

// TestLoginIsOfItsPage takes a login that is under way to each of the other pages.
func TestLoginIsOfItsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPage))
	const google = "client_id=client_test&redirect_uri=" + callback + "&response_type=code&provider=GoogleOAuth"
	b := s.browser()
	b.open("/user_management/authorize?" + google)
	b.submit("account", "user_carol") // who has several organizations
	if !strings.Contains(b.page.body, "Choose an organization") {
		t.Fatal(b.page.body)
	}
	own, form := b.at, []string{"organization", "org_acme", "answer", "approve"}
	_, query, _ := strings.Cut(own, "?")
	for _, other := range []string{"/sso/authorize", "/device"} {
		b.open(other + "?" + query)
		if b.page.status != http.StatusForbidden || strings.Contains(b.page.body, "GoogleOAuth") {
			t.Errorf("%s: %d %s", other, b.page.status, b.page.body)
		}
		b.submit(form...)
		if b.page.status != http.StatusForbidden || b.page.location != "" {
			t.Errorf("%s: the form is answered with %d %s", other, b.page.status, b.page.body)
		}
	}
	b.open(own)
	if b.submit(form...); !strings.HasPrefix(b.page.location, callback+"?code=") {
		t.Errorf("on its own page: %d %s", b.page.status, b.page.body)
	}
}

// TestCookiesOfApplicationsDoNotHinder: an application on this machine has its session in a cookie, which browsers send to all ports.
func TestCookiesOfApplicationsDoNotHinder(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	local := newToken(t)
	for _, address := range []string{
		authorization("login_hint", "real@customer.example"), "/user_management/authorize?_emulate=upstream&client_id=c",
		ssoAuthorization("connection", "conn_real"), "/device?user_code=BCDF-GHJK", "/user_management/sessions/logout?session_id=session_01REAL",
		"/oauth2/authorize?client_id=c", // a page of the real WorkOS alone
	} {
		r, err := http.NewRequest("GET", s.url+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", "theme=dark; session="+local+"; workos_emulator_login=00; other=1")
		r.Header.Set("Referer", "http://localhost/?code="+local)
		if strings.HasPrefix(address, "/oauth2/") {
			r.Header.Set("Sec-Fetch-Mode", "navigate")
		}
		before := len(s.upstreamRequests())
		p := s.browser().send(r)
		sent := s.upstreamRequests()[before:]
		if len(sent) != 1 || p.status != 302 {
			t.Errorf("%s: %d, %d were sent: %s", address, p.status, len(sent), p.body)
			continue
		}
		if got := sent[0].Header; got.Get("Cookie") != "theme=dark; other=1" || got.Get("Referer") != "" {
			t.Errorf("%s: the cookie is %q, the Referer %q", address, got.Get("Cookie"), got.Get("Referer"))
		}
	}
	r, err := http.NewRequest("GET", s.url+"/user_management/authorize?_emulate=upstream&state="+local, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p := s.browser().send(r); p.status != http.StatusForbidden {
		t.Errorf("a local secret in the query is answered with %d", p.status)
	}
}

// TestInvitationIsAcceptedWhenTheLoginIsComplete, and not while the second factor may still be missing.
func TestInvitationIsAcceptedWhenTheLoginIsComplete(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, option(emulator.LoginPassword))
	token := s.invite("carol@acme.example", func(i *store.Invitation) { i.OrganizationID = "org_REAL" })
	isAccepted := func() bool {
		i, _ := s.store.View().InvitationByToken(token)
		m, isMember := s.store.View().MembershipOf("user_carol", "org_REAL")
		if isMember != !i.AcceptedAt.IsZero() {
			t.Errorf("the invitation is %+v, the membership %+v", i, m)
		}
		return isMember
	}
	right, err := totp.Code(totpSecret, s.time())
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.open(authorization("invitation_token", token))
	b.submit("email", "carol@acme.example")
	b.submit("password", "secret")
	for _, step := range []func() string{func() string { return s.emailed("email_verification") }, func() string { return right }} {
		if isAccepted() {
			t.Errorf("it is accepted before %s", b.page.body)
		}
		b.submit("code", step())
	}
	if code := b.codeRow(b.page); code.OrganizationID != "org_REAL" || !isAccepted() {
		t.Errorf("the code is of %+v", code)
	}
}
