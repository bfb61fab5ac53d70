package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/caddy-workos/caddy-workos/store"
)

const (
	redirectURI = "http://localhost:3000/cb"
	ownGrants   = "urn:workos:oauth:grant-type:"
)

// kindsOfTokens makes one token of each kind. Alice signs in twice, and has a second factor after that.
func (f *server) kindsOfTokens() map[string]string {
	f.t.Helper()
	codeOf := func(path, selector string) string {
		to, err := url.Parse(f.send("GET", path+"?client_id=client_ENV&response_type=code&login_hint=alice@acme.example&redirect_uri="+redirectURI+"&"+selector, "", anonymous).Header().Get("Location"))
		if err != nil || to.Query().Get("code") == "" {
			f.t.Fatalf("%s: %v %v", path, to, err)
		}
		return to.Query().Get("code")
	}
	login := f.login()
	session := store.Sessions.All(f.Store.View())[0].ID
	device := f.send("POST", "/user_management/authorize/device", `{"client_id":"client_ENV"}`).want(200)
	kinds := map[string]string{
		"access token":     textOf(login, "access_token"),
		"refresh token":    textOf(login, "refresh_token"),
		"code":             codeOf("/user_management/authorize", "provider=authkit"),
		"device code":      textOf(device, "device_code"),
		"user code":        textOf(device, "user_code"),
		"invitation token": textOf(f.send("POST", "/user_management/invitations", `{"email":"new@acme.example","organization_id":"org_ACME"}`).want(201), "token"),
		"reset token":      textOf(f.send("POST", passwordResetPath, `{"email":"alice@acme.example"}`).want(201), "password_reset_token"),
		"profile token":    textOf(f.form("/sso/token", "client_id=client_ENV&grant_type=authorization_code&client_secret="+acceptedKey+"&code="+codeOf("/sso/authorize", "provider=GoogleOAuth")).want(200), "access_token"),
		"magic auth code":  textOf(f.send("POST", magicAuthPath, `{"email":"alice@acme.example"}`).want(201), "code"),
		"M2M access token": textOf(f.form("/oauth2/token", "grant_type=client_credentials&client_id=client_backend&client_secret=secret-one").want(200), "access_token"),
		"session id":       session,
		"client secret":    "secret-one",
		"environment key":  acceptedKey,
		"customer's key":   "sk_test_customer",
		"expired key":      "sk_test_expired",
		"id of a user":     "user_ALICE",
		"nothing known":    "01UNKNOWN",
	}
	_, secret, challenge := f.enrol("")
	kinds["pending token"] = textOf(f.send("POST", authenticatePath, passwordLogin("alice@acme.example", "secret", acceptedKey)).want(403), "pending_authentication_token")
	kinds["TOTP secret"], kinds["TOTP code"], kinds["challenge id"] = secret, f.code(secret, f.now), challenge
	return kinds
}

