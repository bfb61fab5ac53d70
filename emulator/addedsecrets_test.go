package emulator

import (
	"fmt"
	"testing"
)

// TestSecretsGivenToTheAPINeverLeave gives a password or the secret of a second factor by each request that takes one. As those of the
// seed, it is not sent after that, wherever it stands; a short password is, as a real user may have the same.
func TestSecretsGivenToTheAPINeverLeave(t *testing.T) {
	t.Parallel()
	const long, short, base32 = "a-long-pass-phrase", "short-pass", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	reset := func(f *server, password string) {
		token := f.send("POST", passwordResetPath, `{"email":"alice@acme.example"}`).want(201)["password_reset_token"]
		f.send("POST", passwordResetPath+"/confirm", fmt.Sprintf(`{"token":%q,"new_password":%q}`, token, password)).want(200)
	}
	for name, test := range map[string]struct {
		give  func(f *server) (secrets []string)
		stays bool
	}{
		"created": {func(f *server) []string {
			f.send("POST", usersPath, `{"email":"new@acme.example","password":"`+long+`"}`).want(201)
			return []string{long}
		}, true},
		"updated": {func(f *server) []string {
			f.send("PUT", alicePath, `{"password":"`+long+`"}`).want(200)
			return []string{long}
		}, true},
		"reset":        {func(f *server) []string { reset(f, long); return []string{long} }, true},
		"reset, short": {func(f *server) []string { reset(f, short); return []string{short} }, false},
		"updated, short": {func(f *server) []string {
			f.send("PUT", alicePath, `{"password":"`+short+`"}`).want(200)
			return []string{short}
		}, false},
		"deleted since": {func(f *server) []string {
			f.send("PUT", alicePath, `{"password":"`+long+`"}`).want(200)
			f.send("DELETE", alicePath, "").want(200)
			return []string{long}
		}, true},
		"factor": {func(f *server) []string {
			_, secret, _ := f.enrol("")
			return []string{secret}
		}, true},
		"factor, short": {func(f *server) []string {
			f.enrol(`,"totp_secret":"MFRGG"`)
			return []string{"MFRGG"}
		}, false},
		"factor with a secret": {func(f *server) []string {
			f.enrol(`,"totp_secret":"jbswy3dpehpk3pxpjbswy3dpehpk3pxp"`)
			return []string{base32, "jbswy3dpehpk3pxpjbswy3dpehpk3pxp"}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t, func(o *Options) { o.CreateLocal = true })
			next := &recorder{status: 200, body: `{}`}
			f.next = next
			if f.send("POST", "/any", `{"a":"`+long+base32+short+`"}`); len(next.take()) != 1 {
				t.Fatal("it is known before")
			}
			for _, secret := range test.give(f) {
				next.take()
				r := f.send("POST", "/any", `{"a":"`+secret+`"}`)
				if stays := len(next.take()) == 0 && r.Code == 403; stays != test.stays {
					t.Errorf("%s: %d %s", secret, r.Code, r.Body)
				}
			}
		})
	}
}
