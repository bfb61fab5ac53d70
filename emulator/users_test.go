package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/caddy-workos/caddy-workos/store"
)

const (
	usersPath = "/user_management/users"
	alicePath = usersPath + "/user_ALICE"
)

// wantMembers fails the test unless an object has these members, as fmt writes them.
func wantMembers(t *testing.T, got map[string]any, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if _, has := got[name]; !has || fmt.Sprint(got[name]) != value {
			t.Errorf("%s is %v, want %s, in %v", name, got[name], value, got)
		}
	}
}

func TestUserWrites(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	made := f.send("POST", usersPath, `{"email":"Zoë@münchen.example","first_name":"Zoë","last_name":null,"external_id":"z","metadata":{"a":"1","b":"2"},
		"email_verified":null,"password":"pw","ip_address":"203.0.113.1","user_agent":null,"signals_id":"x","locale":5}`).want(201) // locale is for updates only
	wantMembers(t, made, map[string]string{
		"object": "user", "email": "Zoë@münchen.example", "email_verified": "false", "first_name": "Zoë", "last_name": "<nil>", "name": "Zoë",
		"external_id": "z", "metadata": "map[a:1 b:2]", "last_sign_in_at": "<nil>", "locale": "<nil>", "profile_picture_url": "<nil>",
	})
	id := made["id"].(string)
	path := usersPath + "/" + id
	if u, _ := store.Users.Get(f.Store.View(), id); u.Password == nil || !u.Password.Matches("pw") || u.Password.Matches("other") {
		t.Error("the password is another")
	}
	for _, same := range []string{path, usersPath + "/external_id/z"} {
		if got := f.send("GET", same, "").want(200); fmt.Sprint(got) != fmt.Sprint(made) {
			t.Errorf("%s: %v, want %v", same, got, made)
		}
	}
	for query, want := range map[string]int{"email=zoë@MÜNCHEN.example": 1, "email=z": 0, "email=zoë@münchen.example&after=" + id: 0, "": 2} {
		if got := f.send("GET", usersPath+"?"+query, "").ids(); len(got) != want {
			t.Errorf("%s: %v", query, got)
		}
	}

	f.now = f.now.Add(time.Minute)
	updated := f.send("PUT", path, `{"email_verified":true,"name":"Z. Z.","locale":"de-DE","metadata":{"a":null,"c":"3"},"first_name":null}`).want(200)
	wantMembers(t, updated, map[string]string{
		"email_verified": "true", "name": "Z. Z.", "locale": "de-DE", "metadata": "map[b:2 c:3]", "first_name": "<nil>", "external_id": "z",
		"created_at": made["created_at"].(string), "updated_at": "2026-11-24T12:01:00.000Z",
	})
	for body, want := range map[string]map[string]string{
		`{"email":"ZOË@münchen.example"}`:                {"email_verified": "true", "email": "ZOË@münchen.example"},
		`{"external_id":null,"locale":null}`:             {"external_id": "<nil>", "locale": "<nil>"},
		`{"metadata":null}`:                              {"metadata": "map[]"},
		`{"email_verified":null,"password":null}`:        {"object": "user"},
		`{"external_id":"z2","unknown":{"deep":[1,{}]}}`: {"object": "user"},
	} {
		wantMembers(t, f.send("PUT", path, body).want(200), want)
	}
	wantMembers(t, f.send("PUT", path, `{"email":"other@acme.example"}`).want(200), map[string]string{"email_verified": "false"})
	wantMembers(t, f.send("PUT", path, `{"email":"third@acme.example","email_verified":true}`).want(200), map[string]string{"email_verified": "true"})

	if r := f.send("DELETE", path, ""); r.Code != 200 || r.Body.Len() != 0 || r.Header().Get("Content-Type") != "" {
		t.Errorf("%d %q, %s", r.Code, r.Body, r.Header().Get("Content-Type"))
	}
	wantMembers(t, f.send("DELETE", path, "").want(404), map[string]string{"code": "entity_not_found", "message": "User not found: '" + id + "'.", "entity_id": id})
	f.send("GET", path, "").want(404)
	f.send("PUT", path, `{}`).want(404)
	f.send("POST", usersPath, `{"email":"third@acme.example","external_id":"z2"}`).want(201) // both are free again
}

