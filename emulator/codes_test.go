package emulator

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

const (
	magicAuthPath     = "/user_management/magic_auth"
	passwordResetPath = "/user_management/password_reset"
	verificationPath  = alicePath + "/email_verification"
)

// otherCode is a code that is not the given one.
func otherCode(code string) string { return string('0'+('9'-code[0])) + code[1:] }

// ownToken makes a token of this program.
var ownToken = sync.OnceValues(func() (string, error) { return credential.NewToken(rand.Reader) })

func markedToken(t *testing.T) string {
	t.Helper()
	token, err := ownToken()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// newestEmail returns the newest email that would have been sent.
func (f *server) newestEmail() store.Email {
	f.t.Helper()
	sent := f.Store.View().NewestEmails(1, func(store.Email) bool { return true })
	if len(sent) == 0 {
		f.t.Fatal("no email would have been sent")
	}
	return sent[0]
}

func TestMagicAuth(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	made := f.send("POST", magicAuthPath, `{"email":"Alice@Acme.example"}`).want(201)
	wantMembers(t, made, map[string]string{
		"object": "magic_auth", "user_id": "user_ALICE", "email": "alice@acme.example", "code": f.newestEmail().Code,
		"expires_at": "2026-11-24T12:10:00.000Z", "created_at": "2026-11-24T12:00:00.000Z", "updated_at": "2026-11-24T12:00:00.000Z",
	})
	got := f.send("GET", magicAuthPath+"/"+made["id"].(string), "").want(200)
	if fmt.Sprint(got) != fmt.Sprint(made) || !strings.HasPrefix(made["id"].(string), "magic_auth_") || len(made) != 8 {
		t.Errorf("%v, want %v", got, made)
	}
	wantMembers(t, f.send("GET", magicAuthPath+"/magic_auth_NONE", "").want(404), map[string]string{"message": "MagicAuth not found: 'magic_auth_NONE'."})

	created := f.send("POST", magicAuthPath, `{"email":"new@acme.example"}`).want(201)
	again := f.send("POST", magicAuthPath, `{"email":"NEW@acme.example"}`).want(201)
	user := f.send("GET", usersPath+"/"+created["user_id"].(string), "").want(200)
	wantMembers(t, user, map[string]string{"email": "new@acme.example", "email_verified": "false"})
	if again["user_id"] != created["user_id"] || again["id"] == created["id"] {
		t.Errorf("%v, then %v", created, again)
	}
	f.send("DELETE", usersPath+"/"+user["id"].(string), "").want(200)
	f.send("GET", magicAuthPath+"/"+again["id"].(string), "").want(404)
}

func TestMagicAuthErrors(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	invite := func(id, email string, change func(*store.Invitation)) string {
		i := store.Invitation{Meta: store.Meta{ID: id}, Email: email, Token: "token-" + id, ExpiresAt: f.now.Add(time.Hour)}
		change(&i)
		if err := f.Store.Update(func(tx *store.Txn) error { return store.Invitations.Insert(tx, i) }); err != nil {
			t.Fatal(err)
		}
		return `{"email":"alice@acme.example","invitation_token":"` + i.Token + `"}`
	}
	f.send("POST", magicAuthPath, invite("right", "ALICE@acme.example", func(*store.Invitation) {})).want(201)
	for name, test := range map[string]struct {
		body         string
		status       int
		member, code string
	}{
		"no email":                  {`{}`, 422, "code", "invalid_request_parameters"},
		"no string":                 {`{"email":["a@b"]}`, 422, "code", "invalid_request_parameters"},
		"no address":                {`{"email":"alice"}`, 422, "code", "invalid_request_parameters"},
		"no JSON":                   {`email=alice`, 400, "code", "invalid_request_body"},
		"token of nothing":          {`{"email":"alice@acme.example","invitation_token":"x"}`, 400, "error", "invitation_invalid"},
		"token of no string":        {`{"email":"alice@acme.example","invitation_token":5}`, 422, "code", "invalid_request_parameters"},
		"token for another address": {invite("other", "bob@acme.example", func(*store.Invitation) {}), 400, "error", "invitation_cannot_be_used_for_email"},
		"token that is revoked":     {invite("revoked", "alice@acme.example", func(i *store.Invitation) { i.RevokedAt = f.now }), 400, "error", "invitation_invalid"},
		"token that has expired":    {invite("expired", "alice@acme.example", func(i *store.Invitation) { i.ExpiresAt = f.now }), 400, "error", "invitation_invalid"},
	} {
		sent := f.newestEmail().ID
		if got := f.send("POST", magicAuthPath, test.body).want(test.status); got[test.member] != test.code {
			t.Errorf("%s: %v", name, got)
		}
		if f.newestEmail().ID != sent {
			t.Errorf("%s: an email is sent", name)
		}
	}
}

// TestWhoseAddress asks about addresses with an upstream: it answers about those that are not local.
func TestWhoseAddress(t *testing.T) {
	t.Parallel()
	const local, real = `{"email":"alice@acme.example"}`, `{"email":"real@acme.example"}`
	marked := `{"email":"real@acme.example","invitation_token":"` + markedToken(t) + `"}`
	for name, test := range map[string]struct {
		path, body  string
		createLocal bool
		status      int
	}{
		"magic auth, local":                        {magicAuthPath, local, false, 201},
		"magic auth, local, spaces":                {magicAuthPath, `{"email":" Alice@acme.example\n"}`, false, 422},
		"magic auth, not local":                    {magicAuthPath, real, false, 299},
		"magic auth, not local, create local":      {magicAuthPath, real, true, 201},
		"magic auth, no address":                   {magicAuthPath, `{}`, false, 299},
		"magic auth, no string":                    {magicAuthPath, `{"email":{}}`, false, 299},
		"magic auth, with a token of ours":         {magicAuthPath, marked, false, 400},
		"password reset, local":                    {passwordResetPath, local, false, 201},
		"password reset, local, spaces":            {passwordResetPath, `{"email":"\talice@acme.example "}`, false, 422},
		"password reset, not local":                {passwordResetPath, real, false, 299},
		"password reset, not local, create local":  {passwordResetPath, real, true, 299},
		"confirmation of a token of ours":          {passwordResetPath + "/confirm", `{"token":"` + markedToken(t) + `","new_password":"x"}`, false, 404},
		"confirmation of a token of somebody else": {passwordResetPath + "/confirm", `{"token":"x","new_password":"x"}`, false, 299},
	} {
		f := newServer(t, func(o *Options) { o.CreateLocal = test.createLocal })
		next := &recorder{status: 299, body: "{}"}
		f.next = next
		if r := f.send("POST", test.path, test.body); r.Code != test.status || len(next.take()) != map[bool]int{true: 1}[test.status == 299] {
			t.Errorf("%s: %d %s", name, r.Code, r.Body)
		}
		// A key that is not known here belongs to the real WorkOS, but a token of ours does not go there.
		want := 299
		if strings.Contains(test.body, markedToken(t)) {
			want = 401
		}
		if strings.Contains(test.path, "confirm") || want == 299 {
			if r := f.send("POST", test.path, test.body, bearer("sk_live_elsewhere")); r.Code != want {
				t.Errorf("%s, with an unknown key: %d %s", name, r.Code, r.Body)
			}
		}
		f.next = nil
		f.send("POST", test.path, test.body, anonymous).want(401)
	}
}

func TestEmailVerification(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	confirm := func(code string) response { return f.send("POST", verificationPath+"/confirm", `{"code":"`+code+`"}`) }
	wantCode := func(r response, code string) {
		t.Helper()
		if got := r.want(400); got["code"] != "email_"+code || len(got) != 2 {
			t.Errorf("%v, want %s", got, code)
		}
	}
	wantCode(confirm("123456"), "verification_code_incorrect")
	sent := f.send("POST", verificationPath+"/send", "").want(200)
	wantMembers(t, sent["user"].(map[string]any), map[string]string{"id": "user_ALICE", "email_verified": "false"})
	email := f.newestEmail()
	if email.Kind != "email_verification" || email.To != "alice@acme.example" || email.Link != "" {
		t.Errorf("%+v", email)
	}
	made := f.Store.View().EmailVerificationsOfUser("user_ALICE")[0]
	got := f.send("GET", "/user_management/email_verification/"+made.ID, "").want(200)
	wantMembers(t, got, map[string]string{
		"object": "email_verification", "id": made.ID, "user_id": "user_ALICE", "email": "alice@acme.example", "code": email.Code,
		"expires_at": "2026-11-24T12:10:00.000Z", "created_at": "2026-11-24T12:00:00.000Z", "updated_at": "2026-11-24T12:00:00.000Z",
	})
	if got := confirm(otherCode(email.Code)).want(400); got["message"] != "Email verification code is incorrect." {
		t.Error(got)
	}
	f.now = f.now.Add(10 * time.Minute)
	wantCode(confirm(email.Code), "verification_code_expired")
	f.send("POST", verificationPath+"/send", "").want(200)
	email = f.newestEmail()
	for range 5 {
		confirm(otherCode(email.Code)).want(400)
	}
	wantCode(confirm(email.Code), "verification_code_expired") // after too many wrong ones
	f.send("POST", verificationPath+"/send", "").want(200)
	confirmed := confirm(f.newestEmail().Code).want(200)["user"].(map[string]any)
	wantMembers(t, confirmed, map[string]string{"email_verified": "true", "updated_at": "2026-11-24T12:10:00.000Z"})
	wantCode(confirm(f.newestEmail().Code), "previously_verified")
	wantCode(f.send("POST", verificationPath+"/send", ""), "already_verified")

	used := f.newestEmail().Code
	f.send("PUT", alicePath, `{"email_verified":false}`).want(200)
	wantCode(confirm(used), "verification_code_previously_used")
	f.send("PUT", alicePath, `{"email":"alice2@acme.example"}`).want(200)
	wantCode(confirm(used), "verification_code_incorrect")

	for _, body := range []string{``, `{}`, `{"code":null}`, `{"code":123456}`, `{"code":""}`} {
		wantField(t, f.send("POST", verificationPath+"/confirm", body), "code")
	}
	for _, path := range []string{"/user_management/users/user_NONE/email_verification/send", "/user_management/users/user_NONE/email_verification/confirm"} {
		f.send("POST", path, `{"code":"1"}`).want(404)
	}
	f.send("GET", "/user_management/email_verification/email_verification_NONE", "").want(404)
}

// TestOneConfirmationWins confirms one code, and one token, many times at once.
func TestOneConfirmationWins(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.send("POST", verificationPath+"/send", "").want(200)
	code := f.newestEmail().Code
	codes := countOf(f.atOnce(20, "POST", func(int) (string, string) { return verificationPath + "/confirm", `{"code":"` + code + `"}` }), statusOf)
	if codes[http.StatusOK] != 1 || codes[http.StatusBadRequest] != 19 {
		t.Errorf("of the code: %v", codes)
	}
	token := f.send("POST", passwordResetPath, `{"email":"alice@acme.example"}`).want(201)["password_reset_token"].(string)
	codes = countOf(f.atOnce(20, "POST", func(int) (string, string) {
		return passwordResetPath + "/confirm", `{"token":"` + token + `","new_password":"x"}`
	}), statusOf)
	if codes[http.StatusOK] != 1 || codes[http.StatusNotFound] != 19 {
		t.Errorf("of the token: %v", codes)
	}
}

// TestWrongTriesAtOnce gives wrong codes at the same time. No more of them are taken for a mere mistake than may be.
func TestWrongTriesAtOnce(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.send("POST", verificationPath+"/send", "").want(200)
	wrong := otherCode(f.newestEmail().Code)
	codes := countOf(f.atOnce(20, "POST", func(int) (string, string) { return verificationPath + "/confirm", `{"code":"` + wrong + `"}` }),
		func(r response) any { return r.want(400)["code"] })
	if codes["email_verification_code_incorrect"] != 5 || codes["email_verification_code_expired"] != 15 {
		t.Error(codes)
	}
}

func TestPasswordReset(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	reset := func() map[string]any {
		return f.send("POST", passwordResetPath, `{"email":"ALICE@acme.example"}`).want(201)
	}
	confirm := func(token any, password string) response {
		return f.send("POST", passwordResetPath+"/confirm", fmt.Sprintf(`{"token":%q,"new_password":%q}`, token, password))
	}
	first, second := reset(), reset()
	token := first["password_reset_token"].(string)
	wantMembers(t, first, map[string]string{
		"object": "password_reset", "user_id": "user_ALICE", "email": "alice@acme.example", "expires_at": "2026-11-24T12:15:00.000Z",
		"created_at": "2026-11-24T12:00:00.000Z", "password_reset_url": "http://emulator.test/reset-password?token=" + token,
	})
	if len(first) != 8 || !f.Secrets.Knows(token) {
		t.Errorf("%v", first)
	}
	if email := f.newestEmail(); email.Kind != "password_reset" || email.Link != second["password_reset_url"] || email.To != "alice@acme.example" {
		t.Errorf("%+v", email)
	}
	got := f.send("GET", passwordResetPath+"/"+first["id"].(string), "").want(200)
	if fmt.Sprint(got) != fmt.Sprint(first) {
		t.Errorf("%v, want %v", got, first)
	}
	begun := f.beginSession("user_ALICE")

	wantMembers(t, confirm("nope", "x").want(404), map[string]string{
		"code": "password_reset_token_not_found", "message": "Could not locate user with provided token: 'nope'",
	})
	weak := confirm(token, "").want(400)
	if reasons, _ := weak["errors"].([]any); weak["code"] != "password_reset_error" || len(reasons) != 1 {
		t.Error(weak)
	}
	f.now = f.now.Add(15*time.Minute - 1)
	done := confirm(token, "new password").want(200)["user"].(map[string]any)
	wantMembers(t, done, map[string]string{"id": "user_ALICE", "email_verified": "true"})
	if u, _ := store.Users.Get(f.Store.View(), "user_ALICE"); u.Password == nil || !u.Password.Matches("new password") {
		t.Error("the password is another")
	}
	if s, _ := store.Sessions.Get(f.Store.View(), begun); s.Active(f.now) {
		t.Error("the session goes on")
	}
	for _, used := range []map[string]any{first, second} { // and all others of the user
		confirm(used["password_reset_token"], "x").want(404)
		f.send("GET", passwordResetPath+"/"+used["id"].(string), "").want(404)
	}

	expired := reset()
	f.now = f.now.Add(15 * time.Minute)
	confirm(expired["password_reset_token"], "x").want(404)
	moved := reset()
	f.send("PUT", alicePath, `{"email":"alice2@acme.example"}`).want(200)
	confirm(moved["password_reset_token"], "x").want(404) // it was sent to another address

	wantMembers(t, f.send("POST", passwordResetPath, `{"email":"nobody@acme.example"}`).want(404), map[string]string{
		"code": "entity_not_found", "message": "User not found: 'nobody@acme.example'.",
	})
	for body, field := range map[string]string{`{}`: "token", `{"token":"x"}`: "new_password", `{"token":5,"new_password":"x"}`: "token", `{"token":"x","new_password":null}`: "new_password", `{"token":"x","new_password":[]}`: "new_password"} {
		wantField(t, f.send("POST", passwordResetPath+"/confirm", body), field)
	}
	for _, body := range []string{`{}`, `{"email":""}`, `{"email":"no address"}`, `{"email":5}`} {
		f.send("POST", passwordResetPath, body).want(422)
	}
	if long := confirm(strings.Repeat("é", 100_000), "x").want(404)["message"].(string); len(long) > 300 {
		t.Errorf("the message has %d bytes", len(long))
	}
}

// beginSession stores an active session of a user.
func (f *server) beginSession(userID string) string {
	f.t.Helper()
	s := store.Session{Meta: store.Meta{ID: "session_" + userID, CreatedAt: f.now}, UserID: userID, ExpiresAt: f.now.Add(24 * time.Hour)}
	if err := f.Store.Update(func(tx *store.Txn) error { return tx.InsertSession(s) }); err != nil {
		f.t.Fatal(err)
	}
	return s.ID
}
