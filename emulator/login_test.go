package emulator

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/password"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

const (
	asForm = "application/x-www-form-urlencoded"
)

// withLogins gives Alice a password and a membership.
func (f *server) withLogins() *server {
	f.t.Helper()
	made, err := password.New("secret")
	if err != nil {
		f.t.Fatal(err)
	}
	err = f.Store.Update(func(tx *store.Txn) error {
		_, err := store.Users.Update(tx, "user_ALICE", func(u *store.User) error {
			u.Password, u.EmailVerified = made, true
			return nil
		})
		return errors.Join(err, store.Memberships.Insert(tx, store.Membership{
			Meta: store.Meta{ID: "om_ALICE", CreatedAt: f.now}, UserID: "user_ALICE", OrganizationID: "org_ACME",
			Status: store.ActiveMembership, RoleSlugs: []string{"member"},
		}))
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return f
}

// passwordLogin is the body of a login, as JSON.
func passwordLogin(email, password, key string) string {
	return `{"grant_type":"password","client_id":"client_ENV","client_secret":"` + key + `","email":"` + email + `","password":"` + password + `"}`
}

func (f *server) login() map[string]any {
	f.t.Helper()
	return f.send("POST", authenticatePath, passwordLogin("alice@acme.example", "secret", acceptedKey), anonymous).want(200)
}

func textOf(body map[string]any, member string) string {
	text, _ := body[member].(string)
	return text
}

// TestWhoAnswersALogin has requests in front of a real upstream: what is local is answered here, for every caller, and never sent; what
// is not goes on as it came, but for the key.
func TestWhoAnswersALogin(t *testing.T) {
	t.Parallel()
	token, err := credential.NewToken(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	with := func(grant, more string) string {
		return `{ "grant_type":"` + grant + `", "client_id":"client_ENV","client_secret":"` + acceptedKey + `",` + more + "}\n"
	}
	const own = "urn:workos:oauth:grant-type:"
	for name, test := range map[string]struct {
		contentType, body string
		status            int    // of the answer here; 0 where the upstream answers
		code              string // of the error
	}{
		"a local address":                 {"", passwordLogin("ALICE@acme.example", "secret", acceptedKey), 200, ""},
		"a local address, wrong password": {"", passwordLogin("alice@acme.example", "x", acceptedKey), 400, "invalid_credentials"},
		"a local address, a real key":     {"", passwordLogin("alice@acme.example", "secret", "sk_live_theirs"), 400, "invalid_client"},
		"a local address, expired key":    {"", passwordLogin("alice@acme.example", "secret", "sk_test_expired"), 400, "invalid_client"},
		"a local address, customer's key": {"", passwordLogin("alice@acme.example", "secret", "sk_test_customer"), 200, ""},
		"a local address, form":           {asForm, "grant_type=password&client_id=client_ENV&client_secret=" + acceptedKey + "&email=alice%40acme.example&password=secret", 200, ""},
		"an address of theirs":            {"", passwordLogin("real@acme.example", "secret", acceptedKey), 0, ""},
		"an address of theirs, form":      {asForm, "email=real%40acme.example&client_secret=" + acceptedKey + "&grant_type=password&a=%7e", 0, ""},
		"a local address, magic auth":     {"", with(own+"magic-auth:code", `"email":"alice@acme.example","code":"1"`), 400, "invalid_one_time_code"},
		"their magic auth":                {"", with(own+"magic-auth:code", `"email":"real@acme.example","code":"1"`), 0, ""},
		"our code":                        {"", with("authorization_code", `"code":"`+token+`"`), 400, "invalid_grant"},
		"their code":                      {"", with("authorization_code", `"code":"01JBS0GN92GC2RJQS4X9DBPQ2A"`), 0, ""},
		"our refresh token":               {"", with("refresh_token", `"refresh_token":"`+token+`"`), 400, "invalid_grant"},
		"their refresh token":             {"", with("refresh_token", `"refresh_token":"yAjhKk23hJMM3DaR"`), 0, ""},
		"our pending token":               {"", with(own+"organization-selection", `"pending_authentication_token":"`+token+`","organization_id":"org_1"`), 400, "invalid_pending_authentication_token"},
		"their pending token":             {"", with(own+"organization-selection", `"pending_authentication_token":"cTDQJTTkTkkVYxQUlKBIxEsFs","organization_id":"org_1"`), 0, ""},
		"our device code":                 {"", with("urn:ietf:params:oauth:grant-type:device_code", `"device_code":"`+token+`"`), 400, "invalid_grant"},
		"their device code":               {"", with("urn:ietf:params:oauth:grant-type:device_code", `"device_code":"CVE2wOfIFK4vhmiDBntp"`), 0, ""},
		"our code with their grant":       {"", with(own+"radar-email-challenge:code", `"code":"`+token+`"`), 400, "invalid_request"},
		"one of two codes is ours":        {"", with("authorization_code", `"code":"theirs","code":"`+token+`"`), 400, "invalid_request"},
		"a grant that we do not know":     {"", with("new-grant", `"x":1`), 0, ""},
	} {
		for path, callers := range map[string][]func(http.Header){
			authenticatePath:                {anonymous, bearer(acceptedKey), bearer("sk_live_theirs"), bearer("sk_test_expired"), bearer("sk_test_customer")},
			"/x/authkit/users/authenticate": {anonymous},
		} {
			for i, caller := range callers {
				if test.status == 0 && i >= 3 {
					continue // a key that may not act is refused, as everywhere
				}
				f, upstream := newServer(t).withLogins(), &realUpstream{}
				f.next = upstream
				contentType := test.contentType
				if contentType == "" {
					contentType = "application/json"
				}
				r := f.send("POST", path, test.body, caller, header("Content-Type", contentType))
				if test.status != 0 {
					if got := r.want(test.status); textOf(got, "error")+textOf(got, "code") != test.code || len(upstream.sent) != 0 {
						t.Errorf("%s, caller %d: %v, sent is %q", name, i, got, upstream.sent)
					}
					continue
				}
				sent := strings.ReplaceAll(test.body, acceptedKey, theirRealKey)
				if path != authenticatePath {
					continue // the real WorkOS does not take the key in the body there
				}
				if r.want(200); len(upstream.sent) != 1 || !strings.HasSuffix(upstream.sent[0], "\n"+sent) {
					t.Errorf("%s, caller %d: sent is %q, want %q", name, i, upstream.sent, sent)
				}
			}
		}
	}
}

// TestLoginWithNobodyNext answers everything: what is not local is unknown.
func TestLoginWithNobodyNext(t *testing.T) {
	t.Parallel()
	f := newServer(t).withLogins()
	for name, test := range map[string][2]string{
		"address":       {passwordLogin("nobody@acme.example", "x", acceptedKey), "invalid_credentials"},
		"code":          {`{"grant_type":"authorization_code","client_id":"c","client_secret":"` + acceptedKey + `","code":"x"}`, "invalid_grant"},
		"refresh token": {`{"grant_type":"refresh_token","client_id":"c","refresh_token":"x"}`, "invalid_grant"},
		"deleted key":   {passwordLogin("nobody@acme.example", "x", "sk_test_expired"), "invalid_client"},
		"grant":         {`{"grant_type":"x","client_id":"c"}`, "invalid_request"},
	} {
		for _, caller := range []func(http.Header){anonymous, bearer(acceptedKey), bearer("sk_test_customer")} {
			r := f.send("POST", authenticatePath, test[0], caller)
			if got := r.want(400); textOf(got, "error")+textOf(got, "code") != test[1] || r.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %v", name, got)
			}
		}
	}
}

// TestLoginIsOff answers 501 to what must not be sent, and passes the rest on.
func TestLoginIsOff(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) { o.Emulate = []string{"token"} }).withLogins()
	upstream := &realUpstream{}
	f.next = upstream
	f.send("POST", authenticatePath, passwordLogin("alice@acme.example", "secret", acceptedKey), anonymous).want(501)
	if len(upstream.sent) != 0 {
		t.Errorf("sent is %q", upstream.sent)
	}
	f.send("POST", authenticatePath, passwordLogin("real@acme.example", "secret", acceptedKey), anonymous).want(200)
}

