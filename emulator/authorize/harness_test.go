package authorize_test

import (
	"crypto/rand"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/oauth/oauthtest"
	"github.com/caddy-workos/caddy-workos/emulator/password"
	"github.com/caddy-workos/caddy-workos/store"
)

// site is an emulator that serves on a port, and what is behind it.
type site struct {
	t     *testing.T
	store *store.Store
	url   string

	mu  sync.Mutex
	now time.Time
	// sent are the requests that came to what is behind the emulator.
	sent []*http.Request
}

// newSite serves an emulator with the rows of a test. With an upstream, whatever is passed on is answered by it.
func newSite(t *testing.T, upstream bool, change ...func(*emulator.Options)) *site {
	t.Helper()
	s := &site{t: t, store: store.New(), now: time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)}
	o := emulator.Options{
		Store: s.store, Secrets: &guard.Secrets{}, Key: oauthtest.SigningKey(), AcceptKeys: []string{"sk_test_environment"}, Random: rand.Reader,
		Now: s.time, TestAPI: true, Reset: func() error { return nil },
	}
	for _, c := range change {
		c(&o)
	}
	if err := s.store.Update(seeded); err != nil {
		t.Fatal(err)
	}
	e, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	var next http.Handler
	if upstream {
		next = http.HandlerFunc(s.answerUpstream)
	}
	server := httptest.NewServer(e.Handler(next))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *site) time() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// answerUpstream stands for the real WorkOS: it redirects to its login page.
