package emulatortest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// What was recorded is replayed, with tokens that are fresh. What was not, fails the test.
func ExampleFixtures() {
	t := &exampleTest{} // in a test, it is the *testing.T
	defer t.end()

	srv := emulatortest.New(t, emulatortest.Seed(exampleSeed), emulatortest.Fixtures("testdata/workos", fixture.Replay))
	_, answer := call(srv, "POST", "/user_management/authenticate", "sk_test_ci", `{"client_id": "client_example",
		"client_secret": "x", "grant_type": "password", "email": "alice@acme.example", "password": "y"}`)
	var claims struct {
		Subject  string `json:"sub"`
		IssuedAt int64  `json:"iat"`
	}
	if err := srv.Key().Replayed().Verify(fmt.Sprint(answer["access_token"]), &claims); err != nil {
		t.Errorf("%v", err)
	}
	fmt.Println(claims.Subject, claims.IssuedAt == srv.Now().Unix())

	call(srv, "GET", "/directories", "sk_test_ci", "")
	// Output:
	// user_01JQ8ZVXV3S6F0YBGQ8J4TMNKC true
	// the test fails: emulatortest: No fixture for GET /directories: nothing was recorded for this path. Record it with mode record or once. See https://github.com/caddy-workos/caddy-workos/blob/main/docs/troubleshooting.md#501-fixture_not_found
}

// What is not emulated is the real WorkOS's, or here that of a stand-in. It sees the real key, and never the local one.
func ExampleUpstream() {
	t := &exampleTest{} // in a test, it is the *testing.T
	defer t.end()
	workos := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("WorkOS is asked for", r.URL.Path, "with", r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `{"object":"directory"}`)
	}))
	t.Cleanup(workos.Close)

	srv := emulatortest.New(t, emulatortest.Seed(exampleSeed),
		emulatortest.Upstream(workos.URL), emulatortest.APIKey("sk_real")) // in a test, the key is in the environment
	_, answer := call(srv, "GET", "/directories/directory_1", "sk_test_ci", "")
	fmt.Println(answer["object"])
	// Output:
	// WorkOS is asked for /directories/directory_1 with Bearer sk_real
	// directory
}

// A test looks at what the program under test has asked for.
func ExampleServer_Requests() {
	t := &exampleTest{} // in a test, it is the *testing.T
	defer t.end()

	srv := emulatortest.New(t, emulatortest.Seed(exampleSeed))
	call(srv, "GET", "/organizations/org_acme", "sk_test_ci", "")
	call(srv, "GET", "/organizations/org_none", "sk_test_ci", "")
	call(srv, "GET", "/directories", "sk_test_ci", "")
	for _, request := range srv.Requests() {
		fmt.Println(request)
	}
	// Output:
	// GET /organizations/org_acme: 200 from emulator
	// GET /organizations/org_none: 404 from emulator
	// GET /directories: 501 from emulator
}
