package authorize_test

import (
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/totp"
	"github.com/caddy-workos/caddy-workos/store"
)

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