func (s *site) answerUpstream(w http.ResponseWriter, r *http.Request) {
	if r.Context().Err() != nil { // a probe
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	s.sent = append(s.sent, r)
	s.mu.Unlock()
	w.Header().Set("Location", "https://real.authkit.app/login")
	w.WriteHeader(http.StatusFound)
}

// upstreamRequests returns the requests that were passed on.
func (s *site) upstreamRequests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// seeded writes the rows of a test: users with each combination of steps.
func seeded(tx *store.Txn) error {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	meta := func(id string) store.Meta { return store.Meta{ID: id, CreatedAt: at, UpdatedAt: at, Seed: "seed"} }
	for _, o := range []store.Organization{
		{Meta: meta("org_acme"), Name: "Acme Corp", Domains: []store.Domain{{ID: "d1", Domain: "acme.example", State: "verified"}}},
		{Meta: meta("org_other"), Name: "Other <Inc>"},
	} {
		if err := store.Organizations.Insert(tx, o); err != nil {
			return err
		}
	}
	for _, u := range []store.User{
		{Meta: meta("user_alice"), Email: "alice@acme.example", FirstName: "Alice", LastName: "Doe", EmailVerified: true, Password: password.Seeded("secret")},
		{Meta: meta("user_bob"), Email: "Bob@acme.example", EmailVerified: true},
		{Meta: meta("user_carol"), Email: "carol@acme.example", Password: password.Seeded("secret")}, // not verified, several organizations, TOTP
		{Meta: meta("user_dave"), Email: "dave@acme.example", EmailVerified: true, Identities: []store.Identity{{IdPID: "g-1", Provider: "GoogleOAuth"}}},
		{Meta: meta("user_eve"), Email: "eve@acme.example", EmailVerified: true, Impersonator: &store.Impersonator{Email: "admin@acme.example"}},
	} {
		if err := store.Users.Insert(tx, u); err != nil {
			return err
		}
	}
	for _, m := range []store.Membership{
		{Meta: meta("om_1"), UserID: "user_alice", OrganizationID: "org_acme", Status: store.ActiveMembership, RoleSlugs: []string{"member"}},
		{Meta: meta("om_2"), UserID: "user_carol", OrganizationID: "org_acme", Status: store.ActiveMembership, RoleSlugs: []string{"member"}},
		{Meta: meta("om_3"), UserID: "user_carol", OrganizationID: "org_other", Status: store.ActiveMembership, RoleSlugs: []string{"member"}},
		{Meta: meta("om_4"), UserID: "user_bob", OrganizationID: "org_acme", Status: store.InactiveMembership, RoleSlugs: []string{"member"}},
	} {
		if err := store.Memberships.Insert(tx, m); err != nil {
			return err
		}
	}
	if err := store.Factors.Insert(tx, store.Factor{Meta: meta("auth_factor_1"), UserID: "user_carol", Secret: totpSecret}); err != nil {
		return err
	}
	return insertConnections(tx, meta)
}

const totpSecret = "JBSWY3DPEHPK3PXP"

func insertConnections(tx *store.Txn, meta func(string) store.Meta) error {
	for _, c := range []store.Connection{
		{
			Meta: meta("conn_acme"), OrganizationID: "org_acme", Type: "GenericSAML", Name: "Acme SSO", State: "active",
			Domains: []store.ConnectionDomain{{ID: "cd", Domain: "sso.acme.example"}},
			Profiles: []store.Profile{
				{ID: "prof_alice", IdPID: "saml-1", Email: "alice@acme.example", FirstName: "Alice", Groups: []string{"Engineers"}},
				{ID: "prof_frank", IdPID: "saml-2", Email: "frank@acme.example", FirstName: "Frank", LastName: "Roe"},
			},
		},
		{Meta: meta("conn_off"), OrganizationID: "org_other", Type: "GenericSAML", Name: "Off", State: "inactive"},
	} {
		if err := store.Connections.Insert(tx, c); err != nil {
			return err
		}
	}
	return nil
}

// browser is a client with cookies that does not follow redirects by itself.
type browser struct {
	*site
	client http.Client
	at     string // the address of the page
	page   page
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{site: s, client: http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// page is what a browser has been answered.
type page struct {
	status   int
	header   http.Header
	body     string
	location string // of a redirect, or of the page that goes on by itself
}

// open opens an address, which may be relative to the page, and follows redirects that lead to the site itself.
func (b *browser) open(address string) page {
	b.t.Helper()
	return b.do("GET", address, nil, nil)
}

// submit fills the form of the page that has a field or a button, with the page's token.
func (b *browser) submit(fields ...string) page {
	b.t.Helper()
	form := url.Values{}
	for _, name := range []string{"page", "step"} {
		if value := hidden(b.page.body, name); value != "" {
			form.Set(name, value)
		}
	}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.do("POST", b.at, http.Header{"Sec-Fetch-Site": {"same-origin"}}, form)
}

func hidden(body, name string) string {
	found := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

var refreshAddress = regexp.MustCompile(`<meta http-equiv="refresh" content="0;url=([^"]*)">`)

func (b *browser) do(method, address string, header http.Header, form url.Values) page {
	b.t.Helper()
	for range 10 {
		r, err := http.NewRequest(method, b.resolve(address), nil)
		if err != nil {
			b.t.Fatal(err)
		}
		for name, values := range header {
			r.Header[name] = values
		}
		if form != nil {
			r.Body = io.NopCloser(strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		b.page = b.send(r)
		if b.page.location == "" || !strings.HasPrefix(b.resolve(b.page.location), b.url) {
			return b.page
		}
		method, form, address, header = "GET", nil, b.page.location, nil
	}
	b.t.Fatal("there are redirects without end")
	return page{}
}

// send sends a request and remembers its address.
func (b *browser) send(r *http.Request) page {
	b.t.Helper()
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.at = r.URL.String()
	got := page{status: answer.StatusCode, header: answer.Header, body: string(body), location: answer.Header.Get("Location")}
	if found := refreshAddress.FindStringSubmatch(got.body); found != nil {
		got.location = html.UnescapeString(found[1])
	}
	return got
}

// resolve is an address as a browser reads it on the page.
func (b *browser) resolve(address string) string {
	base, err := url.Parse(b.at)
	if err != nil || b.at == "" {
		base, _ = url.Parse(b.url)
	}
	relative, err := url.Parse(address)
	if err != nil {
		b.t.Fatalf("the address %q: %v", address, err)
	}
	return base.ResolveReference(relative).String()
}

const callback = "http://localhost:3000/callback"

// authorization is an address of the authorization endpoint, with parameters in the place of the usual ones. An empty value removes one.
func authorization(change ...string) string {
	return "/user_management/authorize?" + parametersOf(url.Values{
		"client_id": {"client_test"}, "redirect_uri": {callback}, "response_type": {"code"}, "provider": {"authkit"}, "state": {"a state"},
	}, change)
}

func ssoAuthorization(change ...string) string {
	return "/sso/authorize?" + parametersOf(url.Values{
		"client_id": {"client_test"}, "redirect_uri": {callback}, "response_type": {"code"}, "connection": {"conn_acme"}, "state": {"a state"},
	}, change)
}

func parametersOf(query url.Values, change []string) string {
	for i := 0; i < len(change); i += 2 {
		query.Set(change[i], change[i+1])
		if change[i+1] == "" {
			query.Del(change[i])
		}
	}
	return query.Encode()
}

// codeRow returns the code that a redirect leads with, and fails for any other location.
func (b *browser) codeRow(p page) store.Code {
	b.t.Helper()
	to, err := url.Parse(p.location)
	if err != nil || !strings.HasPrefix(p.location, callback+"?") || to.Query().Get("code") == "" {
		b.t.Fatalf("%d: the location is %q: %s", p.status, p.location, p.body)
	}
	if got := to.Query().Get("state"); got != "a state" {
		b.t.Errorf("the state is %q", got)
	}
	code, ok := store.Codes.Get(b.store.View(), store.TokenID(to.Query().Get("code")))
	if !ok {
		b.t.Fatalf("%s is no code", p.location)
	}
	return code
}

// refused returns the error that a redirect leads with.
func (b *browser) refused(p page) string {
	b.t.Helper()
	to, err := url.Parse(p.location)
	if err != nil || !strings.HasPrefix(p.location, callback+"?") {
		b.t.Fatalf("%d: the location is %q: %s", p.status, p.location, p.body)
	}
	query := to.Query()
	if query.Get("state") != "a state" || query.Get("error_description") == "" || !strings.HasPrefix(query.Get("error_uri"), "https://workos.com/docs/") || query.Has("code") {
		b.t.Errorf("the location is %s", p.location)
	}
	return query.Get("error")
}

func option(login emulator.Login) func(*emulator.Options) {
	return func(o *emulator.Options) { o.Login = login }
}

// hrefOf returns the address of a link by its text.
func hrefOf(body, text string) string {
	found := regexp.MustCompile(`href="([^"]*)">` + regexp.QuoteMeta(text) + `</a>`).FindStringSubmatch(body)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}
