package emulator

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// TestDeletedElsewhere has a real user and a real organization deleted, in which local rows have a part: what belongs to them goes, and the
// sessions in the organization end. Where the upstream refuses, or the caller is not known, nothing changes.
func TestDeletedElsewhere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target, key string
		next        http.Handler
		members     []string
		ended       bool
	}{
		"a user":                  {usersPath + "/user_REAL", acceptedKey, &recorder{status: 200, body: ""}, []string{"om_2"}, false},
		"an organization":         {"/organizations/org_REAL", acceptedKey, &recorder{status: 202, body: ""}, []string{"om_1"}, true},
		"another organization":    {"/organizations/org_X", acceptedKey, &recorder{status: 202, body: ""}, []string{"om_1", "om_2"}, false},
		"it is refused":           {"/organizations/org_REAL", acceptedKey, &recorder{status: 404, body: "{}"}, []string{"om_1", "om_2"}, false},
		"no next handler":         {"/organizations/org_REAL", acceptedKey, nil, []string{"om_1", "om_2"}, false},
		"a key that is not known": {"/organizations/org_REAL", "sk_unknown", &recorder{status: 202, body: ""}, []string{"om_1", "om_2"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newMembers(t)
			f.join("om_1", "user_REAL", "org_OTHER", store.ActiveMembership)
			f.join("om_2", "user_DAVE", "org_REAL", store.ActiveMembership)
			if err := f.Store.Update(func(tx *store.Txn) error {
				return tx.InsertSession(store.Session{Meta: store.Meta{ID: "s", CreatedAt: f.now}, UserID: "user_DAVE", OrganizationID: "org_REAL", ExpiresAt: f.now.Add(time.Hour)})
			}); err != nil {
				t.Fatal(err)
			}
			f.next = test.next
			f.send("DELETE", test.target, "", bearer(test.key))
			var left []string
			for _, m := range store.Memberships.All(f.Store.View()) {
				if m.ID == "om_1" || m.ID == "om_2" {
					left = append(left, m.ID)
				}
			}
			s, _ := store.Sessions.Get(f.Store.View(), "s")
			if fmt.Sprint(left) != fmt.Sprint(test.members) || s.Active(f.now) == test.ended {
				t.Errorf("the memberships are %v, and the session is active: %t", left, s.Active(f.now))
			}
		})
	}
}
