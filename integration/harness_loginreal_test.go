package integration

import (
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// realLogins is a WorkOS with a login page of its own, on another host as AuthKit's is. Alice and Bob sign in there by their
// passwords.
type realLogins struct {
	*logins
	page *httptest.Server
}

// realPage is the login page. What it was opened with comes back with the form.
var realPage = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The real one</title><link rel="icon" href="data:,"></head><body><main>
<h1>The real WorkOS</h1>
<form method="post">
<label>Email <input name="email" type="email" value="{{.}}"></label>
<label>Password <input name="password" type="password"></label>
<button>Sign in to the real one</button>
</form></main></body></html>`))

func newRealLogins(t *testing.T) *realLogins {
	t.Helper()
	r := &realLogins{logins: newLogins(t)}
	r.page = newServer(t, r.servePage)
	r.page.Start()
	r.Knows = func(w http.ResponseWriter, request *http.Request) bool {
		r.logins.mu.Lock()
		defer r.logins.mu.Unlock()
		return r.answer(w, request)
	}
	return r
}

// answer leads to the page, and leaves the rest to logins, which does not look at the client's secret.
func (r *realLogins) answer(w http.ResponseWriter, request *http.Request) bool {
	query := request.URL.Query()
	switch path := request.URL.Path; {
	case path == "/user_management/authorize":
		http.Redirect(w, request, r.page.URL+"/?"+request.URL.RawQuery, http.StatusFound)
	case path == "/user_management/sessions/logout":
		http.Redirect(w, request, query.Get("return_to"), http.StatusFound)
	case path == "/user_management/organization_memberships":
		r.answerMemberships(w, request)
	case path == "/user_management/authenticate":
		sent := members(request)
		if secret := sent["client_secret"]; secret != "" && secret != realKey {
			refuse(w, "invalid_client")
			break
		}
		if origin := request.Header.Get("Origin"); strings.HasPrefix(origin, "http://127.0.0.1:") { // one that is allowed there too
			w.Header().Set("Access-Control-Allow-Origin", origin)
		}
		r.authenticate(w, sent)
	default:
		return r.logins.answer(w, request)
	}
	return true
}

// answerMemberships lists the membership of whoever is asked for, where WorkOS is asked with the real key.
func (r *realLogins) answerMemberships(w http.ResponseWriter, request *http.Request) {
	if request.Header.Get("Authorization") != "Bearer "+realKey {
		w.WriteHeader(http.StatusUnauthorized)
		tell(w, map[string]any{"message": "Unauthorized"})
		return
	}
	list := []any{}
	if user := request.URL.Query().Get("user_id"); user == alice.id || user == bob.id {
		list = append(list, map[string]any{
			"object": "organization_membership", "id": "om_" + user, "user_id": user, "organization_id": "org_01THEIRS", "organization_name": "Theirs", "status": "active",
			"directory_managed": false, "role": map[string]any{"slug": "member"}, "roles": []any{map[string]any{"slug": "member"}},
			"created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z",
		})
	}
	tell(w, map[string]any{"object": "list", "data": list, "list_metadata": map[string]any{"before": nil, "after": nil}})
}

// servePage signs somebody in, and sends the browser back to the application.
func (r *realLogins) servePage(w http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	if request.Method == http.MethodPost {
		for _, who := range []person{alice, bob} {
			if request.PostFormValue("email") == who.email && request.PostFormValue("password") == who.password {
				r.logins.mu.Lock()
				code := r.issue(grant{who: who, challenge: query.Get("code_challenge")})
				r.logins.mu.Unlock()
				http.Redirect(w, request, query.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {query.Get("state")}}.Encode(), http.StatusSeeOther)
				return
			}
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = realPage.Execute(w, query.Get("login_hint"))
}

// environment tells the tests in a browser of the page, and of who signs in there.
func (r *realLogins) environment() []string {
	return []string{"REAL=" + r.page.URL, fmt.Sprintf(`ALICE={"email":%q,"password":%q}`, alice.email, alice.password)}
}

// sawNothingOfThisSite checks that nothing local went to the real WorkOS: no secret, and nobody who is seeded.
func (r *realLogins) sawNothingOfThisSite(t *testing.T) {
	t.Helper()
	requests := r.take()
	if len(requests) == 0 {
		t.Error("the real WorkOS was asked nothing")
	}
	for _, request := range requests {
		for _, local := range []string{environmentKey, url.QueryEscape(loginPassword), loginPassword, "@local.example", "%40local.example", credential.SessionIDMark} {
			if strings.Contains(request.raw, local) {
				t.Errorf("the real WorkOS was sent %q: %s", local, request.raw)
			}
		}
	}
}
