package emulatortest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
)

// exampleSeed is what the servers of the examples hold at their start.
const exampleSeed = `
organizations:
  - {id: org_acme, name: Acme}
connectApplications:
  - {name: Backend, organization: Acme, client_id: client_backend, client_secret: s3cret, scopes: ["posts:read"]}
apiKeys:
  - {id: api_key_ci, name: CI, organization: Acme, value: sk_test_ci, upstream: true}
  - {id: api_key_old, name: Old, organization: Acme, value: sk_test_old, expires_at: 2030-01-01T00:00:00Z}
`

// exampleTest stands for a *testing.T, which an example does not have.
type exampleTest struct{ cleanups []func() }

func (t *exampleTest) Helper()                      {}
func (t *exampleTest) Logf(string, ...any)          {}
func (t *exampleTest) Cleanup(f func())             { t.cleanups = append(t.cleanups, f) }
func (t *exampleTest) Errorf(f string, args ...any) { fmt.Printf("the test fails: "+f+"\n", args...) }
func (t *exampleTest) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }
func (t *exampleTest) Context() context.Context     { return context.Background() }

func (t *exampleTest) end() {
	for _, f := range slices.Backward(t.cleanups) {
		f()
	}
}

// call sends a request, and returns the answer's status and body.
func call(srv *emulatortest.Server, method, path, key, body string) (int, map[string]any) {
	r, err := http.NewRequest(method, srv.URL+path, bytes.NewBufferString(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	response, err := srv.Client().Do(r)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	_ = json.NewDecoder(response.Body).Decode(&answer) // there may be none
	return response.StatusCode, answer
}

// A client exchanges its credentials for a token, by the OAuth library that it uses anyhow.
func ExampleNew() {
	t := &exampleTest{} // in a test, it is the *testing.T
	defer t.end()

	srv := emulatortest.New(t, emulatortest.Seed(exampleSeed))
	config := clientcredentials.Config{
		ClientID: "client_backend", ClientSecret: "s3cret", TokenURL: srv.URL + "/oauth2/token",
	}
	token, err := config.Token(t.Context())
	if err != nil {
		t.Fatalf("%v", err)
	}

	var claims struct {
		Organization string `json:"org_id"`
		Scope        string
	}
	if err := srv.Key().Verify(token.AccessToken, &claims); err != nil {
		t.Errorf("%v", err)
	}
	fmt.Println(claims.Organization, claims.Scope)
	// Output: org_acme posts:read
}

// A service that verifies tokens is given one without a client, and its key set without a request.
func ExampleServer_Token() {
	t := &exampleTest{} // in a test, it is the *testing.T
	defer t.end()

	srv := emulatortest.New(t, emulatortest.Seed(exampleSeed), emulatortest.Audience("client_environment"))
	keys := oidc.NewRemoteKeySet(t.Context(), srv.URL+"/oauth2/jwks")
	verifier := oidc.NewVerifier(srv.URL, keys, &oidc.Config{ClientID: "client_environment", Now: srv.Now})

	token, err := verifier.Verify(t.Context(), srv.Token("client_backend", "posts:read"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	fmt.Println(token.Subject)

	forged, err := srv.Key().Sign(map[string]any{"iss": "https://example.com", "aud": "client_environment"})
	if err != nil {
		t.Fatalf("%v", err)
	}
	_, err = verifier.Verify(t.Context(), forged)
	fmt.Println(err != nil)
	// Output:
	// client_backend
	// true
}

// Tokens and API keys expire when the test says so.
func ExampleServer_Advance() {
	t := &exampleTest{} // in a test, it is the *testing.T
	defer t.end()

	srv := emulatortest.New(t, emulatortest.Seed(exampleSeed))
	token := srv.Token("client_backend", "")
	isActive := func() any {
		_, answer := call(srv, "POST", "/oauth2/introspection", "",
			`{"client_id":"client_backend","client_secret":"s3cret","token":"`+token+`"}`)
		return answer["active"]
	}
	fmt.Println(isActive())
	srv.Advance(time.Hour)
	fmt.Println(isActive())

	srv.SetTime(time.Date(2031, time.January, 1, 0, 0, 0, 0, time.UTC))
	_, answer := call(srv, "POST", "/api_keys/validations", "sk_test_ci", `{"value":"sk_test_old"}`)
	fmt.Println(answer["api_key"])
	// Output:
	// true
	// false
	// <nil>
}

// An API key that is revoked is valid again in the next part of the test.
func ExampleServer_Reset() {
	t := &exampleTest{} // in a test, it is the *testing.T
	defer t.end()

	srv := emulatortest.New(t, emulatortest.Seed(exampleSeed))
	status, _ := call(srv, "DELETE", "/api_keys/api_key_ci", "sk_test_ci", "")
	fmt.Println(status)
	status, _ = call(srv, "GET", "/organizations/org_acme", "sk_test_ci", "")
	fmt.Println(status)

	srv.Reset()
	status, _ = call(srv, "GET", "/organizations/org_acme", "sk_test_ci", "")
	fmt.Println(status)
	// Output:
	// 204
	// 401
	// 200
}

// WorkOS is out of order for two requests: does the client try again?
func ExampleServer_Fail() {
	t := &exampleTest{} // in a test, it is the *testing.T
	defer t.end()

	srv := emulatortest.New(t, emulatortest.Seed(exampleSeed))
	srv.Fail(fault.Hook{Method: "GET", Path: "/organizations/*", Status: http.StatusServiceUnavailable, Count: 2})
	for range 3 {
		status, _ := call(srv, "GET", "/organizations/org_acme", "sk_test_ci", "")
		fmt.Println(status)
	}
	// Output:
	// 503
	// 503
	// 200
}
