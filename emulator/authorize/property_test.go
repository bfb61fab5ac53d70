package authorize_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/store"
)

// walk are random moves of browsers on one site.
type walk struct {
	*site
	random   *rand.Rand
	browsers []*browser
	states   []string // of all requests
}

func (w *walk) one(of ...string) string { return of[w.random.IntN(len(of))] }

func (w *walk) sometimes() bool { return w.random.IntN(4) == 0 }

// redirectURIs are listed ones, and others that resemble them.
var redirectURIs = []string{
	callback, callback, callback, callback, "https://pr-1.app.example/cb", "https://evil.example/cb", "http://localhost:3000@evil.example/callback",
	`http://localhost:3000\@evil.example/callback`, "//evil.example", "javascript:alert(1)", "https://pr-1.app.example.evil.example/cb", "",
	"http://localhost:3000/callback#x", "http://localhost:3000/callback\r\nX: y", "https://evil.example/?x=" + callback, "https://a.b.app.example/cb",
}

// address is a random authorization request.
func (w *walk) address() string {
	state := fmt.Sprintf("state %d+%%&=\"'<>\r\n\xff;#é", w.random.IntN(1000))
	w.states = append(w.states, state)
	change := []string{"state", state, "redirect_uri", w.one(redirectURIs...)}
	optional := map[string][]string{
		"login_hint": {"alice@acme.example", "nobody@acme.example", "carol@acme.example", "<script>"}, "provider": {"GoogleOAuth", "", "x"},
		"organization_id": {"org_acme", "org_x"}, "connection_id": {"conn_acme", "conn_off", "conn_x"}, "response_type": {"token", ""},
		"client_id": {"", "client_x"}, "code_challenge": {"x"}, "domain_hint": {"acme.example"}, "invitation_token": {"x"}, "max_age": {"-1"},
	}
	for _, name := range slices.Sorted(maps.Keys(optional)) {
		if w.random.IntN(8) == 0 {
			change = append(change, name, w.one(optional[name]...))
		}
	}
	made := authorization(change...)
	if w.sometimes() {
		made = ssoAuthorization(change...)
	}
	if w.random.IntN(8) == 0 {
		made += "&" + w.one("redirect_uri=https://evil.example", "state=other", "_emulate_login=x", "%zz", "RelayState=https://evil.example", "return_to=//evil.example")
	}
	if w.random.IntN(12) == 0 {
		made = strings.Replace(made, "?", "?_emulate=upstream&", 1)
	}
	return w.url + made
}

// form are random fields, with the page's token or without.
func (w *walk) form(b *browser) url.Values {
	form := url.Values{}
	fields := map[string][]string{
		"account": {"user_alice", "user_carol", "user_bob", "prof_frank", "user_x"}, "email": {"alice@acme.example", "carol@acme.example", "x@evil.example"},
		"password": {"secret", "wrong"}, "code": {"123456", ""}, "organization": {"org_acme", "org_other", "org_x"}, "again": {"1"}, "answer": {"approve", "deny"},
		"redirect_uri": {"https://evil.example"}, "state": {"other"}, "to": {"https://evil.example"}, "next": {"//evil.example"},
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if w.random.IntN(3) == 0 {
			form.Set(name, w.one(fields[name]...))
		}
	}
	for _, name := range []string{"page", "step"} {
		if value := hidden(b.page.body, name); value != "" && w.random.IntN(10) > 0 {
			form.Set(name, value)
		}
	}
	return form
}

func (w *walk) move() {
	b := w.browsers[w.random.IntN(len(w.browsers))]
	if b.at == "" || w.sometimes() {
		b.at = w.address()
		w.visit(b, "GET", nil)
		return
	}
	if w.random.IntN(10) == 0 { // go on with another browser's page
		other := w.browsers[w.random.IntN(len(w.browsers))]
		if other.at != "" {
			b.at, b.page = other.at, other.page
		}
	}
	w.visit(b, "POST", w.form(b))
}

// visit sends one request, checks the answer, and goes to the next page of the site.
func (w *walk) visit(b *browser, method string, form url.Values) {
	r, err := http.NewRequest(method, b.at, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	b.page = b.send(r)
	w.check(b.page, method+" "+r.URL.String()+" "+form.Encode())
	if strings.HasPrefix(b.page.location, "?") {
		b.at = b.resolve(b.page.location)
		b.page = b.open(b.at)
		w.check(b.page, "GET "+b.at)
	}
}

// check fails for an answer that leads elsewhere than to the page itself or a listed redirect URI, or has another state than was sent.
func (w *walk) check(p page, request string) {
	w.t.Helper()
	if p.status >= 500 && p.status != 502 || strings.Contains(p.body, "<script") || len(p.header["Location"]) > 1 || p.header.Get("X") != "" {
		w.t.Fatalf("%s: %d %v %s", request, p.status, p.header, p.body)
	}
	switch {
	case p.location == "", strings.HasPrefix(p.location, "?_emulate_login="):
		return
	case strings.HasPrefix(p.location, callback+"?"), strings.HasPrefix(p.location, "https://pr-1.app.example/cb?"):
	default:
		w.t.Fatalf("%s leads to %q", request, p.location)
	}
	to, err := url.Parse(p.location)
	if err != nil {
		w.t.Fatal(err)
	}
	query := to.Query()
	if query.Has("code") == query.Has("error") || len(query["state"]) != 1 || !slices.Contains(w.states, query.Get("state")) {
		w.t.Fatalf("%s leads to %q", request, p.location)
	}
	if code := query.Get("code"); code != "" {
		if _, ok := store.Codes.Get(w.store.View(), store.TokenID(code)); !ok {
			w.t.Fatalf("%s leads with a code of nobody: %q", request, p.location)
		}
	}
}

// TestNoRedirectElsewhere makes random moves: whatever is asked for and posted, the browser comes to the page itself or to a listed redirect
// URI, with the state as it was sent.
func TestNoRedirectElsewhere(t *testing.T) {
	t.Parallel()
	for _, login := range []emulator.Login{emulator.LoginAuto, emulator.LoginFirst, emulator.LoginPage, emulator.LoginPassword} {
		t.Run(string(login), func(t *testing.T) {
			t.Parallel()
			seed := rand.Uint64()
			t.Logf("the seed is %d", seed)
			w := &walk{random: rand.New(rand.NewPCG(seed, 0))}
			w.site = newSite(t, false, option(login), func(o *emulator.Options) {
				o.RedirectURIs, o.ClientIDs = []string{callback, "https://*.app.example/cb"}, []string{"client_test"}
			})
			for range 3 {
				w.browsers = append(w.browsers, w.browser())
			}
			completed := func() bool { // few walks come through the steps of LoginPassword
				return login == emulator.LoginPassword || len(store.Codes.All(w.store.View())) > 0
			}
			for moves := 0; moves < 400 || moves < 10_000 && !completed(); moves++ {
				w.move()
			}
			if !completed() {
				t.Error("no login was completed")
			}
		})
	}
}
