package emulator

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/store"
)

// walkedMembers is the list of the members of an organization that is not local, in two of the three statuses.
func walkedMembers(user, organization func(id string) string, query string) walked {
	isListed := func(m store.Membership) bool { return m.Status != store.PendingMembership }
	return walked{
		path: membersPath + query, lossy: true,
		insert: func(tx *store.Txn, meta store.Meta) error {
			if store.Memberships.Has(tx, meta.ID) { // it has another status
				return nil
			}
			return store.Memberships.Insert(tx, store.Membership{
				Meta: meta, UserID: user(meta.ID), OrganizationID: organization(meta.ID), Status: store.ActiveMembership,
			})
		},
		delete: store.Memberships.Delete,
		ids: func(tx *store.Txn) (ids []string) {
			for _, m := range store.Memberships.All(tx) {
				if isListed(m) {
					ids = append(ids, m.ID)
				}
			}
			return ids
		},
		change: func(tx *store.Txn, id string) error {
			_, err := store.Memberships.Update(tx, id, func(m *store.Membership) error {
				all := []store.MembershipStatus{store.ActiveMembership, store.InactiveMembership, store.PendingMembership}
				m.Status = all[(slices.Index(all, m.Status)+1)%len(all)]
				return nil
			})
			return err
		},
	}
}

// walkedUsers is the list of the users of an organization that is not local.
func walkedUsers() walked {
	list := walkedMembers(func(id string) string { return strings.TrimPrefix(id, "om_") }, func(string) string { return "org_REAL" }, "")
	insert, remove, change := list.insert, list.delete, list.change
	list.path = usersPath + "?organization_id=org_REAL&"
	list.insert = func(tx *store.Txn, meta store.Meta) error {
		meta.ID = "om_" + meta.ID
		return insert(tx, meta)
	}
	list.delete = func(tx *store.Txn, id string) error { return remove(tx, "om_"+id) }
	list.change = func(tx *store.Txn, id string) error { return change(tx, "om_"+id) }
	list.ids = func(tx *store.Txn) (ids []string) {
		for _, m := range store.Memberships.All(tx) {
			if m.Status == store.ActiveMembership {
				ids = append(ids, m.UserID)
			}
		}
		return ids
	}
	return list
}

// TestMergedWalkOfMembersWhileThingsMove walks the members of an organization and the memberships of a user, while memberships are
// made and deleted, and change their status, on both sides.
func TestMergedWalkOfMembersWhileThingsMove(t *testing.T) {
	t.Parallel()
	theSame := func(id string) func(string) string { return func(string) string { return id } }
	each := func(prefix string) func(string) string { return func(id string) string { return prefix + id } }
	for name, list := range map[string]walked{
		"of an organization": walkedMembers(each("user_"), theSame("org_REAL"), "?organization_id=org_REAL&statuses=active,inactive&"),
		"users":              walkedUsers(),
		"of a user":          walkedMembers(theSame("user_REAL"), each("org_"), "?user_id=user_REAL&statuses[]=active&statuses[]=inactive&"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walkWhileThingsMove(t, list, 60)
		})
	}
}

// withoutObjects answers 404 for users and organizations.
func withoutObjects(list http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/user_management/users/") || strings.HasPrefix(r.URL.Path, "/organizations/") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		list.ServeHTTP(w, r)
	})
}
