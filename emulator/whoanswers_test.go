package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/store"
)

// how says by what DESIGN.md's table "Who answers" decides on a kind of request.
type how int

const (
	byCredentials how = iota // what it holds is local, or goes to next; the API key does not count
	byKey                    // with a key: the id is local, or goes to next; without one: next
	bySecret                 // as byKey, but a local secret goes nowhere
	byList                   // with a key: both sides together; without one: next
	public                   // the form of a page of ours
)

// loginRequest is a kind of request about logins.
type loginRequest struct {
	name, route string
	method      string
	target      string
	body        string // a form where it does not begin with {
	how         how
	local       bool // what it is about is local
}

// loginState is what there is to ask for, and the secrets that must not be sent.
type loginState struct {
	*server
	ids     map[string]string // by the path before {id}
	secrets []string
}

// addressOf is a local user's, and those of nobody here.
const (
	localAddress   = "alice@acme.example"
	foreignAddress = "somebody@else.example"
	localPassword  = "correct horse of Alice"
)

// newLoginState returns a server with something of each kind.
func newLoginState(t testing.TB) *loginState {
	t.Helper()
	s := &loginState{server: newServer(t), ids: map[string]string{"/user_management/users": "user_ALICE", "/connections": "conn_LOCAL"}}
	err := s.Store.Update(func(tx *store.Txn) error {
		return store.Connections.Insert(tx, store.Connection{
			Meta: store.Meta{ID: "conn_LOCAL", CreatedAt: s.now}, OrganizationID: "org_ACME", Type: "GenericSAML", Name: "Acme", State: "active",
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	made := func(method, target, body string) map[string]any { return s.send(method, target, body).want(201) }
	secret := func(text any) string {
		s.secrets = append(s.secrets, text.(string))
		return text.(string)
	}
	s.send("PUT", "/user_management/users/user_ALICE", `{"password":"`+localPassword+`","email_verified":true}`).want(200)
	s.ids["/user_management/organization_memberships"] = made("POST", "/user_management/organization_memberships", `{"user_id":"user_ALICE","organization_id":"org_ACME"}`)["id"].(string)
	invitation := made("POST", "/user_management/invitations", `{"email":"new@acme.example","organization_id":"org_OTHER"}`)
	s.ids["/user_management/invitations"], s.ids["invitation token"] = invitation["id"].(string), secret(invitation["token"])
	magic := made("POST", "/user_management/magic_auth", `{"email":"`+localAddress+`"}`)
	s.ids["/user_management/magic_auth"] = magic["id"].(string)
	reset := made("POST", "/user_management/password_reset", `{"email":"`+localAddress+`"}`)
	s.ids["/user_management/password_reset"], s.ids["reset token"] = reset["id"].(string), secret(reset["password_reset_token"])
	factor := made("POST", "/user_management/users/user_ALICE/auth_factors", `{"type":"totp"}`)
	s.ids["/auth/factors"] = factor["authentication_factor"].(map[string]any)["id"].(string)
	s.ids["/auth/challenges"] = factor["authentication_challenge"].(map[string]any)["id"].(string)
	for code := range s.signIns(2) {
		secret(code)
		s.ids["code"] = code
	}
	tokens := s.send("POST", authenticatePath, `{"grant_type":"authorization_code","client_id":"client_portal","client_secret":"`+acceptedKey+`","code":"`+s.secrets[len(s.secrets)-2]+`"}`, anonymous).want(200)
	s.ids["refresh token"] = secret(tokens["refresh_token"])
	sessions := s.send("GET", "/user_management/users/user_ALICE/sessions", "").want(200)["data"].([]any)
	s.ids["session"] = secret(sessions[0].(map[string]any)["id"])
	return s
}

// signIns yields codes of authorize.
func (s *loginState) signIns(n int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for range n {
			r := s.send("GET", authorizeTarget("&login_hint="+localAddress), "", anonymous)
			to, err := url.Parse(r.Header().Get("Location"))
			if r.Code != 302 || err != nil || to.Query().Get("code") == "" {
				s.t.Fatalf("authorize: %d %v %s", r.Code, r.Header(), r.Body)
			}
			if !yield(to.Query().Get("code")) {
				return
			}
		}
	}
}

func authorizeTarget(more string) string {
	return "/user_management/authorize?client_id=client_portal&response_type=code&provider=authkit&redirect_uri=https%3A%2F%2Facme.example%2Fcb" + more
}

// loginRequests are all kinds of requests about logins: those that are listed, and for each route by an id one with a local id and one with
// another.
func (s *loginState) loginRequests() []loginRequest {
	var all []loginRequest
	add := func(how how, local bool, name, route, target, body string) {
		method, _, _ := strings.Cut(route, " ")
		all = append(all, loginRequest{name: name, route: route, method: method, target: target, body: body, how: how, local: local})
	}
	both := func(how how, name, route, target, local, foreign string) {
		add(how, true, name+", local", route, target, local)
		add(how, false, name+", foreign", route, target, foreign)
	}
	client := `"client_id":"client_portal"`
	for _, path := range []string{authenticatePath, "/x/authkit/users/authenticate"} {
		route := "POST " + path
		for name, member := range map[string][3]string{
			"a code":          {`"grant_type":"authorization_code","code":`, s.ids["code"], "01HZYC0DE0FTHEREALW0RK0S0"},
			"a refresh token": {`"grant_type":"refresh_token","refresh_token":`, s.ids["refresh token"], "theirRefreshToken00000001"},
			"an address":      {`"grant_type":"password","password":"wrong","email":`, localAddress, foreignAddress},
			"a magic code":    {`"grant_type":"urn:workos:oauth:grant-type:magic-auth:code","code":"000000","email":`, localAddress, foreignAddress},
		} {
			as := func(value string) string { return "{" + client + "," + member[0] + `"` + value + `"}` }
			both(byCredentials, name, route, path, as(member[1]), as(member[2]))
			asForm := func(value string) string {
				form := strings.NewReplacer(`":"`, "=", `","`, "&", `"`, "", "{", "", "}", "").Replace(as(value))
				return strings.ReplaceAll(strings.ReplaceAll(form, "@", "%40"), `:urn`, "=urn")
			}
			both(byCredentials, name+" in a form", route, path, asForm(member[1]), asForm(member[2]))
		}
	}
	both(byCredentials, "a code", "POST /sso/token", "/sso/token", "client_id=client_portal&grant_type=authorization_code&code="+s.ids["code"],
		"client_id=client_portal&grant_type=authorization_code&code=01HZYC0DE0FTHEREALW0RK0S0")
	for _, path := range []string{"/user_management/authorize", "/sso/authorize"} {
		target := strings.Replace(authorizeTarget(""), "/user_management/authorize", path, 1)
		if path == "/sso/authorize" {
			target = strings.Replace(target, "provider=authkit", "connection=conn_LOCAL", 1)
		} else {
			add(byCredentials, true, "a hint, local", "GET "+path, target+"&login_hint="+localAddress, "")
		}
		add(byCredentials, false, "a hint, foreign", "GET "+path, target+"&login_hint="+foreignAddress, "")
		add(public, true, "the form of the page", "POST "+path, target, "x=y")
	}
	add(public, true, "the form of the page", "POST /device", "/device", "x=y")
	add(byCredentials, false, "a code, foreign", "GET /device", "/device?user_code=ABCD-EFGH", "")
	add(byCredentials, true, "a session, local", "GET /user_management/sessions/logout", "/user_management/sessions/logout?session_id="+s.ids["session"], "")
	add(byCredentials, false, "a session, foreign", "GET /user_management/sessions/logout", "/user_management/sessions/logout?session_id=session_01HZYFOREIGN000000000000", "")
	add(byCredentials, true, "a link, local", "GET /invite", "/invite?invitation_token="+s.ids["invitation token"], "")
	add(byCredentials, false, "a link, foreign", "GET /invite", "/invite?invitation_token=theirToken", "")
	add(byCredentials, true, "a link, local", "GET /reset-password", "/reset-password?token="+s.ids["reset token"], "")
	add(byCredentials, false, "a link, foreign", "GET /reset-password", "/reset-password?token=theirToken", "")
	add(byCredentials, false, "a device", "POST /user_management/authorize/device", "/user_management/authorize/device", `{`+client+`}`)
	both(bySecret, "a session", "POST /user_management/sessions/revoke", "/user_management/sessions/revoke",
		`{"session_id":"`+s.ids["session"]+`"}`, `{"session_id":"session_01HZYFOREIGN000000000000"}`)
	both(bySecret, "a token", "POST /user_management/password_reset/confirm", "/user_management/password_reset/confirm",
		`{"token":"`+s.ids["reset token"]+`","new_password":"x"}`, `{"token":"theirToken","new_password":"x"}`)
	both(byKey, "an address", "POST /user_management/magic_auth", "/user_management/magic_auth", `{"email":"`+localAddress+`"}`, `{"email":"`+foreignAddress+`"}`)
	both(byKey, "an address", "POST /user_management/password_reset", "/user_management/password_reset", `{"email":"`+localAddress+`"}`, `{"email":"`+foreignAddress+`"}`)
	both(byKey, "an organization", "POST /user_management/organization_memberships", "/user_management/organization_memberships",
		`{"user_id":"user_FOREIGN","organization_id":"org_OTHER"}`, `{"user_id":"user_FOREIGN","organization_id":"org_FOREIGN"}`)
	both(byKey, "an organization", "POST /user_management/invitations", "/user_management/invitations",
		`{"email":"a@b.example","organization_id":"org_OTHER"}`, `{"email":"a@b.example","organization_id":"org_FOREIGN"}`)
	add(byKey, false, "a user", "POST /user_management/users", "/user_management/users", `{"email":"a@b.example"}`)
	add(bySecret, true, "a token, local", "GET /user_management/invitations/by_token/{token}", "/user_management/invitations/by_token/"+s.ids["invitation token"], "")
	add(byKey, false, "a token, foreign", "GET /user_management/invitations/by_token/{token}", "/user_management/invitations/by_token/theirToken", "")
	for _, target := range []string{
		"/user_management/users", "/user_management/users/user_ALICE/sessions", "/user_management/organization_memberships?user_id=user_ALICE",
		"/user_management/organization_memberships?user_id=user_FOREIGN", "/user_management/invitations", "/connections",
	} {
		path, _, _ := strings.Cut(target, "?")
		add(byList, true, "a list", "GET "+strings.Replace(path, "user_ALICE", "{id}", 1), target, "")
	}
	for _, route := range Routes() {
		method, pattern, _ := strings.Cut(route, " ")
		before, after, _ := strings.Cut(pattern, "/{id}")
		id, ok := s.ids[before]
		if listed := slices.ContainsFunc(all, func(r loginRequest) bool { return r.route == route }); !ok || listed || strings.Contains(pattern, "api_keys") {
			continue
		}
		body := map[string]string{"POST": "{}", "PUT": "{}"}[method]
		add(byKey, true, "by id, local", route, before+"/"+id+after, body)
		add(byKey, false, "by id, foreign", route, before+"/id_FOREIGN"+after, body)
	}
	slices.SortStableFunc(all, func(a, b loginRequest) int { return strings.Compare(a.route+a.name, b.route+b.name) })
	return all
}

// loginGroups are the groups whose routes the matrix has.
var loginGroups = []string{"users", "sessions", "organization_memberships", "invitations", "connections", "login", "sso"}

// apart are routes of these groups that have tests of their own.
var apart = []string{
	"GET /sso/profile", // by the token of the caller: TestProfileIsOfWhoeverAsks
	"GET /user_management/email_verification/{id}", // made by a login
	"GET /user_management/users/external_id/{id}",  // by another id
	"GET /user_management/users/{id}/auth_factors", // of a user
}

// TestMatrixHasEveryRoute fails for a route about logins that is not in the matrix.
func TestMatrixHasEveryRoute(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, r := range newLoginState(t).loginRequests() {
		known[r.route] = true
	}
	for _, group := range loginGroups {
		for _, route := range Endpoints(group) {
			if !known[route] && !slices.Contains(apart, route) {
				t.Errorf("%s is not in the matrix", route)
			}
		}
	}
}

// outcome is what is to become of a request.
type outcome struct {
	here       bool // the emulator answers
	status     int  // 0 for any
	sent       bool // the upstream gets it
	withKey    bool // without the caller's key, and the real one may be put in
	maySend    bool // the upstream may be asked on the way to the answer
	secretStop bool // it is stopped for the secret in it
}

// expected is DESIGN.md's table for a kind of request, a key and whether anything is next.
func (r loginRequest) expected(key string, isNext bool) outcome {
	known := key == "local" || key == "full"
	switch {
	case r.how == public:
		return outcome{here: true}
	case r.how == byCredentials && r.local:
		return outcome{here: true}
	case key == "refused":
		return outcome{here: true, status: 401}
	case r.how != byCredentials && !known && !isNext:
		return outcome{here: true, status: 401}
	case r.how == bySecret && r.local && !known:
		return outcome{here: true, secretStop: true}
	case r.how == byList && known:
		return outcome{here: true, maySend: key == "full"}
	case known && r.local:
		return outcome{here: true, maySend: key == "full"} // for the object of a real id in it
	case !isNext:
		return outcome{here: true}
	case key == "local":
		return outcome{here: true, status: 401}
	}
	return outcome{sent: true, withKey: key == "full"}
}

// TestWhoAnswersLogins has each kind of request with each key, with an upstream and without one.
func TestWhoAnswersLogins(t *testing.T) {
	t.Parallel()
	keys := map[string]func(http.Header){
		"none": anonymous, "unknown": bearer("sk_live_unknown"), "local": bearer("sk_test_customer"), "full": bearer(acceptedKey), "refused": bearer("sk_test_expired"),
	}
	for _, isNext := range []bool{true, false} {
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			t.Run(fmt.Sprintf("next %t, key %s", isNext, key), func(t *testing.T) {
				t.Parallel()
				s := newLoginState(t)
				all := s.loginRequests()
				for i := range all {
					if changed := s.check(t, all[i], key, keys[key], isNext); changed {
						s = newLoginState(t)
						all = s.loginRequests()
					}
				}
			})
		}
	}
}

// check sends a request, and compares what becomes of it with what is expected. It tells whether the request may have changed the state.
func (s *loginState) check(t *testing.T, r loginRequest, key string, change func(http.Header), isNext bool) (changed bool) {
	t.Helper()
	next := &recorder{status: 200, body: `{"object":"list","data":[],"list_metadata":{"before":null,"after":null}}`}
	s.next = nil
	if isNext {
		s.next = next
	}
	request := httptest.NewRequest(r.method, "http://emulator.test"+r.target, strings.NewReader(r.body))
	if r.body != "" {
		contentType := "application/x-www-form-urlencoded"
		if strings.HasPrefix(r.body, "{") {
			contentType = "application/json"
		}
		request.Header.Set("Content-Type", contentType)
	}
	change(request.Header)
	authorization := request.Header.Get("Authorization")
	w := httptest.NewRecorder()
	s.Handler(s.next).ServeHTTP(w, request)
	sent := next.take()
	want := r.expected(key, isNext)
	fail := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s, %s: %s; %d by %q: %.200s", r.route, r.name, fmt.Sprintf(format, args...), w.Code, w.Header().Get("X-Workos-Source"), w.Body)
	}
	switch from := w.Header().Get("X-Workos-Source"); {
	case want.here == (from == "upstream"):
		fail("answered here is to be %t", want.here)
	case want.status != 0 && w.Code != want.status:
		fail("the status is to be %d", want.status)
	case want.secretStop && w.Code != 401 && w.Code != 403:
		fail("it is to be stopped")
	case want.sent && (len(sent) != 1 || sent[0].uri != r.target || sent[0].body != r.body || sent[0].method != r.method):
		fail("it is not sent as it came: %+v", sent)
	case !want.sent && !want.maySend && len(sent) > 0:
		fail("it is sent: %+v", sent)
	}
	for _, got := range sent {
		withKey := want.withKey || want.maySend
		if got.keyAllowed != withKey || withKey && got.authorization != "" || !withKey && got.authorization != authorization {
			fail("it is sent with %q, key allowed %t", got.authorization, got.keyAllowed)
		}
		for _, secret := range slices.Concat(localSecrets, s.secrets, []string{acceptedKey, localPassword}) {
			if strings.Contains(fmt.Sprint(got), secret) {
				fail("a secret is sent: %+v", got)
			}
		}
	}
	return r.method != "GET" && want.here && w.Code < 400
}
