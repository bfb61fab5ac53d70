package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/store"
)

const membersPath = "/user_management/organization_memberships"

// memberRoleSeed has roles for members of org_ACME and org_OTHER.
const memberRoleSeed = `
organizations:
  - {id: org_ACME, name: Acme Corp}
  - {id: org_OTHER, name: Other Inc}
users:
  - {id: user_ALICE, email: alice@acme.example, first_name: Alice, last_name: Doe}
  - {id: user_BOB, email: bob@acme.example}
  - {id: user_CAROL, email: carol@acme.example}
  - {id: user_DAVE, email: dave@acme.example}
roles:
  - {slug: viewer, name: Viewer}
  - {slug: admin, name: Administrator, priority: 2}
  - {slug: member, name: Member}
  - {slug: post-editor, name: Editor, resource_type_slug: post}
  - {slug: org-owner, name: Owner, organization_id: org_ACME, priority: 9}
`

// newMembers has a member of org_ACME in each status.
func newMembers(t testing.TB, change ...func(*Options)) *server {
	t.Helper()
	f := newSeeded(t, memberRoleSeed, change...)
	f.join("om_ACTIVE", "user_ALICE", "org_ACME", store.ActiveMembership, "viewer", "admin")
	f.join("om_INACTIVE", "user_BOB", "org_ACME", store.InactiveMembership, "viewer")
	f.join("om_PENDING", "user_CAROL", "org_ACME", store.PendingMembership, "member")
	return f
}

