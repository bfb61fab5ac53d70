package authorize_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestTextsOfStrangersOnPages puts what turns the direction of writing, markup and much text into what pages show of a request and of rows.
func TestTextsOfStrangersOnPages(t *testing.T) {
	t.Parallel()
	const turned = "\u202e<b onclick=x>\"'&"
	s := newSite(t, false, option(emulator.LoginPassword))
	err := s.store.Update(func(tx *store.Txn) error {
		_, err := store.Organizations.Update(tx, "org_other", func(o *store.Organization) error { o.Name = turned; return nil })
		if err == nil {
			_, err = store.Users.Update(tx, "user_alice", func(u *store.User) error { u.FirstName = turned; return nil })
		}
		if err == nil {
			_, err = store.Connections.Update(tx, "conn_acme", func(c *store.Connection) error { c.Name = turned; return nil })
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	clientID := turned + strings.Repeat("x", 1000)
	tags := regexp.MustCompile("<[^>]*>")
	check := func(what string, p page) {
		t.Helper()
		main := p.body[strings.Index(p.body, "<main>"):]
		if strings.Contains(main, "<b onclick") || strings.Contains(tags.ReplaceAllString(main, ""), strings.Repeat("x", 300)) {
			t.Errorf("%s: %s", what, main)
		}
		for _, part := range strings.Split(main, "\u202e")[1:] { // only inside of an element that isolates the direction
			if end := strings.Index(part, "<"); !strings.HasPrefix(part[end:], "</strong>") {
				t.Errorf("%s: the direction is turned in %q", what, part)
			}
		}
	}
	b := s.browser()
	check("the accounts", b.open(authorization("client_id", clientID)))
	check("the password", b.submit("email", "alice@acme.example"))
	check("an error", s.browser().open(authorization("redirect_uri", "http://"+turned)))
	check("a connection", s.browser().open(ssoAuthorization()))
	check("an invitation", s.browser().open("/invite?invitation_token="+s.invite("bob@acme.example")))
	check("a device", s.browser().open("/device?user_code="+url.QueryEscape(turned)))
	b = s.browser()
	b.open(authorization("provider", "GoogleOAuth", "client_id", clientID))
	check("the organizations", b.submit("account", "user_carol"))
}
