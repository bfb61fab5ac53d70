package authorize_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

func (s *site) newSession() string {
	s.t.Helper()
	id, err := credential.NewSessionID(s.time(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.store.Update(func(tx *store.Txn) error {
		return tx.InsertSession(store.Session{
			Meta: store.Meta{ID: id, CreatedAt: s.time()}, UserID: "user_alice", ClientID: "client_test", ExpiresAt: s.time().AddDate(1, 0, 0),
		})
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// TestLogout has where the browser is sent, with the option and without. Nothing stands for the page.
func TestLogout(t *testing.T) {
	t.Parallel()
	byDefault := newSite(t, false)
	listed := newSite(t, false, func(o *emulator.Options) {
		o.SignOutRedirects = []string{"https://*.app.example/bye", "https://app.example/", "http://localhost:*/bye"}
	})
	for name, test := range map[string]struct {
		site           *site
		returnTo, want string
	}{
		"loopback":                 {byDefault, "http://localhost:3000/bye?a=b", "http://localhost:3000/bye?a=b"},
		"nothing":                  {byDefault, "", ""},
		"another host":             {byDefault, "https://app.example/", ""},
		"a host that looks so":     {byDefault, "http://localhost.evil.example/", ""},
		"a script":                 {byDefault, "javascript:alert(1)", ""},
		"another scheme":           {byDefault, "//evil.example/", ""},
		"a user":                   {byDefault, "http://localhost@evil.example/", ""},
		"a backslash":              {byDefault, `http://localhost\.evil.example/`, ""},
		"listed":                   {listed, "https://pr-1.app.example/bye", "https://pr-1.app.example/bye"},
		"listed, any port":         {listed, "http://localhost:4000/bye", "http://localhost:4000/bye"},
		"nothing, with a default":  {listed, "", "https://app.example/"},
		"unlisted":                 {listed, "https://pr-1.app.example/", "https://app.example/"},
		"unlisted loopback":        {listed, "http://localhost:3000/", "https://app.example/"},
		"a script, with a default": {listed, "data:text/html,x", "https://app.example/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, session := test.site.browser(), test.site.newSession()
			b.open("/device") // for the cookie
			for _, id := range []string{session, session, "session_unknown", strings.Replace(session, "session_", "session_0", 1)[:len(session)]} {
				query := url.Values{"session_id": {id}}
				if test.returnTo != "" {
					query.Set("return_to", test.returnTo)
				}
				p := b.open("/user_management/sessions/logout?" + query.Encode())
				if p.location != test.want || (p.status == 302) != (test.want != "") || test.want == "" && !strings.Contains(p.body, "<h1>You are signed out</h1>") {
					t.Errorf("%s: %d to %q: %s", id, p.status, p.location, p.body)
				}
				if set := p.header["Set-Cookie"]; len(set) != 1 || !strings.Contains(set[0], "Max-Age=0") {
					t.Errorf("the cookie is %v", set)
				}
			}
			if s, _ := store.Sessions.Get(test.site.store.View(), session); s.EndedAt.IsZero() {
				t.Error("the session goes on")
			}
		})
	}
	b := byDefault.browser()
	for _, query := range []string{"", "?session_id=", "?return_to=http://localhost/", "?session_id=a&session_id=b", "?session_id=a&return_to=http://localhost/&return_to=http://localhost/", "?session_id=%zz"} {
		if p := b.open("/user_management/sessions/logout" + query); p.status != 422 || p.location != "" {
			t.Errorf("%s: %d to %q: %s", query, p.status, p.location, p.body)
		}
	}
}