// join adds a membership.
func (f *server) join(id, user, organization string, status store.MembershipStatus, roles ...string) {
	f.t.Helper()
	err := f.Store.Update(func(tx *store.Txn) error {
		return store.Memberships.Insert(tx, store.Membership{
			Meta: store.Meta{ID: id, CreatedAt: f.now, UpdatedAt: f.now}, UserID: user, OrganizationID: organization, Status: status, RoleSlugs: roles,
		})
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func member(user, organization, more string) string {
	return fmt.Sprintf(`{"user_id":%q,"organization_id":%q%s}`, user, organization, more)
}

// TestMembershipCodes has the answer to each request, without an upstream.
func TestMembershipCodes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request, body string
		status        int
		code          string // of the error, or the status of the membership
	}{
		"list of nobody":             {"GET " + membersPath, "", 400, "missing_user_id_or_organization_id"},
		"list, bad status":           {"GET " + membersPath + "?user_id=user_ALICE&statuses=active,gone", "", 422, "invalid_request_parameters"},
		"list of nobody, bad limit":  {"GET " + membersPath + "?limit=0", "", 400, "missing_user_id_or_organization_id"},
		"list, bad limit":            {"GET " + membersPath + "?user_id=user_ALICE&limit=0", "", 422, "invalid_request_parameters"},
		"list of an unknown user":    {"GET " + membersPath + "?user_id=user_NONE", "", 404, "entity_not_found"},
		"list of an unknown one":     {"GET " + membersPath + "?organization_id=org_NONE", "", 404, "entity_not_found"},
		"get":                        {"GET " + membersPath + "/om_ACTIVE", "", 200, "active"},
		"get, unknown":               {"GET " + membersPath + "/om_NONE", "", 404, "entity_not_found"},
		"create":                     {"POST " + membersPath, member("user_DAVE", "org_ACME", ""), 201, "active"},
		"create, role":               {"POST " + membersPath, member("user_DAVE", "org_ACME", `,"role_slug":"org-owner"`), 201, "active"},
		"create, roles":              {"POST " + membersPath, member("user_DAVE", "org_ACME", `,"role_slugs":["viewer","admin"]`), 201, "active"},
		"create, nulls":              {"POST " + membersPath, member("user_DAVE", "org_ACME", `,"role_slug":null,"role_slugs":null`), 201, "active"},
		"create, active":             {"POST " + membersPath, member("user_ALICE", "org_ACME", ""), 400, "organization_membership_already_exists"},
		"create, inactive":           {"POST " + membersPath, member("user_BOB", "org_ACME", `,"role_slug":"admin"`), 201, "active"},
		"create, pending":            {"POST " + membersPath, member("user_CAROL", "org_ACME", ""), 400, "cannot_reactivate_pending_organization_membership"},
		"create, no user":            {"POST " + membersPath, member("user_NONE", "org_ACME", ""), 404, "entity_not_found"},
		"create, no organization":    {"POST " + membersPath, member("user_ALICE", "org_NONE", ""), 404, "entity_not_found"},
		"create, neither":            {"POST " + membersPath, member("user_NONE", "org_NONE", ""), 404, "entity_not_found"},
		"create, unknown role":       {"POST " + membersPath, member("user_DAVE", "org_ACME", `,"role_slug":"boss"`), 422, "invalid_role"},
		"create, one unknown role":   {"POST " + membersPath, member("user_DAVE", "org_ACME", `,"role_slugs":["admin","boss"]`), 422, "invalid_role"},
		"create, role of another":    {"POST " + membersPath, member("user_DAVE", "org_OTHER", `,"role_slug":"org-owner"`), 422, "invalid_role"},
		"create, role of a resource": {"POST " + membersPath, member("user_DAVE", "org_ACME", `,"role_slug":"post-editor"`), 422, "sub_resource_scoped_role_not_allowed"},
		"create, empty role":         {"POST " + membersPath, member("user_DAVE", "org_ACME", `,"role_slug":""`), 422, "invalid_role"},
		"create, no roles":           {"POST " + membersPath, member("user_DAVE", "org_ACME", `,"role_slugs":[]`), 422, "invalid_request_parameters"},
		"create, both":               {"POST " + membersPath, member("user_DAVE", "org_ACME", `,"role_slug":"admin","role_slugs":["admin"]`), 422, "invalid_request_parameters"},
		"create, missing user":       {"POST " + membersPath, `{"organization_id":"org_ACME"}`, 422, "invalid_request_parameters"},
		"create, nothing":            {"POST " + membersPath, `{}`, 422, "invalid_request_parameters"},
		"create, wrong types":        {"POST " + membersPath, `{"user_id":5,"organization_id":["org_ACME"],"role_slug":{},"role_slugs":[1]}`, 422, "invalid_request_parameters"},
		"create, no JSON":            {"POST " + membersPath, `{"user_id":`, 400, "invalid_request_body"},
		"create, an array":           {"POST " + membersPath, `[]`, 400, "invalid_request_body"},
		"update":                     {"PUT " + membersPath + "/om_ACTIVE", `{"role_slug":"member"}`, 200, "active"},
		"update, inactive":           {"PUT " + membersPath + "/om_INACTIVE", `{"role_slugs":["member","admin"]}`, 200, "inactive"},
		"update, nothing":            {"PUT " + membersPath + "/om_ACTIVE", `{}`, 200, "active"},
		"update, empty body":         {"PUT " + membersPath + "/om_ACTIVE", "", 200, "active"},
		"update, unknown role":       {"PUT " + membersPath + "/om_ACTIVE", `{"role_slug":"boss"}`, 422, "invalid_role"},
		"update, wrong types":        {"PUT " + membersPath + "/om_ACTIVE", `{"role_slugs":"admin"}`, 422, "invalid_request_parameters"},
		"update, role of a resource": {"PUT " + membersPath + "/om_ACTIVE", `{"role_slug":"post-editor"}`, 422, "sub_resource_scoped_role_not_allowed"},
		"update, unknown":            {"PUT " + membersPath + "/om_NONE", `{}`, 404, "entity_not_found"},
		"deactivate":                 {"PUT " + membersPath + "/om_ACTIVE/deactivate", "", 200, "inactive"},
		"deactivate, inactive":       {"PUT " + membersPath + "/om_INACTIVE/deactivate", "{}", 200, "inactive"},
		"deactivate, pending":        {"PUT " + membersPath + "/om_PENDING/deactivate", "", 400, "cannot_deactivate_pending_organization_membership"},
		"deactivate, unknown":        {"PUT " + membersPath + "/om_NONE/deactivate", "", 404, "entity_not_found"},
		"reactivate":                 {"PUT " + membersPath + "/om_INACTIVE/reactivate", "", 200, "active"},
		"reactivate, active":         {"PUT " + membersPath + "/om_ACTIVE/reactivate", "null", 200, "active"},
		"reactivate, pending":        {"PUT " + membersPath + "/om_PENDING/reactivate", "", 400, "cannot_reactivate_pending_organization_membership"},
		"reactivate, unknown":        {"PUT " + membersPath + "/om_NONE/reactivate", "", 404, "entity_not_found"},
		"delete, unknown":            {"DELETE " + membersPath + "/om_NONE", "", 404, "entity_not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newMembers(t)
			method, target, _ := strings.Cut(test.request, " ")
			before := store.Memberships.All(f.Store.View())
			got := f.send(method, target, test.body).want(test.status)
			if code, status := got["code"], got["status"]; code != test.code && status != test.code {
				t.Errorf("it is %v", got)
			}
			if test.status >= 400 && !slices.EqualFunc(store.Memberships.All(f.Store.View()), before, sameMembership) {
				t.Error("the memberships have changed")
			}
		})
	}
}

