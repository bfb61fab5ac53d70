package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// userBodies are the requests about users that have a body, each with its members.
var userBodies = []struct {
	route   string
	members []string
}{
	{"POST " + usersPath, []string{"email", "first_name", "last_name", "name", "email_verified", "external_id", "metadata", "ip_address", "user_agent", "signals_id", "password", "password_hash", "password_hash_type", "password_salt_position"}},
	{"PUT " + alicePath, []string{"email", "first_name", "last_name", "name", "email_verified", "external_id", "metadata", "locale", "password", "password_hash", "password_hash_type", "password_salt_position"}},
	{"POST " + magicAuthPath, []string{"email", "invitation_token", "ip_address", "user_agent", "radar_auth_attempt_id", "signals_id"}},
	{"POST " + verificationPath + "/confirm", []string{"code"}},
	{"POST " + passwordResetPath, []string{"email"}},
	{"POST " + passwordResetPath + "/confirm", []string{"token", "new_password"}},
	{"POST " + factorsPath, []string{"type", "totp_issuer", "totp_user", "totp_secret"}},
	{"POST /auth/factors/{factor}/challenge", []string{"sms_template"}},
	{"POST /auth/challenges/{challenge}/verify", []string{"code"}},
}

// valid are values with which a request is right but for one member.
const valid = `"email":"new@acme.example","code":"123456","token":"x","new_password":"x","type":"totp"`

// TestWrongTypesOfUserMembers gives each member a value of each type that it does not have.
func TestWrongTypesOfUserMembers(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	factor, _, challenge := f.enrol("")
	right := map[string]string{"email_verified": "true", "metadata": `{}`}
	for _, to := range userBodies {
		method, path, _ := strings.Cut(strings.NewReplacer("{factor}", factor, "{challenge}", challenge).Replace(to.route), " ")
		for _, member := range to.members {
			for _, value := range []string{`"text"`, `5`, `1e400`, `true`, `[]`, `["a"]`, `[null]`, `{}`, `{"a":{}}`, `{"a":5}`} {
				isText := right[member] == "" && value == `"text"`
				isRight := right[member] != "" && right[member][0] == value[0] && value != `{"a":{}}` && value != `{"a":5}`
				if isText || isRight {
					continue
				}
				body := fmt.Sprintf(`{%s,%q:%s}`, valid, member, value)
				r := f.send(method, path, body)
				if r.Code != 422 && r.Code != 400 || !strings.Contains(r.Body.String(), `"errors":[`) && value != "1e400" {
					t.Errorf("%s %s: %d %s", to.route, body, r.Code, r.Body)
				}
			}
		}
	}
}

// TestHugeAndDeepUserBodies has bodies that are too large or too deep, and members that are long.
func TestHugeAndDeepUserBodies(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	factor, _, challenge := f.enrol("")
	huge := strings.Repeat("x", 10<<20)
	for _, to := range userBodies {
		method, path, _ := strings.Cut(strings.NewReplacer("{factor}", factor, "{challenge}", challenge).Replace(to.route), " ")
		for name, test := range map[string]struct {
			body   string
			status int
		}{
			"huge":       {`{` + valid + `,"x":"` + huge + `"}`, 413},
			"deep":       {`{` + valid + `,"x":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, 400},
			"cut off":    {`{` + valid + `,"x":`, 400},
			"no JSON":    {"\x00\xff", 400},
			"two values": {`{} {}`, 400},
		} {
			if r := f.send(method, path, test.body); r.Code != test.status || !json.Valid(r.Body.Bytes()) || r.Body.Len() > 1000 {
				t.Errorf("%s, %s: %d %.200s", to.route, name, r.Code, r.Body)
			}
		}
		for _, member := range to.members {
			long := strings.Repeat("é", 40<<10)
			body := fmt.Sprintf(`{%s,%q:%q}`, valid, member, long)
			if r := f.send(method, path, body); r.Code >= 500 || !json.Valid(r.Body.Bytes()) || r.Code >= 400 && r.Body.Len() > 1000 {
				t.Errorf("%s with a long %s: %d %.200s", to.route, member, r.Code, r.Body)
			}
		}
	}
}

// TestOddAddresses has addresses that are alike, and the words of SQL and HTML.
func TestOddAddresses(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	for _, email := range []string{"用户@例子.广告", "ſam@acme.example", "sam@acme.example", "é@acme.example", "e\u0301@acme.example", `<script>"'--@acme.example`, "%00+x@acme.example", "a@[::1]"} {
		encoded, err := json.Marshal(email)
		if err != nil {
			t.Fatal(err)
		}
		made := f.send("POST", usersPath, `{"email":`+string(encoded)+`}`).want(201)
		if made["email"] != email {
			t.Errorf("%q is stored as %q", email, made["email"])
		}
		code := f.send("POST", magicAuthPath, `{"email":`+string(encoded)+`}`).want(201)
		if code["user_id"] != made["id"] || code["email"] != email {
			t.Errorf("%q: %v", email, code)
		}
		wantProblem(t, f, "POST "+usersPath, `{"email":`+string(encoded)+`}`, 400, "user_creation_error", "email_not_available")
	}
	for _, email := range []string{"a b@acme.example", "a@b@c", "@acme.example", "a@", "a\n@acme.example", "a@acme.example\u0085", strings.Repeat("a", 250) + "@acme.example"} {
		encoded, err := json.Marshal(email)
		if err != nil {
			t.Fatal(err)
		}
		wantProblem(t, f, "POST "+usersPath, `{"email":`+string(encoded)+`}`, 400, "user_creation_error", "invalid_email")
		wantProblem(t, f, "PUT "+alicePath, `{"email":`+string(encoded)+`}`, 400, "invalid_email", "")
		f.send("POST", magicAuthPath, `{"email":`+string(encoded)+`}`).want(422)
	}
}
