package emulatortest_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
)

// peopleSeed has users of one, two and no organizations.
const peopleSeed = `
permissions:
  - {slug: "posts:write", name: Write posts}
roles:
  - {slug: admin, name: Admin, permissions: ["posts:write"]}
organizations:
  - {id: org_acme, name: Acme, memberships: [{email: jane@acme.example, role: admin}, {email: both@acme.example}]}
  - {id: org_other, name: Other, memberships: [{email: both@acme.example}]}
users:
  - {email: jane@acme.example, email_verified: true}
  - {email: both@acme.example}
  - {email: nobody@acme.example}
apiKeys:
  - {id: api_key_ci, name: CI, organization: Acme, value: sk_test_ci}
`

// A service under test gets a user's token without a browser.
func ExampleServer_SignIn() {
	t := &exampleTest{} // in a test, it is the *testing.T
	defer t.end()

	srv := emulatortest.New(t, emulatortest.Seed(peopleSeed), emulatortest.ClientIDs("client_environment"))
	jane := srv.SignIn("jane@acme.example")
	var claims struct {
		Issuer       string   `json:"iss"`
		Organization string   `json:"org_id"`
		Role         string   `json:"role"`
		Permissions  []string `json:"permissions"`
	}
	if err := srv.Key().Verify(jane.AccessToken, &claims); err != nil {
		t.Fatalf("%v", err)
	}
	fmt.Println(strings.TrimPrefix(claims.Issuer, srv.URL), claims.Organization, claims.Role, claims.Permissions)
	// Output:
	// /user_management/client_environment org_acme admin [posts:write]
}

// TestSignInIsALogin: the session is one of the API's, with its lifetime and its claims.
func TestSignInIsALogin(t *testing.T) {
	t.Parallel()
	srv := emulatortest.New(t, emulatortest.Seed(peopleSeed), emulatortest.StartAt(beginning), emulatortest.UserTokenTTL(time.Minute),
		emulatortest.UserTokenAudience(), emulatortest.Audience("client_environment"), emulatortest.SessionTTL(time.Hour))
	both := srv.SignIn("both@acme.example", "org_other")
	var claims map[string]any
	if err := srv.Key().Verify(both.AccessToken, &claims); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"sub": both.UserID, "sid": both.SessionID, "org_id": "org_other", "aud": "client_environment", "client_id": "client_environment",
		"exp": float64(beginning.Add(time.Minute).Unix()),
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %v", name, claims[name], want)
		}
	}
	refresh := func(token string) (int, map[string]any) {
		body, err := json.Marshal(map[string]string{"grant_type": "refresh_token", "client_id": "client_environment", "refresh_token": token})
		if err != nil {
			t.Fatal(err)
		}
		status, _, answer := send(t, srv, "POST", "/user_management/authenticate", "", string(body))
		return status, answer
	}
	status, answer := refresh(both.RefreshToken)
	if status != 200 || answer["organization_id"] != "org_other" {
		t.Fatalf("the refresh: %d %v", status, answer)
	}
	srv.Advance(time.Hour)
	if status, answer := refresh(answer["refresh_token"].(string)); status != 400 || answer["error"] != "invalid_grant" {
		t.Errorf("the refresh after the session's end: %d %v", status, answer)
	}
	if alone := srv.SignIn("nobody@acme.example"); alone.OrganizationID != "" || alone.UserID == "" || alone.SessionID == both.SessionID {
		t.Errorf("a user of no organization: %+v", alone)
	}
}

// TestSignInRefuses ends the test with the reason.
func TestSignInRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		email        string
		organization []string
		want         string
	}{
		"nobody":            {"x@y.example", nil, `SignIn "x@y.example": sign in: no user has that address`},
		"two organizations": {"both@acme.example", nil, `SignIn "both@acme.example": sign in: the user is a member of several organizations: name one`},
		"no member":         {"jane@acme.example", []string{"org_other"}, `SignIn "jane@acme.example": sign in: the user is no active member of that organization`},
		"two of them asked": {"jane@acme.example", []string{"a", "b"}, `SignIn: a session has one organization, got 2`},
	} {
		s := &spy{t: t}
		srv := emulatortest.New(s, emulatortest.Seed(peopleSeed))
		if said := s.fatal(func() { srv.SignIn(test.email, test.organization...) }); said != "emulatortest: "+test.want {
			t.Errorf("%s: the test was ended by %q, want %q", name, said, test.want)
		}
	}
}

// TestLoginOptionsTakeEffect asks the endpoints that they are for.
func TestLoginOptionsTakeEffect(t *testing.T) {
	t.Parallel()
	srv := emulatortest.New(t, emulatortest.Seed(peopleSeed), emulatortest.Login(emulator.LoginPage), emulatortest.ClientIDs("client_environment"),
		emulatortest.RedirectURIs("https://*.example.com/callback"), emulatortest.CORSOrigins("https://app.example.com"), emulatortest.CreateLocal())
	authorize := func(clientID, redirect string) int {
		query := url.Values{"client_id": {clientID}, "redirect_uri": {redirect}, "response_type": {"code"}, "provider": {"authkit"}}
		response, err := srv.Client().Get(srv.URL + "/user_management/authorize?" + query.Encode())
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	for name, test := range map[string]struct{ got, want int }{
		"the page":                  {authorize("client_environment", "https://a.example.com/callback"), 200},
		"another client":            {authorize("client_other", "https://a.example.com/callback"), 400},
		"an address of the machine": {authorize("client_environment", "http://localhost:3000/callback"), 400},
	} {
		if test.got != test.want {
			t.Errorf("%s: %d, want %d", name, test.got, test.want)
		}
	}
}