// TestTokensOfLoginsNeverLeave puts each token of a login into requests to other endpoints.
func TestTokensOfLoginsNeverLeave(t *testing.T) {
	t.Parallel()
	f, upstream := newServer(t).withLogins(), &realUpstream{}
	f.next = upstream
	session := f.login()
	sid := f.sessionID(session)
	for _, secret := range []string{textOf(session, "refresh_token"), sid} {
		for _, way := range []func() response{
			func() response { return f.send("GET", "/vault/v1/kv?a="+secret, "") },
			func() response { return f.send("POST", "/vault/v1/kv", `{"a":"x`+secret+`"}`) },
			func() response { return f.send("GET", "/vault/v1/kv", "", header("X-Token", secret)) },
		} {
			if got := way().want(403); got["code"] != "local_secret" {
				t.Errorf("the answer is %v", got)
			}
		}
	}
	if len(upstream.sent) != 0 {
		t.Errorf("sent is %q", upstream.sent)
	}
}

// sessionID returns the `sid` of the access token of a login.
func (f *server) sessionID(session map[string]any) string {
	f.t.Helper()
	var claims struct{ Sid string }
	if err := testKey().Verify(textOf(session, "access_token"), &claims); err != nil {
		f.t.Fatal(err)
	}
	return claims.Sid
}