// TestATokenOfOneKindIsNoneOfAnother gives a token of each kind in the place of each other one: nobody is signed in, and nothing changes.
func TestATokenOfOneKindIsNoneOfAnother(t *testing.T) {
	t.Parallel()
	grant := func(name, member string, more ...string) func(f *server, value string) response {
		return func(f *server, value string) response {
			body := fmt.Sprintf(`{"grant_type":%q,"client_id":"client_ENV","client_secret":%q,%q:%q`, name, acceptedKey, member, value)
			for i := 0; i < len(more); i += 2 {
				body += fmt.Sprintf(",%q:%q", more[i], more[i+1])
			}
			return f.send("POST", authenticatePath, body+"}", anonymous)
		}
	}
	bearerOf := func(method, path string) func(f *server, value string) response {
		return func(f *server, value string) response { return f.send(method, path, "", bearer(value)) }
	}
	places := map[string]struct {
		rights []string // the kinds that are right there
		give   func(f *server, value string) response
	}{
		"code": {[]string{"code"}, grant("authorization_code", "code")},
		"code of SSO": {nil, func(f *server, value string) response {
			return f.form("/sso/token", "client_id=client_ENV&grant_type=authorization_code&client_secret="+acceptedKey+"&code="+url.QueryEscape(value))
		}},
		"refresh token":               {[]string{"refresh token"}, grant("refresh_token", "refresh_token")},
		"pending token":               {nil, grant(ownGrants+"organization-selection", "pending_authentication_token", "organization_id", "org_ACME")},
		"pending token, verification": {nil, grant(ownGrants+"email-verification:code", "pending_authentication_token", "code", "123456")},
		"device code":                 {nil, grant("urn:ietf:params:oauth:grant-type:device_code", "device_code")},
		"invitation token":            {nil, grant("password", "invitation_token", "email", "alice@acme.example", "password", "secret")},
		"password":                    {nil, grant("password", "password", "email", "alice@acme.example")},
		"magic auth code":             {[]string{"magic auth code"}, grant(ownGrants+"magic-auth:code", "code", "email", "alice@acme.example")},
		"client secret": {[]string{"environment key", "customer's key"}, func(f *server, value string) response {
			return f.send("POST", authenticatePath, passwordLogin("alice@acme.example", "secret", value), anonymous)
		}},
		"profile token": {[]string{"profile token"}, bearerOf("GET", "/sso/profile")},
		"key":           {[]string{"environment key", "customer's key"}, bearerOf("GET", alicePath)},
		"reset token": {[]string{"reset token"}, func(f *server, value string) response {
			return f.send("POST", passwordResetPath+"/confirm", fmt.Sprintf(`{"token":%q,"new_password":"x"}`, value))
		}},
		"session id": {[]string{"session id"}, func(f *server, value string) response {
			return f.send("POST", "/user_management/sessions/revoke", fmt.Sprintf(`{"session_id":%q}`, value))
		}},
		"challenge id": {[]string{"challenge id"}, func(f *server, value string) response {
			return f.send("POST", "/auth/challenges/"+url.PathEscape(value)+"/verify", `{"code":"x"}`)
		}},
	}
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newSite := func() *server {
				f := newServer(t, func(o *Options) { o.Login = LoginPage }).withLogins()
				f.addIdentity()
				return f
			}
			f, next := newSite(), &recorder{status: 299, body: "{}"}
			kinds := f.kindsOfTokens()
			for kind, value := range kinds {
				if slices.Contains(place.rights, kind) {
					continue
				}
				for where, handler := range map[string]http.Handler{"alone": nil, "before an upstream": next} {
					f.next = handler
					before := f.signedIn()
					r := place.give(f, value)
					sent := next.take()
					if r.Code < 400 && len(sent) == 0 || r.Code >= 500 {
						t.Errorf("%s, %s: %d %s", kind, where, r.Code, r.Body)
					}
					if after := f.signedIn(); after != before {
						t.Errorf("%s, %s: %s became %s", kind, where, before, after)
					}
					if len(sent) > 0 && !noSecrets[kind] {
						t.Errorf("%s went on: %+v", kind, sent)
					}
				}
			}
			f = newSite()
			kinds = f.kindsOfTokens()
			for _, kind := range place.rights {
				if r := place.give(f, kinds[kind]); r.Code >= 400 && r.Code != 403 { // a 403 asks for the second factor
					t.Errorf("the right one, %s: %d %s", kind, r.Code, r.Body)
				}
			}
		})
	}
}

// noSecrets are the kinds that may go on to the upstream: what is short or no secret, and the key that is exchanged for the real one.
var noSecrets = map[string]bool{
	"nothing known": true, "id of a user": true, "user code": true, "magic auth code": true, "TOTP code": true, "challenge id": true, "environment key": true,
}

// addIdentity lets Alice sign in by Google.
func (f *server) addIdentity() {
	f.t.Helper()
	err := f.Store.Update(func(tx *store.Txn) error {
		_, err := store.Users.Update(tx, "user_ALICE", func(u *store.User) error {
			u.Identities = []store.Identity{{IdPID: "google-1", Provider: "GoogleOAuth"}}
			return nil
		})
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// signedIn are the sessions and what leads to one.
func (f *server) signedIn() string {
	view, active := f.Store.View(), 0
	for _, s := range store.Sessions.All(view) {
		if s.Active(f.now) {
			active++
		}
	}
	return fmt.Sprint(active, len(store.RefreshTokens.All(view)), len(store.Attempts.All(view)), len(store.Codes.All(view)),
		len(store.ProfileTokens.All(view)), len(store.Devices.All(view)), len(store.PasswordResets.All(view)))
}
