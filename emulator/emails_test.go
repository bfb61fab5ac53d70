package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// emails returns what the test API shows.
func (f *server) emails(query string) []map[string]any {
	f.t.Helper()
	return f.send("GET", "/_emulate/emails"+query, "", anonymous).array(200)
}

func TestEmails(t *testing.T) {
	t.Parallel()
	f := newTestAPI(t)
	if got := f.emails(""); len(got) != 0 {
		t.Errorf("at first there are %v", got)
	}
	code := f.send("POST", magicAuthPath, `{"email":"alice@acme.example"}`).want(201)["code"]
	f.send("POST", magicAuthPath, `{"email":"Zoë@münchen.example"}`).want(201)
	f.send("POST", verificationPath+"/send", "").want(200)
	link := f.send("POST", passwordResetPath, `{"email":"alice@acme.example"}`).want(201)["password_reset_url"]

	kinds := func(query string) string {
		var found []string
		for _, e := range f.emails(query) {
			found = append(found, e["kind"].(string))
		}
		return strings.Join(found, " ")
	}
	for query, want := range map[string]string{
		"":                                       "password_reset email_verification magic_auth magic_auth",
		"?to=ALICE@acme.example":                 "password_reset email_verification magic_auth",
		"?to=zo%C3%AB@m%C3%BCnchen.example":      "magic_auth",
		"?to=bob@acme.example":                   "",
		"?kind=magic_auth":                       "magic_auth magic_auth",
		"?kind=invitation":                       "",
		"?kind=magic_auth&to=alice@acme.example": "magic_auth",
	} {
		if got := kinds(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	magic := f.emails("?kind=magic_auth&to=alice@acme.example")[0]
	wantMembers(t, magic, map[string]string{"to": "alice@acme.example", "code": code.(string), "created_at": "2026-11-24T12:00:00.000Z"})
	if reset := f.emails("")[0]; reset["link"] != link || len(magic) != 5 || len(reset) != 5 || !strings.HasPrefix(reset["id"].(string), "email_") {
		t.Errorf("%v, %v", magic, reset)
	}
	for _, query := range []string{"?kind=other", "?to=a&to=b"} {
		f.send("GET", "/_emulate/emails"+query, "", anonymous).want(422)
	}
	f.send("POST", "/_emulate/emails", "", anonymous).want(405)
	f.Store.Reset()
	if got := f.emails(""); len(got) != 0 {
		t.Errorf("after a reset there are %v", got)
	}
}

func TestEmailsWithoutTestAPI(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	f.send("POST", magicAuthPath, `{"email":"alice@acme.example"}`).want(201)
	f.send("GET", "/_emulate/emails", "").want(404)
}

// TestEmailsAreBounded sends more emails than are kept.
func TestEmailsAreBounded(t *testing.T) {
	t.Parallel()
	f := newTestAPI(t)
	for i := range 1300 {
		f.send("POST", magicAuthPath, fmt.Sprintf(`{"email":"user%d@acme.example"}`, i%7)).want(201)
	}
	got := f.emails("")
	if len(got) != 1000 || got[0]["to"] != fmt.Sprintf("user%d@acme.example", 1299%7) {
		t.Errorf("%d are shown, the newest to %v", len(got), got[0]["to"])
	}
}

// TestLogTellsOfEmails looks for what an email says in the log.
func TestLogTellsOfEmails(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	code := f.send("POST", magicAuthPath, `{"email":"alice@acme.example"}`).want(201)["code"].(string)
	f.send("POST", verificationPath+"/send", "").want(200)
	verification := f.newestEmail().Code
	token := f.send("POST", passwordResetPath, `{"email":"alice@acme.example"}`).want(201)["password_reset_token"].(string)
	told := ""
	for _, entry := range f.logs.All() {
		fields, err := json.Marshal(entry.ContextMap())
		if err != nil {
			t.Fatal(err)
		}
		line := entry.Message + string(fields)
		if strings.Contains(line, "alice@") || strings.Contains(line, code) || strings.Contains(line, verification) || strings.Contains(line, token) || strings.Contains(line, "reset-password") {
			t.Errorf("the log has %s", line)
		}
		if strings.HasPrefix(entry.Message, "an email would be sent") {
			told += fmt.Sprintln(entry.ContextMap()["kind"], entry.ContextMap()["user"])
		}
	}
	if want := "magic_auth user_ALICE\nemail_verification user_ALICE\npassword_reset user_ALICE\n"; told != want {
		t.Errorf("the log tells of\n%swant\n%s", told, want)
	}
}
