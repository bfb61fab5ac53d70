package emulator

import (
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// TestWhatEndsTheSessionsOfAMember checks which sessions end: those of the user in the organization.
func TestWhatEndsTheSessionsOfAMember(t *testing.T) {
	t.Parallel()
	for request, ends := range map[string]bool{
		"PUT /om_ACTIVE/deactivate":      true,
		"DELETE /om_ACTIVE":              true,
		"DELETE /organizations/org_ACME": true,
		"PUT /om_ACTIVE":                 false,
		"PUT /om_ACTIVE/reactivate":      false,
		"PUT /om_INACTIVE/deactivate":    false,
		"DELETE /om_PENDING":             false,
	} {
		t.Run(request, func(t *testing.T) {
			t.Parallel()
			f := newMembers(t)
			f.join("om_OTHER", "user_ALICE", "org_OTHER", store.ActiveMembership)
			for id, s := range map[string]store.Session{
				"here":  {UserID: "user_ALICE", OrganizationID: "org_ACME"},
				"there": {UserID: "user_ALICE", OrganizationID: "org_OTHER"},
				"none":  {UserID: "user_ALICE"},
				"other": {UserID: "user_DAVE", OrganizationID: "org_ACME"},
			} {
				s.ID, s.ExpiresAt = id, f.now.Add(time.Hour)
				if err := f.Store.Update(func(tx *store.Txn) error { return tx.InsertSession(s) }); err != nil {
					t.Fatal(err)
				}
			}
			method, path, _ := strings.Cut(request, " ")
			if !strings.HasPrefix(path, "/organizations") {
				path = membersPath + path
			}
			if r := f.send(method, path, ""); r.Code != 200 && r.Code != 202 {
				t.Fatal(r.Code, r.Body)
			}
			for _, s := range store.Sessions.All(f.Store.View()) {
				if active := s.Active(f.now); active != !(ends && s.ID == "here") {
					t.Errorf("the session %s is active: %t", s.ID, active)
				}
			}
		})
	}
}
