package sso_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/oauth/oauthtest"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

const (
	apiKey    = "sk_test_environment"
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// site is an emulator under test.
type site struct {
	t       *testing.T
	store   *store.Store
	handler http.Handler
	now     time.Time
	sent    []string // the paths that were passed on
}

func newSite(t *testing.T, upstream bool) *site {
	t.Helper()
	s := &site{t: t, store: store.New(), now: time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)}
	if err := s.store.Update(seeded); err != nil {
		t.Fatal(err)
	}
	e, err := emulator.New(emulator.Options{
		Store: s.store, Secrets: &guard.Secrets{}, Key: oauthtest.SigningKey(), AcceptKeys: []string{apiKey}, ClientIDs: []string{"client_test", "client_other"},
		Now: func() time.Time { return s.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	var next http.Handler
	if upstream {
		next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Context().Err() != nil { // a probe
				panic(http.ErrAbortHandler)
			}
			s.sent = append(s.sent, r.URL.Path)
			w.WriteHeader(http.StatusTeapot)
		})
	}
	s.handler = e.Handler(next)
	return s
}

func seeded(tx *store.Txn) error {
	organization := store.Organization{Meta: store.Meta{ID: "org_acme"}, Name: "Acme Corp"}
	user := store.User{
		Meta: store.Meta{ID: "user_alice"}, Email: "alice@acme.example", FirstName: "Alice", EmailVerified: true,
		Identities: []store.Identity{{IdPID: "google-1", Provider: "GoogleOAuth"}},
	}
	role := store.Role{Meta: store.Meta{ID: "role_admin"}, Slug: "admin", Name: "Admin"}
	connection := store.Connection{
		Meta: store.Meta{ID: "conn_acme"}, OrganizationID: "org_acme", Type: "GenericSAML", Name: "Acme SSO", State: "active",
		Profiles: []store.Profile{
			{ID: "prof_alice", IdPID: "saml-1", Email: "alice@acme.example", FirstName: "Alice", LastName: "Doe", Groups: []string{"Engineers"}, RoleSlugs: []string{"admin"}},
			{ID: "prof_frank", Email: "frank@acme.example"},
		},
	}
	membership := store.Membership{Meta: store.Meta{ID: "om_1"}, UserID: "user_alice", OrganizationID: "org_acme", Status: store.ActiveMembership, RoleSlugs: []string{"admin"}}
	for _, err := range []error{
		store.Organizations.Insert(tx, organization), store.Users.Insert(tx, user), store.Roles.Insert(tx, role),
		store.Connections.Insert(tx, connection), store.Memberships.Insert(tx, membership),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// answer is what a request was answered with.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

func (a answer) body() map[string]any {
	a.t.Helper()
	var body map[string]any
	if err := json.Unmarshal(a.Body.Bytes(), &body); err != nil {
		a.t.Fatalf("%d %s: %v", a.Code, a.Body, err)
	}
	return body
}

func (s *site) send(method, target, contentType, body string, header ...string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, "http://emulator.test"+target, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a := answer{httptest.NewRecorder(), s.t}
	s.handler.ServeHTTP(a, r)
	return a
}

// code signs somebody in, and returns the code.
func (s *site) code(parameters ...string) string {
	s.t.Helper()
	query := url.Values{"client_id": {"client_test"}, "redirect_uri": {"http://localhost/cb"}, "response_type": {"code"}}
	for i := 0; i < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
	}
	a := s.send("GET", "/sso/authorize?"+query.Encode(), "", "")
	to, err := url.Parse(a.Header().Get("Location"))
	if err != nil || to.Query().Get("code") == "" {
		s.t.Fatalf("%d to %s: %s", a.Code, a.Header().Get("Location"), a.Body)
	}
	return to.Query().Get("code")
}

// form is the form of a token request, with changes.
func form(code string, change ...string) string {
	values := url.Values{"client_id": {"client_test"}, "client_secret": {apiKey}, "grant_type": {"authorization_code"}, "code": {code}}
	for i := 0; i < len(change); i += 2 {
		values.Set(change[i], change[i+1])
		if change[i+1] == "" {
			values.Del(change[i])
		}
	}
	return values.Encode()
}

const formType = "application/x-www-form-urlencoded"

// TestToken exchanges codes in each form of a request, and reads the profile.
func TestToken(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	for name, exchange := range map[string]func(code string) answer{
		"form": func(code string) answer { return s.send("POST", "/sso/token", formType, form(code)) },
		"JSON": func(code string) answer {
			return s.send("POST", "/sso/token", "application/json", `{"client_id":"client_test","client_secret":"`+apiKey+`","grant_type":"authorization_code","code":"`+code+`"}`)
		},
		"query": func(code string) answer { return s.send("POST", "/sso/token?"+form(code), "", "") },
	} {
		a := exchange(s.code("connection", "conn_acme", "login_hint", "ALICE@acme.example"))
		if a.Code != 200 || a.Header().Get("Cache-Control") != "no-store" {
			t.Fatalf("%s: %d %v %s", name, a.Code, a.Header(), a.Body)
		}
		token := a.body()["access_token"].(string)
		want := `{"access_token":"` + token + `","token_type":"Bearer","expires_in":600,"profile":{"object":"profile","id":"prof_alice","organization_id":"org_acme",` +
			`"connection_id":"conn_acme","connection_type":"GenericSAML","idp_id":"saml-1","email":"alice@acme.example","first_name":"Alice","last_name":"Doe",` +
			`"name":"Alice Doe","role":{"slug":"admin"},"roles":[{"slug":"admin"}],"groups":["Engineers"],"custom_attributes":{},` +
			`"raw_attributes":{"id":"saml-1","email":"alice@acme.example","firstName":"Alice","lastName":"Doe","groups":["Engineers"]}}}`
		if a.Body.String() != want || !credential.IsMarked(token) {
			t.Errorf("%s: %s, want %s", name, a.Body, want)
		}
		profile := s.send("GET", "/sso/profile", "", "", "Authorization", "Bearer "+token)
		if !strings.Contains(want, `"profile":`+profile.Body.String()) || profile.Code != 200 {
			t.Errorf("%s: %d %s", name, profile.Code, profile.Body)
		}
	}
}

// TestProfiles has who the profile is of, by the selector.
func TestProfiles(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	for name, test := range map[string]struct {
		parameters []string
		want       map[string]any
	}{
		"the first":            {[]string{"connection", "conn_acme"}, map[string]any{"id": "prof_alice"}},
		"of the organization":  {[]string{"organization", "org_acme", "login_hint", "frank@acme.example"}, map[string]any{"id": "prof_frank", "idp_id": "prof_frank", "last_name": nil, "name": nil}},
		"of an OAuth provider": {[]string{"provider", "GoogleOAuth"}, map[string]any{"email": "alice@acme.example", "idp_id": "google-1", "connection_type": "GoogleOAuth", "organization_id": nil, "role": nil}},
	} {
		a := s.send("POST", "/sso/token", formType, form(s.code(test.parameters...)))
		profile, _ := a.body()["profile"].(map[string]any)
		for field, want := range test.want {
			if profile[field] != want {
				t.Errorf("%s: %s is %v: %s", name, field, profile[field], a.Body)
			}
		}
	}
	if users := store.Users.All(s.store.View()); len(users) != 1 {
		t.Errorf("the SSO API made users: %+v", users)
	}
}

// TestRefusedTokens has what is wrong with a request, and what its code is worth afterwards.
func TestRefusedTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	for name, test := range map[string]struct {
		authorize, change []string
		want              string
		spent             bool
	}{
		"no client":              {nil, []string{"client_id", ""}, "invalid_request", false},
		"an unknown client":      {nil, []string{"client_id", "client_x"}, "invalid_client", false},
		"another client":         {nil, []string{"client_id", "client_other"}, "invalid_grant", false},
		"no secret":              {nil, []string{"client_secret", ""}, "invalid_request", false},
		"a wrong secret":         {nil, []string{"client_secret", "sk_test_wrong"}, "invalid_client", false},
		"no grant":               {nil, []string{"grant_type", ""}, "invalid_request", false},
		"another grant":          {nil, []string{"grant_type", "password"}, "unsupported_grant_type", false},
		"no code":                {nil, []string{"code", ""}, "invalid_request", false},
		"an unknown code":        {nil, []string{"code", "01UNKNOWN"}, "invalid_grant", false},
		"a key as the code":      {nil, []string{"code", "sk_test_secret"}, "invalid_grant", false},
		"a verifier for nothing": {nil, []string{"client_secret", "", "code_verifier", verifier}, "invalid_grant", false},
		"a missing verifier":     {[]string{"code_challenge", challenge, "code_challenge_method", "S256"}, nil, "invalid_grant", false},
		"a wrong verifier":       {[]string{"code_challenge", challenge, "code_challenge_method", "S256"}, []string{"client_secret", "", "code_verifier", verifier + "x"}, "invalid_grant", false},
	} {
		code := s.code(append([]string{"connection", "conn_acme"}, test.authorize...)...)
		a := s.send("POST", "/sso/token", formType, form(code, test.change...))
		body := a.body()
		if a.Code != 400 || body["error"] != test.want || body["error_description"] == nil || strings.Contains(a.Body.String(), "sk_test") {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
		right := form(code)
		if test.authorize != nil {
			right = form(code, "client_secret", "", "code_verifier", verifier)
		}
		if a := s.send("POST", "/sso/token", formType, right); a.Code != 200 {
			t.Errorf("%s, then the right request: %d %s", name, a.Code, a.Body)
		}
		if a := s.send("POST", "/sso/token", formType, right); a.Code != 400 || a.body()["error_description"] != "The code '"+code+"' has expired or is invalid." {
			t.Errorf("%s, the same again: %d %s", name, a.Code, a.Body)
		}
	}
	code := s.code("connection", "conn_acme")
	for name, body := range map[string]string{"repeated": form(code) + "&code=" + code, "broken": "code=%zz", "deep": strings.Repeat("[", 5000), "nothing": ""} {
		kind := formType
		if name == "deep" {
			kind = "application/json"
		}
		if a := s.send("POST", "/sso/token", kind, body); a.Code != 400 || a.body()["error"] != "invalid_request" {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	s.now = s.now.Add(10 * time.Minute)
	if a := s.send("POST", "/sso/token", formType, form(code)); a.Code != 400 || a.body()["error"] != "invalid_grant" {
		t.Errorf("after ten minutes: %d %s", a.Code, a.Body)
	}
}

// TestProfileToken has the access tokens that read no profile.
func TestProfileToken(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	token := s.send("POST", "/sso/token", formType, form(s.code("connection", "conn_acme"))).body()["access_token"].(string)
	for _, header := range []string{"", "Bearer", "Bearer x", "Bearer " + apiKey, "Basic " + token, "Bearer " + token + "x"} {
		a := s.send("GET", "/sso/profile", "", "", "Authorization", header)
		if a.Code != 401 || a.Body.String() != `{"error":"Unauthorized"}` {
			t.Errorf("%s: %d %s", header, a.Code, a.Body)
		}
	}
	if a := s.send("GET", "/sso/profile", "", "", "Authorization", "bearer "+token); a.Code != 200 {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	s.now = s.now.Add(10 * time.Minute)
	if a := s.send("GET", "/sso/profile", "", "", "Authorization", "Bearer "+token); a.Code != 401 {
		t.Errorf("after ten minutes: %d %s", a.Code, a.Body)
	}
}

// TestCodeBecomesASession exchanges codes of the SSO API at authenticate: of a user, and of a profile who is no user yet.
func TestCodeBecomesASession(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	for _, hint := range []string{"alice@acme.example", "frank@acme.example"} {
		a := s.send("POST", "/user_management/authenticate", formType, form(s.code("connection", "conn_acme", "login_hint", hint)))
		body := a.body()
		user, _ := body["user"].(map[string]any)
		if a.Code != 200 || body["authentication_method"] != "SSO" || body["organization_id"] != "org_acme" || user["email"] != hint {
			t.Errorf("%s: %d %s", hint, a.Code, a.Body)
		}
	}
}

// TestCodeWithoutAProfile: a login by password, code or impersonation has no connection, so its code is good at authenticate only.
func TestCodeWithoutAProfile(t *testing.T) {
	t.Parallel()
	s := newSite(t, false)
	for _, method := range []string{session.Password, session.MagicAuth, session.Impersonation, ""} {
		var code string
		err := s.store.Update(func(tx *store.Txn) (err error) {
			login := signin.Attempt{UserID: "user_alice", ClientID: "client_test", Method: method}
			code, err = (&signin.Service{Random: rand.Reader}).IssueCode(tx, login, s.now)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if a := s.send("POST", "/sso/token", formType, form(code)); a.Code != 400 || a.body()["error"] != "invalid_grant" {
			t.Errorf("%q: %d %s", method, a.Code, a.Body)
		}
		if a := s.send("POST", "/user_management/authenticate", formType, form(code)); a.Code != 200 {
			t.Errorf("%q, then at authenticate: %d %s", method, a.Code, a.Body)
		}
	}
}

// TestWhoAnswers passes on what is not of this program, and nothing else.
func TestWhoAnswers(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	code := newSite(t, false).code("connection", "conn_acme") // of another process
	for name, test := range map[string]struct {
		send func() answer
		next bool
	}{
		"a real code":                {func() answer { return s.send("POST", "/sso/token", formType, form("01REAL")) }, true},
		"a code of another process":  {func() answer { return s.send("POST", "/sso/token", formType, form(code)) }, false},
		"the same in the query":      {func() answer { return s.send("POST", "/sso/token?"+form(code), "", "") }, false},
		"a real token":               {func() answer { return s.send("GET", "/sso/profile", "", "", "Authorization", "Bearer 01REAL") }, true},
		"a token of another process": {func() answer { return s.send("GET", "/sso/profile", "", "", "Authorization", "Bearer "+code) }, false},
		"logout":                     {func() answer { return s.send("GET", "/sso/logout?token=x", "", "") }, true},
	} {
		s.sent = nil
		if a := test.send(); (len(s.sent) == 1) != test.next || (a.Code == http.StatusTeapot) != test.next {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	alone := newSite(t, false)
	for _, target := range []string{"GET /sso/logout?token=x", "POST /sso/logout/authorize"} {
		method, path, _ := strings.Cut(target, " ")
		if a := alone.send(method, path, "", ""); a.Code != 501 {
			t.Errorf("%s: %d %s", target, a.Code, a.Body)
		}
	}
}
