package authorize_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/store"
)

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
		"from another site":  {http.Header{"Sec-Fetch-Site": {"cross-site"}}, nil, "", true, 403},
		"from a sister site": {http.Header{"Sec-Fetch-Site": {"same-site"}}, nil, "", true, 403},
		"of another origin":  {http.Header{"Origin": {"http://evil.example"}}, nil, "", true, 403},
		"of a broken origin": {http.Header{"Origin": {"http://%zz"}}, nil, "", true, 403},
		"without a cookie":   {nil, nil, "", false, 403},
		"without a token":    {nil, func(string) string { return "" }, "", true, 403},
		"another token":      {nil, func(token string) string { return strings.Repeat("0", 32) + token[32:] }, "", true, 403},
		"a token of later":   {nil, func(token string) string { return strings.Replace(token, ".17", ".18", 1) }, "", true, 403},
		"JSON":               {http.Header{"Content-Type": {"application/json"}}, nil, "", true, 415},
		"multipart":          {http.Header{"Content-Type": {"multipart/form-data; boundary=x"}}, nil, "", true, 415},
		"no type":            {http.Header{"Content-Type": nil}, nil, "", true, 415},
		"over 64 KiB":        {nil, nil, "&x=" + strings.Repeat("x", 64<<10), true, 413},
		"10 MiB":             {nil, nil, "&x=" + strings.Repeat("x", 10<<20), true, 413},
		"a broken encoding":  {nil, nil, "&x=%z", true, 400},
		"an unknown account": {nil, nil, "&account=user_nobody", true, 400},
		"neither":            {nil, nil, "", true, 400},
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

// logins are the forms of logins, by their last one.
var logins = map[string][][]string{
	"the first step": {{"account", "user_alice"}},
	"the last step":  {{"account", "user_carol"}, {"organization", "org_acme"}},
}

// TestReplayedPages sends forms again: that of the first step, and that of the last one.
func TestReplayedPages(t *testing.T) {
	t.Parallel()
	for name, steps := range logins {
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
	for name, steps := range logins {
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
