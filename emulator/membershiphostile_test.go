package emulator

import (
	"net/url"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

// memberWrites are the requests that make or change memberships and invitations.
var memberWrites = []string{
	"POST " + membersPath, "PUT " + membersPath + "/om_ACTIVE", "PUT " + membersPath + "/om_ACTIVE/deactivate", "PUT " + membersPath + "/om_ACTIVE/reactivate",
	"POST " + invitesPath, "POST " + invitesPath + "/invitation_PENDING/revoke", "POST " + invitesPath + "/invitation_PENDING/resend",
	"POST " + invitesPath + "/invitation_PENDING/accept",
}

// TestHostileBodies sends bodies that are too large, too deep or not what is meant: none is a failure of the server, and none reaches the
// upstream.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 1<<20)
	for name, body := range map[string]string{
		"10 MiB":           `{"user_id":"` + strings.Repeat("a", 10<<20) + `"}`,
		"10 MiB of spaces": strings.Repeat(" ", 10<<20),
		"deep":             strings.Repeat(`{"user_id":`, 100_000),
		"long ids":         `{"user_id":"user_DAVE","organization_id":"` + long + `","email":"` + long + `@x.example","role_slug":"` + long + `"}`,
		"a long role":      `{"user_id":"user_DAVE","organization_id":"org_ACME","email":"x@x.example","role_slug":"` + long + `"}`,
		"many roles":       `{"user_id":"user_DAVE","organization_id":"org_ACME","role_slugs":[` + strings.Repeat(`"admin",`, 100_000) + `"boss"]}`,
		"NUL":              `{"user_id":"user_DAVE\u0000","organization_id":"org_ACME","email":"a\u0000@x.example","role_slug":"admin\u0000"}`,
		"no UTF-8":         "{\"user_id\":\"user_DAVE\xff\",\"organization_id\":\"org_ACME\",\"email\":\"\xff\",\"role_slug\":\"\xff\"}",
		"twice":            `{"user_id":"user_DAVE","user_id":5,"organization_id":"org_ACME","email":"x@x.example","email":5}`,
		"array":            `[{"user_id":"user_DAVE"}]`,
		"string":           `"user_DAVE"`,
		"HTML":             `<html>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, request := range memberWrites {
				f := newInvited(t)
				method, target, _ := strings.Cut(request, " ")
				before := store.Memberships.All(f.Store.View())
				r := f.send(method, target, body)
				if r.Code >= 500 || r.Code < 400 && (strings.HasSuffix(request, "memberships") || strings.HasSuffix(request, "invitations")) {
					t.Errorf("%s: %d %.200s", request, r.Code, r.Body)
				}
				if got := len(store.Memberships.All(f.Store.View())); got > len(before) {
					t.Errorf("%s: there are %d memberships, of %d", request, got, len(before))
				}
			}
		})
	}
}

// TestHostileIDs puts what is no id, and what is a secret of ours, where an id belongs. Nothing of it reaches the upstream.
func TestHostileIDs(t *testing.T) {
	t.Parallel()
	token, err := credential.NewToken(&faulty{})
	if err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]string{"a token of ours": token, "a key of ours": "sk_test_customer", "a traversal": "../../x", "a long one": strings.Repeat("x", 100_000)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newServer(t), newRealWorkOS()
			f.next = next
			escaped := url.PathEscape(id)
			for _, request := range []string{
				"POST " + membersPath + " " + member(id, "org_ACME", ""), "POST " + membersPath + " " + member("user_ALICE", id, ""),
				"POST " + membersPath + " " + member("user_ALICE", "org_ACME", `,"role_slug":"`+id+`"`),
				"POST " + invitesPath + ` {"email":"x@x.example","organization_id":"org_ACME","inviter_user_id":"` + id + `"}`,
				"GET " + invitesPath + "/by_token/" + escaped, "GET " + membersPath + "/" + escaped, "PUT " + membersPath + "/" + escaped + "/deactivate",
				"GET /connections/" + escaped, "GET /authorization/roles/" + escaped, "GET /authorization/organizations/org_ACME/roles/" + escaped,
				"GET " + membersPath + "?user_id=" + url.QueryEscape(id),
			} {
				method, rest, _ := strings.Cut(request, " ")
				target, body, _ := strings.Cut(rest, " ")
				if r := f.send(method, target, body); r.Code >= 500 || r.Code < 400 {
					if r.Code != 200 || !strings.Contains(target, "?") { // a list of nothing
						t.Errorf("%.200s: %d %.200s", request, r.Code, r.Body)
					}
				}
			}
			for _, asked := range next.take() {
				if strings.Contains(asked, token) || strings.Contains(asked, "sk_test_customer") || name == "a traversal" && strings.HasPrefix(asked, "GET /x") {
					t.Errorf("the upstream was asked %.200s", asked)
				}
			}
		})
	}
}