// TestUserErrors has each error of the writes, with the codes of its reasons (LOGIN.md §5).
func TestUserErrors(t *testing.T) {
	t.Parallel()
	hash, err := bcrypt.GenerateFromPassword([]byte("x"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	const post, put = "POST " + usersPath, "PUT " + alicePath
	email := func(rest string) string { return `{"email":"new@acme.example",` + rest + `}` }
	for _, test := range []struct {
		route, body string
		status      int
		code        string
		reasons     string // the codes in `errors`
	}{
		{post, `{"email":"alice@acme.example"}`, 400, "user_creation_error", "email_not_available"},
		{post, `{"email":"ALICE@ACME.EXAMPLE"}`, 400, "user_creation_error", "email_not_available"},
		{post, email(`"external_id":"alice"`), 400, "user_creation_error", "external_id_already_used"},
		{post, `{"email":"alice@acme.example","external_id":"alice"}`, 400, "user_creation_error", "email_not_available external_id_already_used"},
		{post, `{"email":"no address"}`, 400, "user_creation_error", "invalid_email"},
		{post, `{"email":"a@b\u0000"}`, 400, "user_creation_error", "invalid_email"},
		{post, ``, 422, "invalid_request_parameters", "email_string_required"},
		{post, `null`, 422, "invalid_request_parameters", "email_string_required"},
		{post, `{"email":""}`, 422, "invalid_request_parameters", "email_string_required"},
		{post, `{"email":null}`, 422, "invalid_request_parameters", "email_string_required"},
		{post, `{"email":"  "}`, 422, "invalid_request_parameters", "email_string_required"},
		{post, `{"email":5,"first_name":true}`, 422, "invalid_request_parameters", "invalid_type invalid_type"},
		{post, email(`"password":""`), 400, "password_strength_error", "password_too_short"},
		{post, email(`"metadata":{"k":"` + strings.Repeat("x", 601) + `"}`), 400, "invalid_metadata", ""},
		{post, email(`"metadata":{"":"v"}`), 400, "invalid_metadata", ""},
		{post, `{`, 400, "invalid_request_body", ""},
		{post, `[]`, 400, "invalid_request_body", ""},

		{put, `{"email":"no address"}`, 400, "invalid_email", ""},
		{put, `{"email":""}`, 400, "invalid_email", ""},
		{put, `{"email":null}`, 400, "invalid_email", ""},
		{put, `{"email":"BOB@acme.example"}`, 400, "email_not_available", ""},
		{put, `{"external_id":"bob"}`, 400, "external_id_already_used", ""},
		{put, `{"locale":"no locale"}`, 400, "invalid_locale", ""},
		{put, `{"locale":""}`, 400, "invalid_locale", ""},
		{put, `{"password":""}`, 400, "password_strength_error", "password_too_short"},
		{put, `{"metadata":{"k":"` + strings.Repeat("x", 601) + `"}}`, 400, "invalid_metadata", ""},
		{put, `{"metadata":{` + manyMembers(50) + `}}`, 400, "invalid_metadata", ""}, // with the one that is there
		{"PUT " + usersPath + "/user_NONE", `{}`, 404, "entity_not_found", ""},
		{"DELETE " + usersPath + "/user_NONE", ``, 404, "entity_not_found", ""},
		{"GET " + usersPath + "/user_NONE/identities", ``, 404, "entity_not_found", ""},
		{"GET " + usersPath + "?limit=0", ``, 422, "invalid_request_parameters", "out_of_range"},
		{"GET " + usersPath + "?email=a&email=b", ``, 422, "invalid_request_parameters", "repeated"},
	} {
		t.Run(test.route+test.body[:min(len(test.body), 60)], func(t *testing.T) {
			t.Parallel()
			wantProblem(t, withBob(t), test.route, test.body, test.status, test.code, test.reasons)
		})
	}
	for members, test := range map[string]struct {
		status int
		code   string
	}{
		`"password":"x","password_hash":"` + string(hash) + `"`:                                                     {400, "password_and_password_hash_provided"},
		`"password":"x","password_hash":"` + string(hash) + `","password_hash_type":"bcrypt"`:                       {400, "password_and_password_hash_provided"},
		`"password":"x","password_hash_type":"bcrypt"`:                                                              {400, "password_and_password_hash_type_provided"},
		`"password":"x","password_salt_position":"prefix"`:                                                          {400, "password_salt_position_requires_password_hash"},
		`"password_salt_position":"suffix"`:                                                                         {400, "password_salt_position_requires_password_hash"},
		`"password_hash":"plain","password_hash_type":"bcrypt"`:                                                     {400, "invalid_password_hash"},
		`"password_hash":"","password_hash_type":"bcrypt"`:                                                          {400, "invalid_password_hash"},
		`"password_hash":"$2b$31$` + strings.Repeat("a", 53) + `","password_hash_type":"bcrypt"`:                    {400, "invalid_password_hash"},
		`"password_hash":"x","password_hash_type":"argon2"`:                                                         {400, "invalid_password_hash"},
		`"password_hash":"` + string(hash) + `"`:                                                                    {422, "invalid_request_parameters"},
		`"password_hash_type":"bcrypt"`:                                                                             {422, "invalid_request_parameters"},
		`"password_hash":"x","password_hash_type":"rot13"`:                                                          {422, "invalid_request_parameters"},
		`"password_hash":"` + string(hash) + `","password_hash_type":"bcrypt","password_salt_position":"somewhere"`: {422, "invalid_request_parameters"},
		`"password":5`: {422, "invalid_request_parameters"},
		`"password_hash":"` + string(hash) + `","password_hash_type":"bcrypt","password":null`:                   {0, ""},
		`"password_hash":"` + string(hash) + `","password_hash_type":"bcrypt","password_salt_position":"prefix"`: {0, ""},
		`"password":"` + strings.Repeat("ß", 200) + `","password_hash":null,"password_hash_type":null`:           {0, ""},
	} {
		for route, success := range map[string]int{post: 201, put: 200} {
			body := `{` + members + `}`
			if route == post {
				body = email(members)
			}
			t.Run(route+members[:min(len(members), 60)], func(t *testing.T) {
				t.Parallel()
				f := withBob(t)
				if test.status == 0 {
					method, path, _ := strings.Cut(route, " ")
					f.send(method, path, body).want(success)
					return
				}
				wantProblem(t, f, route, body, test.status, test.code, "*")
			})
		}
	}
}

// withBob is an emulator with a second user.
func withBob(t *testing.T) *server {
	t.Helper()
	f := newServer(t)
	f.send("POST", usersPath, `{"email":"bob@acme.example","external_id":"bob"}`).want(201)
	f.send("PUT", alicePath, `{"metadata":{"there":"1"}}`).want(200)
	return f
}

func manyMembers(n int) string {
	var members []string
	for i := range n {
		members = append(members, fmt.Sprintf(`"k%d":"v"`, i))
	}
	return strings.Join(members, ",")
}

// wantProblem fails the test unless a request is refused with a code and the codes of its reasons, and changes nothing. "*" stands for any
// reasons.
func wantProblem(t *testing.T, f *server, route, body string, status int, code, reasons string) {
	t.Helper()
	before := f.send("GET", usersPath+"?limit=100", "").Body.String()
	method, path, _ := strings.Cut(route, " ")
	r := f.send(method, path, body)
	got := r.want(status)
	var codes []string
	list, _ := got["errors"].([]any)
	for _, reason := range list {
		codes = append(codes, reason.(map[string]any)["code"].(string))
		if field, has := reason.(map[string]any)["field"]; has && field == "" {
			t.Errorf("a reason has an empty field: %s", r.Body)
		}
	}
	if got["code"] != code || reasons != "*" && strings.Join(codes, " ") != reasons || got["message"] == "" {
		t.Errorf("it is %s, want %s with %q", r.Body, code, reasons)
	}
	if after := f.send("GET", usersPath+"?limit=100", "").Body.String(); after != before {
		t.Errorf("the users were\n%s\nand are\n%s", before, after)
	}
}

// TestWhoCreates asks an emulator with and without an upstream, and with `create local`.
func TestWhoCreates(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct{ path, body string }{{usersPath, `{"email":"new@acme.example"}`}, {"/organizations", `{"name":"New"}`}} {
		for _, local := range []bool{false, true} {
			f := newServer(t, func(o *Options) { o.CreateLocal = local })
			f.send("POST", kind.path, kind.body).want(201) // nothing is behind
			next := &recorder{status: 299, body: "{}"}
			f.next = next
			body := strings.Replace(kind.body, "new", "newer", 1)
			status, sent := 299, 1
			if local {
				status, sent = 201, 0
			}
			if r := f.send("POST", kind.path, body); r.Code != status || len(next.take()) != sent {
				t.Errorf("%s, create local %t: %d", kind.path, local, r.Code)
			}
			if r := f.send("POST", kind.path, body, bearer("sk_live_elsewhere")); r.Code != 299 || len(next.take()) != 1 {
				t.Errorf("%s, create local %t, with an unknown key: %d", kind.path, local, r.Code)
			}
			f.next = nil
			f.send("POST", kind.path, body, anonymous).want(401)
		}
	}
}

// TestLocalUserStaysHere has an upstream, which is not asked about a local user.
func TestLocalUserStaysHere(t *testing.T) {
	t.Parallel()
	next := &recorder{status: 299, body: "{}"}
	f := newServer(t)
	f.next = next
	for _, route := range []string{
		"PUT " + alicePath, "GET " + alicePath + "/identities", "GET " + alicePath + "/auth_factors", "POST " + alicePath + "/auth_factors",
		"POST " + alicePath + "/email_verification/send", "POST " + alicePath + "/email_verification/confirm", "DELETE " + alicePath,
	} {
		method, path, _ := strings.Cut(route, " ")
		if r := f.send(method, path, "{}"); r.Code == 299 || r.Header().Get("X-Workos-Source") != "emulator" {
			t.Errorf("%s: %d", route, r.Code)
		}
		if sent := next.take(); len(sent) != 0 {
			t.Errorf("%s: %v is sent", route, sent)
		}
		if r := f.send(method, strings.Replace(path, "ALICE", "REAL", 1), "{}"); r.Code != 299 || len(next.take()) != 1 {
			t.Errorf("%s of a real user: %d", route, r.Code)
		}
	}
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	if r := f.send("GET", alicePath+"/identities", ""); r.Code != 200 || r.Body.String() != "[]" {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	err := f.Store.Update(func(tx *store.Txn) error {
		_, err := store.Users.Update(tx, "user_ALICE", func(u *store.User) error {
			u.Identities = []store.Identity{{IdPID: "4", Provider: "GoogleOAuth"}}
			return nil
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := f.send("GET", alicePath+"/identities", ""); r.Body.String() != `[{"idp_id":"4","type":"OAuth","provider":"GoogleOAuth"}]` {
		t.Error(r.Body)
	}
}

// TestUsersOfOrganization lists the active members of an organization.
func TestUsersOfOrganization(t *testing.T) {
	t.Parallel()
	f := withBob(t)
	err := f.Store.Update(func(tx *store.Txn) error {
		for i, m := range []store.Membership{
			{UserID: "user_ALICE", OrganizationID: "org_ACME", Status: store.ActiveMembership},
			{UserID: "user_ALICE", OrganizationID: "org_OTHER", Status: store.InactiveMembership},
			{UserID: "user_REAL", OrganizationID: "org_ACME", Status: store.ActiveMembership},
		} {
			m.ID = fmt.Sprint("om_", i)
			if err := store.Memberships.Insert(tx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"organization_id=org_ACME": "[user_REAL user_ALICE]", "organization=org_ACME": "[user_REAL user_ALICE]", "organization_id=org_OTHER": "[]", "organization_id=org_NONE": "[]",
		"organization_id=org_ACME&email=ALICE@acme.example": "[user_ALICE]", "organization_id=org_ACME&email=bob@acme.example": "[]",
	} {
		if got := fmt.Sprint(f.send("GET", usersPath+"?"+query, "").ids()); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

// TestSameAddressAtOnce creates users of one address at the same time: one of them is created.
func TestSameAddressAtOnce(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	codes := countOf(f.atOnce(10, "POST", func(i int) (string, string) {
		return usersPath, fmt.Sprintf(`{"email":"%s@acme.example"}`, []string{"new", "NEW"}[i%2])
	}), statusOf)
	if codes[http.StatusCreated] != 1 || codes[http.StatusBadRequest] != 9 {
		t.Error(codes)
	}
}