func sameMembership(a, b store.Membership) bool {
	return a.ID == b.ID && a.Status == b.Status && slices.Equal(a.RoleSlugs, b.RoleSlugs) && a.UpdatedAt.Equal(b.UpdatedAt)
}

// TestMembershipMessages has the texts that apps match on.
func TestMembershipMessages(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	for request, want := range map[string]string{
		"GET /om_NONE": "Organization Membership not found: 'om_NONE'.",
		`POST  {"user_id":"user_DAVE","organization_id":"org_ACME","role_slug":"boss"}`: "Role 'boss' is not a valid role.",
	} {
		method, rest, _ := strings.Cut(request, " ")
		path, body, _ := strings.Cut(rest, " ")
		r := f.send(method, membersPath+path, body)
		if got := gjson.GetBytes(r.Body.Bytes(), "message").String(); got != want {
			t.Errorf("%s: %q", request, got)
		}
	}
	r := f.send("POST", membersPath, `{"user_id":""}`)
	if got := gjson.GetBytes(r.Body.Bytes(), "errors.#.code").Raw; got != `["user_id_string_required","organization_id_string_required"]` {
		t.Errorf("the codes are %s", got)
	}
	r = f.send("POST", membersPath, member("user_DAVE", "org_ACME", `,"role_slug":"post-editor"`))
	if got := gjson.GetBytes(r.Body.Bytes(), "role_slug").String(); got != "post-editor" {
		t.Errorf("it is %s", r.Body)
	}
}

// TestMembershipWire has all members of the object.
func TestMembershipWire(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	compareGolden(t, "membership", "200", f.send("GET", membersPath+"/om_ACTIVE", "").Body.Bytes())
	compareGolden(t, "membership_activated", "201", f.send("POST", membersPath, member("user_BOB", "org_ACME", `,"role_slug":"org-owner"`)).Body.Bytes())
}

// TestMembershipDelete answers 200 without a body and without a type, and the same user can be a member again.
func TestMembershipDelete(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	r := f.send("DELETE", membersPath+"/om_ACTIVE", "")
	if r.Code != 200 || r.Body.Len() != 0 || r.Header().Get("Content-Type") != "" {
		t.Errorf("%d %s %v", r.Code, r.Body, r.Header())
	}
	f.send("GET", membersPath+"/om_ACTIVE", "").want(404)
	f.send("DELETE", membersPath+"/om_ACTIVE", "").want(404)
	if got := f.send("POST", membersPath, member("user_ALICE", "org_ACME", "")).want(201); got["id"] == "om_ACTIVE" {
		t.Error(got)
	}
}

