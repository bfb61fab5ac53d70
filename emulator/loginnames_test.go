package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// TestOrganizationsToChooseHaveNames has a user who is a member of a seeded and of two real organizations, one of which is not known.
func TestOrganizationsToChooseHaveNames(t *testing.T) {
	t.Parallel()
	const unnamed = "[Acme Corp org_REAL org_GONE]"
	broken := map[string]http.Handler{
		"nobody": nil, "fails": &recorder{status: 500}, "no object": &recorder{status: 200, body: `[]`}, "another": &recorder{status: 200, body: `{"id":"org_X","name":"X"}`},
		"hangs": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
	}
	for name, next := range failures(t) {
		broken[name] = next
	}
	for name, next := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := choose(t, next, acceptedKey); got != unnamed {
				t.Error(got)
			}
		})
	}
	for key, want := range map[string]string{
		acceptedKey:        "[Acme Corp Real Inc org_GONE] [GET /organizations/org_REAL GET /organizations/org_GONE]",
		"sk_test_upstream": "[Acme Corp Real Inc org_GONE] [GET /organizations/org_REAL GET /organizations/org_GONE]",
		"sk_test_customer": unnamed + " []", // it does not stand for the real key
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			next := newRealWorkOS()
			if got := choose(t, next, key); fmt.Sprint(got, " ", next.take()) != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

// choose signs Alice in with a key in the body, and returns the names of the organizations that she may choose.
func choose(t *testing.T, next http.Handler, key string) string {
	t.Helper()
	f := newServer(t, func(o *Options) { o.ListTimeout = 200 * time.Millisecond }).withLogins()
	f.join("om_1", "user_ALICE", "org_REAL", store.ActiveMembership)
	f.join("om_2", "user_ALICE", "org_GONE", store.ActiveMembership)
	f.next = next
	asked := f.send("POST", authenticatePath, passwordLogin("alice@acme.example", "secret", key), anonymous).want(403)
	names := []string{}
	for _, o := range asked["organizations"].([]any) {
		names = append(names, o.(map[string]any)["name"].(string))
	}
	return "[" + strings.Join(names, " ") + "]"
}
