package emulator

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/store"
)

// TestRealMembersAreUsersOfTheOrganization lists the users of a seeded organization with a real member, whom the upstream knows, and one
// whom it does not know.
func TestRealMembersAreUsersOfTheOrganization(t *testing.T) {
	t.Parallel()
	f, next := newMembers(t), newRealWorkOS()
	f.join("om_REAL", "user_REAL", "org_ACME", store.ActiveMembership)
	f.join("om_LATE", "user_DAVE", "org_ACME", store.ActiveMembership)
	f.join("om_GONE", "user_GONE", "org_ACME", store.ActiveMembership)
	next.objects[usersPath] = `{"object":"list","data":[{"object":"user","id":"user_REAL","email":"real@real.example"}],"list_metadata":{"before":null,"after":null}}`
	f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("organization_id") != "" || r.URL.Query().Get("email") == "nobody@acme.example" { // which the upstream does not know
			w.WriteHeader(http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r)
	})
	for query, want := range map[string]string{
		"":                                   `[user_GONE "" user_DAVE "dave@acme.example" user_REAL "real@real.example" user_ALICE "alice@acme.example"]`,
		"&order=asc&limit=2":                 `[user_ALICE "alice@acme.example" user_REAL "real@real.example"]`,
		"&order=asc&limit=2&after=user_REAL": `[user_DAVE "dave@acme.example" user_GONE ""]`,
		"&limit=1&before=user_ALICE":         `[user_REAL "real@real.example"]`,
		"&email=REAL@real.example":           `[user_REAL "real@real.example"]`,
		"&email=dave@acme.example":           `[user_DAVE "dave@acme.example"]`,
		"&email=bob@acme.example":            `[]`, // he is not active
		"&email=nobody@acme.example":         `[]`,
	} {
		r := f.send("GET", usersPath+"?organization_id=org_ACME"+query, "")
		got := []string{}
		for _, u := range gjson.GetBytes(r.Body.Bytes(), "data").Array() {
			got = append(got, fmt.Sprintf("%s %q", u.Get("id"), u.Get("email").String()))
		}
		if r.Code != 200 || fmt.Sprint(got) != want {
			t.Errorf("%s: %d %s, want %s", query, r.Code, got, want)
		}
	}
	next.take()
	f.send("GET", usersPath+"?organization_id=org_ACME&email=nobody@real.example", "").want(200)
	if asked := fmt.Sprint(next.take()); asked != "[GET "+usersPath+"]" {
		t.Errorf("the members with an address were looked up by %s", asked)
	}
	if r := f.send("GET", usersPath+"?organization_id=org_ACME", "", bearer("sk_test_default")); r.Code == 200 {
		t.Error(r.Body)
	}
	if err := f.Store.Update(func(tx *store.Txn) error { return store.Memberships.Delete(tx, "om_REAL") }); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.send("GET", usersPath+"?organization_id=org_ACME&after=user_REAL", "").ids()); got != "[user_ALICE]" {
		t.Errorf("after a member who has left: %s", got)
	}
	f.send("GET", usersPath+"?organization_id=org_ACME&after=user_BOB", "").want(200)
	f.send("GET", usersPath+"?organization_id=org_ACME&after=user_NOBODY", "").want(422)
}