// TestMembershipFilters has what each query lists, newest first.
func TestMembershipFilters(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	f.join("om_ELSE", "user_ALICE", "org_REAL", store.ActiveMembership, "member")
	f.join("om_FOREIGN", "user_REAL", "org_OTHER", store.InactiveMembership)
	for query, want := range map[string]string{
		"organization_id=org_ACME":                                                    "[om_ACTIVE]",
		"organization_id=org_ACME&statuses=active,inactive":                           "[om_INACTIVE om_ACTIVE]",
		"organization_id=org_ACME&statuses=pending&statuses=inactive":                 "[om_PENDING om_INACTIVE]",
		"organization_id=org_ACME&statuses[]=pending&statuses[]=active":               "[om_PENDING om_ACTIVE]",
		"organization_id=org_ACME&statuses=pending&order=asc":                         "[om_PENDING]",
		"organization_id=org_ACME&statuses=":                                          "[om_ACTIVE]",
		"organization_id=org_ACME&statuses=active,inactive,pending&order=asc":         "[om_ACTIVE om_INACTIVE om_PENDING]",
		"user_id=user_ALICE":                                                          "[om_ELSE om_ACTIVE]",
		"user_id=user_ALICE&organization_id=org_ACME":                                 "[om_ACTIVE]",
		"user_id=user_ALICE&organization_id=org_REAL":                                 "[om_ELSE]",
		"user_id=user_ALICE&organization_id=org_NONE":                                 "[]",
		"user_id=user_DAVE":                                                           "[]",
		"organization_id=org_REAL":                                                    "[om_ELSE]",
		"organization_id=org_OTHER":                                                   "[]",
		"user_id=user_REAL&statuses=inactive":                                         "[om_FOREIGN]",
		"organization_id=org_ACME&statuses=active,inactive,pending&after=om_INACTIVE": "[om_ACTIVE]",
	} {
		if got := fmt.Sprint(f.send("GET", membersPath+"?"+query, "").ids()); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	wantField(t, f.send("GET", membersPath+"?organization_id=org_ACME&after=om_ELSE", ""), "after") // of another list
	wantField(t, f.send("GET", membersPath+"?user_id=user_ALICE&user_id=user_BOB", ""), "user_id")
}

// TestRoleOfAMembership has `role` and `roles` in the order of the environment, and those of a new membership.
func TestRoleOfAMembership(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	for more, want := range map[string]string{
		"":                         `{"role":{"slug":"member"},"roles":[{"slug":"member"}]}`,
		`,"role_slug":"org-owner"`: `{"role":{"slug":"org-owner"},"roles":[{"slug":"org-owner"}]}`,
		`,"role_slugs":["member","viewer","org-owner","admin","viewer"]`: `{"role":{"slug":"org-owner"},"roles":[{"slug":"org-owner"},{"slug":"admin"},{"slug":"viewer"},{"slug":"member"}]}`,
	} {
		r := f.send("POST", membersPath, member("user_DAVE", "org_ACME", more))
		made := r.want(201)["id"].(string)
		if got := gjson.GetBytes(r.Body.Bytes(), "{role,roles}").Raw; got != want {
			t.Errorf("%s: %s, want %s", more, got, want)
		}
		f.send("DELETE", membersPath+"/"+made, "").want(200)
	}
}

// TestUnchangedMembershipKeepsItsTime checks the updates that change nothing.
func TestUnchangedMembershipKeepsItsTime(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	f.now = f.now.Add(time.Hour)
	for _, target := range []string{"/om_ACTIVE", "/om_ACTIVE/reactivate", "/om_INACTIVE/deactivate", "/om_INACTIVE/reactivate"} {
		got := f.send("PUT", membersPath+target, "").want(200)
		if changes := target == "/om_INACTIVE/reactivate"; got["updated_at"] != got["created_at"] != changes {
			t.Errorf("%s: %v", target, got)
		}
	}
}

// TestTwoJoinAtOnce has concurrent requests make one membership: one wins.
func TestTwoJoinAtOnce(t *testing.T) {
	t.Parallel()
	for round := range 20 {
		f := newMembers(t)
		user := []string{"user_DAVE", "user_BOB"}[round%2] // not a member, and an inactive one
		codes := make([]int, 4)
		var all sync.WaitGroup
		for i := range codes {
			all.Go(func() { codes[i] = f.send("POST", membersPath, member(user, "org_ACME", "")).Code })
		}
		all.Wait()
		slices.Sort(codes)
		if !slices.Equal(codes, []int{201, 400, 400, 400}) {
			t.Fatalf("the statuses are %v", codes)
		}
		if m, ok := f.Store.View().MembershipOf(user, "org_ACME"); !ok || m.Status != store.ActiveMembership {
			t.Fatalf("the membership is %+v", m)
		}
	}
}

// TestMembershipOfADeletedOne deletes what a membership refers to: before, between the check and the insert, and after.
func TestMembershipOfADeletedOne(t *testing.T) {
	t.Parallel()
	for _, owner := range []string{"user_DAVE", "org_ACME"} {
		remove := func(f *server) {
			err := f.Store.Update(func(tx *store.Txn) error {
				if owner == "org_ACME" {
					return store.Organizations.Delete(tx, owner)
				}
				return store.Users.Delete(tx, owner)
			})
			if err != nil {
				t.Error(err)
			}
		}
		random := &deletion{Reader: &faulty{}}
		f := newMembers(t, func(o *Options) { o.Random = random })
		random.delete = func() { remove(f) }
		body := member("user_DAVE", "org_ACME", "")
		if got := f.send("POST", membersPath, body).want(404); got["entity_id"] != owner {
			t.Error(got)
		}
		if got := f.send("POST", membersPath, body).want(404); got["entity_id"] != owner {
			t.Error(got)
		}
		if _, ok := f.Store.View().MembershipOf("user_DAVE", "org_ACME"); ok {
			t.Error("there is a membership")
		}

		f = newMembers(t)
		id := f.send("POST", membersPath, body).want(201)["id"].(string)
		remove(f)
		f.send("GET", membersPath+"/"+id, "").want(404)
		f.send("PUT", membersPath+"/"+id+"/deactivate", "").want(404)
	}
}

// TestMembershipOfADeletedRole shows the role that the membership still has.
func TestMembershipOfADeletedRole(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	err := f.Store.Update(func(tx *store.Txn) error {
		role, _ := tx.EnvironmentRole("admin")
		return store.Roles.Delete(tx, role.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	r := f.send("GET", membersPath+"/om_ACTIVE", "")
	if got := gjson.GetBytes(r.Body.Bytes(), "roles.#.slug").Raw; r.Code != http.StatusOK || got != `["viewer","admin"]` {
		t.Errorf("%d %s", r.Code, r.Body)
	}
}
