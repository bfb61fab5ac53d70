package emulator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/totp"
)

const factorsPath = alicePath + "/auth_factors"

// enrol creates a factor of Alice, and returns its id, its secret and the id of its challenge.
func (f *server) enrol(members string) (id, secret, challenge string) {
	f.t.Helper()
	made := f.send("POST", factorsPath, `{"type":"totp"`+members+`}`).want(201)
	factor := made["authentication_factor"].(map[string]any)
	return factor["id"].(string), factor["totp"].(map[string]any)["secret"].(string), made["authentication_challenge"].(map[string]any)["id"].(string)
}

// code returns the code of a secret at a time.
func (f *server) code(secret string, at time.Time) string {
	f.t.Helper()
	code, err := totp.Code(secret, at)
	if err != nil {
		f.t.Fatal(err)
	}
	return code
}

func (f *server) verify(challenge, code string) response {
	f.t.Helper()
	return f.send("POST", "/auth/challenges/"+challenge+"/verify", `{"code":"`+code+`"}`)
}

func TestFactors(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	made := f.send("POST", factorsPath, `{"type":"totp","totp_issuer":"Acme","totp_user":"alice","totp_secret":"jbsw y3dp ehpk 3pxp"}`).want(201)
	factor, challenge := made["authentication_factor"].(map[string]any), made["authentication_challenge"].(map[string]any)
	wantMembers(t, factor, map[string]string{"object": "authentication_factor", "type": "totp", "user_id": "user_ALICE", "created_at": "2026-11-24T12:00:00.000Z"})
	shown := factor["totp"].(map[string]any)
	wantMembers(t, shown, map[string]string{
		"issuer": "Acme", "user": "alice", "secret": "JBSWY3DPEHPK3PXP", "uri": "otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXP&issuer=Acme",
	})
	if !strings.HasPrefix(shown["qr_code"].(string), "data:image/png;base64,") || len(shown) != 5 {
		t.Errorf("%v", shown)
	}
	wantMembers(t, challenge, map[string]string{"object": "authentication_challenge", "authentication_factor_id": factor["id"].(string), "expires_at": "2026-11-24T12:10:00.000Z"})

	id := factor["id"].(string)
	second, secret, _ := f.enrol("")
	if len(secret) != 32 {
		t.Errorf("the secret is %q", secret)
	}
	got := f.send("GET", "/auth/factors/"+id, "")
	if strings.Contains(got.Body.String(), "JBSWY3DPEHPK3PXP") || strings.Contains(got.Body.String(), "qr_code") {
		t.Errorf("%s", got.Body)
	}
	wantMembers(t, got.want(200)["totp"].(map[string]any), map[string]string{"issuer": "Acme", "user": "alice"})
	if ids := f.send("GET", factorsPath, "").ids(); fmt.Sprint(ids) != fmt.Sprint([]string{second, id}) {
		t.Errorf("the list is %v", ids)
	}
	page := f.send("GET", factorsPath+"?limit=1&order=asc", "").want(200)["list_metadata"].(map[string]any)
	if page["after"] != id || page["before"] != nil {
		t.Errorf("the cursors are %v", page)
	}
	f.send("GET", factorsPath+"?after=auth_factor_NONE", "").want(422)
	f.send("GET", factorsPath+"?limit=0", "").want(422)

	if r := f.send("DELETE", "/auth/factors/"+id, ""); r.Code != 204 || r.Body.Len() != 0 {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	for _, gone := range []string{"GET /auth/factors/" + id, "DELETE /auth/factors/" + id, "POST /auth/factors/" + id + "/challenge", "POST /auth/challenges/" + challenge["id"].(string) + "/verify"} {
		method, path, _ := strings.Cut(gone, " ")
		if got := f.send(method, path, `{"code":"123456"}`).want(404); got["code"] != "entity_not_found" {
			t.Errorf("%s: %v", gone, got)
		}
	}
	f.send("DELETE", alicePath, "").want(200)
	f.send("GET", "/auth/factors/"+second, "").want(404)
	f.send("POST", factorsPath, `{"type":"totp"}`).want(404)
	f.send("GET", factorsPath, "").want(404)
}

func TestFactorErrors(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	for body, field := range map[string]string{
		``: "type", `{}`: "type", `{"type":"sms"}`: "type", `{"type":5}`: "type",
		`{"type":"totp","totp_secret":"0189"}`: "totp_secret", `{"type":"totp","totp_secret":5}`: "totp_secret",
		`{"type":"totp","totp_issuer":"a\nb"}`: "totp_issuer", `{"type":"totp","totp_user":"\u0000"}`: "totp_user",
		`{"type":"totp","totp_user":[]}`:                                           "totp_user",
		`{"type":"totp","totp_issuer":"` + strings.Repeat("é", 1000) + `"}`:        "totp_issuer",
		`{"type":"totp","totp_secret":"` + strings.Repeat("A", 100_000) + `"}`:     "totp_secret",
		`{"type":"totp","totp_user":"` + strings.Repeat("x", 100_000) + `"}`:       "totp_issuer",
		`{"type":"totp","totp_secret":"JBSWY3DPEHPK3PXP","totp_issuer":{"a":"b"}}`: "totp_issuer",
	} {
		wantField(t, f.send("POST", factorsPath, body), field)
	}
	if ids := f.send("GET", factorsPath, "").ids(); len(ids) != 0 {
		t.Errorf("%v are stored", ids)
	}
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	id, secret, first := f.enrol("")
	challenge := func() string {
		t.Helper()
		return f.send("POST", "/auth/factors/"+id+"/challenge", "").want(201)["id"].(string)
	}
	wantValid := func(r response, valid bool) {
		t.Helper()
		got := r.want(201)
		if got["valid"] != valid || got["challenge"].(map[string]any)["authentication_factor_id"] != id {
			t.Errorf("%v, want %t", got, valid)
		}
	}
	wantValid(f.verify(first, f.code(secret, f.now.Add(time.Hour))), false)
	wantValid(f.verify(first, f.code(secret, f.now)), true)
	if got := f.verify(first, f.code(secret, f.now.Add(30*time.Second))).want(422); got["code"] != "authentication_challenge_previously_verified" {
		t.Error(got)
	}
	second := challenge()
	wantValid(f.verify(second, f.code(secret, f.now)), false) // the code was used
	wantValid(f.verify(second, f.code(secret, f.now.Add(30*time.Second))), true)

	third := challenge()
	f.now = f.now.Add(10 * time.Minute)
	if got := f.verify(third, f.code(secret, f.now)).want(422); got["code"] != "authentication_challenge_expired" || got["message"] != "The authentication challenge '"+third+"' has expired." {
		t.Error(got)
	}
	fourth := challenge()
	for range 5 {
		wantValid(f.verify(fourth, f.code(secret, f.now.Add(time.Hour))), false)
	}
	if got := f.verify(fourth, f.code(secret, f.now)).want(400); got["code"] != "one_time_code_too_many_attempts" {
		t.Error(got)
	}
	for _, body := range []string{``, `{}`, `{"code":123456}`, `{"code":null}`} {
		wantField(t, f.send("POST", "/auth/challenges/"+fourth+"/verify", body), "code")
	}
	wantField(t, f.send("POST", "/auth/factors/"+id+"/challenge", `{"sms_template":5}`), "sms_template")
}

// TestOneVerificationWins answers two challenges with one code, many times at once.
func TestOneVerificationWins(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	id, secret, first := f.enrol("")
	challenges := []string{first, f.send("POST", "/auth/factors/"+id+"/challenge", "").want(201)["id"].(string)}
	code := f.code(secret, f.now)
	valid := countOf(f.atOnce(10, "POST", func(i int) (string, string) {
		return "/auth/challenges/" + challenges[i%2] + "/verify", `{"code":"` + code + `"}`
	}), func(r response) bool { return r.Code == 201 && strings.Contains(r.Body.String(), `"valid":true`) })
	if valid[true] != 1 {
		t.Error(valid)
	}
}