// TestIssuerOfUsersTokens compares the `iss` of a token with the discovery document of its client.
func TestIssuerOfUsersTokens(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Options)
		base   string
	}{
		"the request's": {func(*Options) {}, "http://emulator.test"},
		"public URL":    {func(o *Options) { o.PublicURL = "https://a.example/prefix" }, "https://a.example/prefix"},
		"issuer":        {func(o *Options) { o.Issuer, o.PublicURL = "https://i.example", "https://a.example" }, "https://i.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t, test.change).withLogins()
			var claims struct{ Iss string }
			if err := testKey().Verify(textOf(f.login(), "access_token"), &claims); err != nil {
				t.Fatal(err)
			}
			document := f.sendAs("GET", "/user_management/client_ENV/.well-known/openid-configuration", "", nil).want(200)
			if want := test.base + "/user_management/client_ENV"; claims.Iss != want || document["issuer"] != want {
				t.Errorf("the issuer is %s, and in the document %v", claims.Iss, document["issuer"])
			}
		})
	}
}

// TestDiscoveryOfClients: an unknown client has no document, unless the upstream has one.
func TestDiscoveryOfClients(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) { o.ClientIDs = []string{"client_A"} })
	path := func(client string) string { return "/user_management/" + client + "/.well-known/openid-configuration" }
	for client, status := range map[string]int{"client_A": 200, "client_ENV": 200, "client_backend": 200, "client_X": 404} {
		got := f.sendAs("GET", path(client), "", nil).want(status)
		if status == 404 && (got["message"] != "Application not found: 'client_X'." || got["entity_id"] != "client_X" || got["code"] != "entity_not_found") {
			t.Errorf("the answer is %v", got)
		}
		if status == 200 && len(got) != 5 {
			t.Errorf("%s: the document is %v", client, got)
		}
	}
	f.next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"issuer":"https://api.workos.com/user_management/client_Y"}`))
	})
	f.sendAs("GET", path("client_Y"), "", nil).want(200)
}

// TestDevicesGoToWhoeverLogsIn: with an upstream, a device authorization is theirs, unless an option says who signs in here.
func TestDevicesGoToWhoeverLogsIn(t *testing.T) {
	t.Parallel()
	const path, body = "/user_management/authorize/device", `{"client_id":"client_ENV"}`
	for login, test := range map[Login]struct{ here, approved bool }{
		LoginAuto: {false, true}, LoginFirst: {true, true}, LoginPage: {true, false}, LoginPassword: {true, false},
	} {
		f, upstream := newServer(t, func(o *Options) { o.Login = login }).withLogins(), &realUpstream{}
		device := f.send("POST", path, body, anonymous).want(200)
		poll := "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=client_ENV&device_code=" + textOf(device, "device_code")
		if got := f.form(authenticatePath, poll); (got.Code == 200) != test.approved {
			t.Errorf("%s: %s", login, got.Body)
		}
		f.next = upstream
		f.send("POST", path, body, anonymous).want(200)
		if (len(upstream.sent) == 0) != test.here {
			t.Errorf("%s: sent is %q", login, upstream.sent)
		}
	}
}

// TestSessions lists and revokes (LOGIN.md §4).
func TestSessions(t *testing.T) {
	t.Parallel()
	f := newServer(t).withLogins()
	const path = "/user_management/users/user_ALICE/sessions"
	var ids []string
	for range 3 {
		ids = append(ids, f.sessionID(f.login()))
		f.now = f.now.Add(time.Second)
	}
	list := f.send("GET", path, "").want(200)
	data, _ := list["data"].([]any)
	if len(data) != 3 {
		t.Fatalf("the list is %v", list)
	}
	newest, _ := data[0].(map[string]any)
	for member, want := range map[string]any{
		"object": "session", "id": ids[2], "user_id": "user_ALICE", "organization_id": "org_ACME", "ip_address": nil, "user_agent": nil,
		"auth_method": "password", "status": "active", "expires_at": "2027-11-24T12:00:02.000Z", "ended_at": nil,
		"created_at": "2026-11-24T12:00:02.000Z", "updated_at": "2026-11-24T12:00:02.000Z",
	} {
		if got, has := newest[member]; !has || got != want {
			t.Errorf("%s is %v", member, got)
		}
	}
	if len(newest) != 12 {
		t.Errorf("the session is %v", newest)
	}

	revoke := func(id string) response {
		return f.send("POST", "/user_management/sessions/revoke", `{"session_id":"`+id+`"}`)
	}
	r := revoke(ids[1])
	if r.want(200); r.Body.Len() != 0 || r.Header().Get("Content-Type") != "" {
		t.Errorf("the answer is %q, %v", r.Body, r.Header())
	}
	revoke(ids[1]).want(200)
	if left := listedIDs(f.send("GET", path+"?limit=1&after="+ids[2], "").want(200)); !slices.Equal(left, []string{ids[0]}) {
		t.Errorf("after the newest come %v", left)
	}
	unknown, err := credential.NewSessionID(f.now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{unknown, "session_01H93ZY4F80QPBEZ1R5B2SHQG8"} {
		if got := revoke(id).want(404); got["message"] != "Session not found: '"+id+"'." || got["code"] != "entity_not_found" {
			t.Errorf("the answer is %v", got)
		}
	}
	f.send("POST", "/user_management/sessions/revoke", `{}`).want(422)
	f.send("POST", "/user_management/sessions/revoke", `{"session_id":1}`).want(422)
	f.send("POST", "/user_management/sessions/revoke", `[`).want(400)
	f.send("GET", "/user_management/users/user_NOBODY/sessions", "").want(404)
	f.send("GET", path, "", anonymous).want(401)
	f.send("POST", "/user_management/sessions/revoke", `{"session_id":"`+ids[0]+`"}`, anonymous).want(401)

	f.now = f.now.Add(365 * 24 * time.Hour)
	if left := listedIDs(f.send("GET", path, "").want(200)); len(left) != 0 {
		t.Errorf("after their time there are %v", left)
	}
}

func listedIDs(list map[string]any) (ids []string) {
	data, _ := list["data"].([]any)
	for _, item := range data {
		row, _ := item.(map[string]any)
		ids = append(ids, textOf(row, "id"))
	}
	return ids
}

// TestSessionsOfOthers are next's, and ours are never sent there.
func TestSessionsOfOthers(t *testing.T) {
	t.Parallel()
	f, upstream := newServer(t).withLogins(), &realUpstream{}
	f.next = upstream
	sid := f.sessionID(f.login())
	f.send("GET", "/user_management/users/user_REAL/sessions", "").want(200)
	f.send("POST", "/user_management/sessions/revoke", `{"session_id":"session_01H93ZY4F80QPBEZ1R5B2SHQG8"}`).want(200)
	if len(upstream.sent) != 2 || !strings.Contains(upstream.sent[1], "SHQG8") {
		t.Errorf("sent is %q", upstream.sent)
	}
	upstream.sent = nil
	f.send("POST", "/user_management/sessions/revoke", `{"session_id":"`+sid+`"}`, bearer("sk_live_theirs")).want(401)
	f.send("POST", "/user_management/sessions/revoke", `{"session_id":"`+sid+`"}`).want(200)
	if len(upstream.sent) != 0 {
		t.Errorf("sent is %q", upstream.sent)
	}
	refresh := `{"grant_type":"refresh_token","client_id":"client_ENV","refresh_token":"`
	again := f.login()
	f.Store.Reset()
	if got := f.send("POST", authenticatePath, refresh+textOf(again, "refresh_token")+`"}`, anonymous).want(400); got["error_description"] != "Invalid refresh token." {
		t.Errorf("after a reset: %v", got)
	}
}

// TestSessionsOutliveAnEditOfTheSeed refreshes after the entry of the user has changed, and after it is gone.
func TestSessionsOutliveAnEditOfTheSeed(t *testing.T) {
	t.Parallel()
	f := newServer(t).withLogins()
	token := textOf(f.login(), "refresh_token")
	apply := func(text string) {
		t.Helper()
		parsed, err := seed.Parse("seed.yaml", []byte(text), seed.Options{})
		if err == nil {
			err = f.Store.Update(func(tx *store.Txn) error {
				_, err := parsed.Apply(tx, f.now, rand.Reader)
				return err
			})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	refresh := func() response {
		return f.form(authenticatePath, "grant_type=refresh_token&client_id=client_ENV&refresh_token="+token)
	}
	edited := strings.Replace(testSeed, "first_name: Alice", "first_name: Alicia", 1)
	if edited == testSeed {
		t.Fatal("the seed has no Alice")
	}
	apply(edited)
	got := refresh().want(200)
	user, _ := got["user"].(map[string]any)
	if token = textOf(got, "refresh_token"); user["first_name"] != "Alicia" {
		t.Errorf("the user is %v", user)
	}
	apply("organizations: [{id: org_ACME, name: Acme Corp}]")
	refresh().want(400)
}
