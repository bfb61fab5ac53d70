package caddymodule

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/screen"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
)

const loginsSeed = `organizations: [{name: Acme, id: org_acme, memberships: [{email: jane@acme.example}]}]
users: [{email: jane@acme.example, email_verified: true, password: correct-horse-battery}]
apiKeys: {sk_test_of_the_logins: {environment: test}}
`

// TestRequestLogOfLogins sends what is secret about logins in every place of a request: its line on the screen has the route and the error
// code alone.
func TestRequestLogOfLogins(t *testing.T) {
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	if err := os.WriteFile(seed, []byte(loginsSeed), 0o600); err != nil {
		t.Fatal(err)
	}
	c := run(t, fmt.Sprintf("workos {\nseed %s\nlogin first\nclient_id client_logins\n}", seed))
	var mu sync.Mutex
	var lines, routes []string
	requestlog.Subscribe(func(r requestlog.Request) {
		mu.Lock()
		defer mu.Unlock()
		lines, routes = append(lines, screen.Style{}.Request(r)), append(routes, r.Route+" "+r.Code)
	})
	defer requestlog.Subscribe(nil)

	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	base := fmt.Sprintf("http://127.0.0.1:%d", c.port)
	ask := func(method, target, body string) *http.Response {
		t.Helper()
		r, err := http.NewRequest(method, base+target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer sk_test_of_the_logins")
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		return answer
	}
	const state = "state-of-the-application-1"
	authorized := ask("GET", "/user_management/authorize?client_id=client_logins&response_type=code&provider=authkit&redirect_uri=http://localhost/cb&login_hint=jane@acme.example&state="+state, "")
	to, err := authorized.Location()
	if err != nil || to.Query().Get("code") == "" || to.Query().Get("state") != state {
		t.Fatalf("%d, %v", authorized.StatusCode, authorized.Header)
	}
	code := to.Query().Get("code")
	ask("GET", "/user_management/sessions/logout?session_id="+code+"&return_to=http://localhost/", "")
	ask("GET", "/user_management/authorize?client_id=client_logins&invitation_token="+code+"&code="+code, "")
	ask("POST", "/user_management/authenticate", `{"grant_type":"authorization_code","client_id":"client_logins","client_secret":"wrong-secret-of-the-test","code":"`+code+`"}`)
	ask("POST", "/user_management/authenticate", `{"grant_type":"password","client_id":"client_logins","client_secret":"sk_test_of_the_logins","email":"jane@acme.example","password":"wrong-password-of-the-test"}`)
	ask("POST", "/user_management/authenticate", `{"grant_type":"password","client_id":"client_logins","client_secret":"sk_test_of_the_logins","email":"jane@acme.example","password":"correct-horse-battery"}`)
	ask("GET", "/user_management/invitations/by_token/"+code, "")
	ask("GET", "/user_management/sessions/"+code, "")
	ask("GET", "/"+code+"/"+code, "")

	mu.Lock()
	defer mu.Unlock()
	said := strings.Join(lines, "\n")
	for _, secret := range []string{code, code[:20], state, "jane@", "wrong-secret", "wrong-password", "correct-horse", "sk_test_of", "?", "return_to"} {
		if strings.Contains(said, secret) {
			t.Errorf("%q is in\n%s", secret, said)
		}
	}
	for _, want := range []string{"POST /user_management/authenticate invalid_client", "POST /user_management/authenticate invalid_credentials"} {
		if !strings.Contains(strings.Join(routes, "\n"), want) {
			t.Errorf("there is no %q in %q", want, routes)
		}
	}
	if !strings.Contains(said, "/user_management/invitations/by_token/[redacted] 404") || !strings.Contains(said, "invalid_credentials client_logins") {
		t.Errorf("the lines are\n%s", said)
	}
}
