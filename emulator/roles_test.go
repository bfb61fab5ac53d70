package emulator

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

const roleSeed = `
permissions: [{slug: "posts:read", name: Read}, {slug: "posts:write", name: Write, description: Writes., resource_type_slug: post}]
roles:
  - {slug: member, name: Member}
  - {slug: admin, name: Administrator, priority: 2, permissions: ["posts:write", "posts:read"]}
  - {slug: guest, name: Guest}
  - {slug: org-editor, name: Editor, organization_id: org_ACME}
`

// TestRoles has those of the environment by their priority, and behind them the upstream's, of which a local one of the same slug
// hides one.
func TestRoles(t *testing.T) {
	t.Parallel()
	f := newSeeded(t, roleSeed)
	slugs := func(r response) (found []string) {
		r.want(http.StatusOK)
		for _, slug := range gjson.GetBytes(r.Body.Bytes(), "data.#.slug").Array() {
			found = append(found, slug.String())
		}
		return found
	}
	if got := slugs(f.send("GET", "/authorization/roles", "")); !slices.Equal(got, []string{"admin", "member", "guest"}) {
		t.Errorf("the roles are %v", got)
	}
	next := &recorder{status: 200, body: `{"object":"list","data":[{"slug":"admin","name":"Theirs"},{"slug":"owner"}]}`}
	f.next = next
	r := f.send("GET", "/authorization/roles", "")
	if got := slugs(r); !slices.Equal(got, []string{"admin", "member", "guest", "owner"}) || r.Header().Get("X-Workos-Source") != "merged" {
		t.Errorf("with an upstream they are %v, from %s", got, r.Header().Get("X-Workos-Source"))
	}
	if gjson.GetBytes(r.Body.Bytes(), "list_metadata").Exists() || gjson.GetBytes(r.Body.Bytes(), "data.0.permissions.1").String() != "posts:read" {
		t.Errorf("it is %s", r.Body)
	}
	next.status, next.body = 403, `{"message":"theirs"}`
	f.send("GET", "/authorization/roles", "").want(403)
}

// TestPermissions walks the list with pages.
func TestPermissions(t *testing.T) {
	t.Parallel()
	f := newSeeded(t, roleSeed)
	first := f.send("GET", "/authorization/permissions?limit=1", "")
	first.want(http.StatusOK)
	after := gjson.GetBytes(first.Body.Bytes(), "list_metadata.after").String()
	second := f.send("GET", "/authorization/permissions?limit=1&after="+after, "")
	second.want(http.StatusOK)
	for r, want := range map[*response]string{
		&first:  `{"slug":"posts:write","description":"Writes.","system":false,"resource_type_slug":"post"}`,
		&second: `{"slug":"posts:read","description":null,"system":false,"resource_type_slug":"organization"}`,
	} {
		if got := gjson.GetBytes(r.Body.Bytes(), "data.0.{slug,description,system,resource_type_slug}").Raw; got != want {
			t.Errorf("it is %s, want %s", got, want)
		}
	}
}

// TestRoleBySlug has roles of the environment and of organizations.
func TestRoleBySlug(t *testing.T) {
	t.Parallel()
	f := newConnected(t) // org_REAL has a local connection
	for target, want := range map[string]string{
		"/authorization/roles/admin":                             "200 admin EnvironmentRole",
		"/authorization/roles/org-owner":                         "404 Role not found: 'org-owner'.",
		"/authorization/roles/none":                              "404 Role not found: 'none'.",
		"/authorization/organizations/org_ACME/roles/org-owner":  "200 org-owner OrganizationRole",
		"/authorization/organizations/org_ACME/roles/admin":      "200 admin EnvironmentRole",
		"/authorization/organizations/org_ACME/roles/none":       "404 Role not found: 'none'.",
		"/authorization/organizations/org_OTHER/roles/org-owner": "404 Role not found: 'org-owner'.",
		"/authorization/organizations/org_REAL/roles/none":       "404 Role not found: 'none'.",
		"/authorization/organizations/org_NONE/roles/admin":      "404 Organization not found: 'org_NONE'.",
	} {
		r := f.send("GET", target, "")
		body := gjson.ParseBytes(r.Body.Bytes())
		got := fmt.Sprint(r.Code, " ", body.Get("slug").String(), " ", body.Get("type").String())
		if r.Code >= 400 {
			got = fmt.Sprint(r.Code, " ", body.Get("message").String())
		}
		if got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}

// TestRolesOfAnOrganization has its own roles among those of the environment, by their priority, without pages.
func TestRolesOfAnOrganization(t *testing.T) {
	t.Parallel()
	const ofACME = `["org-owner","admin","viewer","member","post-editor"]`
	f := newMembers(t)
	check := func(organization string, status int, want, source string) {
		t.Helper()
		r := f.send("GET", "/authorization/organizations/"+organization+"/roles", "")
		got := gjson.GetBytes(r.Body.Bytes(), "data.#.slug").Raw
		if from := r.Header().Get("X-Workos-Source"); r.Code != status || got != want || from != source {
			t.Errorf("%s: %d %s from %s, want %s", organization, r.Code, r.Body, from, want)
		}
		if gjson.GetBytes(r.Body.Bytes(), "list_metadata").Exists() {
			t.Errorf("there is list_metadata: %s", r.Body)
		}
	}
	check("org_ACME", 200, ofACME, "emulator")
	check("org_OTHER", 200, `["admin","viewer","member","post-editor"]`, "emulator")
	check("org_NONE", 404, "", "emulator")

	next := newRealWorkOS()
	next.objects["/authorization/roles"] = `{"object":"list","data":[{"slug":"admin"},{"slug":"theirs"}]}`
	next.objects["/authorization/organizations/org_REAL/roles"] = `{"object":"list","data":[{"slug":"org-real"},{"slug":"admin"}]}`
	f.next = next
	check("org_ACME", 200, strings.Replace(ofACME, "]", `,"theirs"]`, 1), "merged") // a local organization has their roles of the environment
	check("org_REAL", 200, `["admin","viewer","member","post-editor","org-real"]`, "merged")
	check("org_NONE", 404, "", "upstream")

	for name, failing := range failures(t) {
		f.next = failing
		f.logs.TakeAll()
		check("org_ACME", 200, ofACME, "emulator")
		if len(f.logs.FilterMessageSnippet("local owner").All()) != 1 {
			t.Errorf("%s: the log says %v", name, f.logs.All())
		}
		if r := f.send("GET", "/authorization/organizations/org_REAL/roles", ""); r.Code < 400 && name != "not a list" {
			t.Errorf("%s, of a real organization: %d %s", name, r.Code, r.Body)
		}
	}
}

func TestPermissionBySlug(t *testing.T) {
	t.Parallel()
	f := newSeeded(t, roleSeed)
	if got := f.send("GET", "/authorization/permissions/posts:write", "").want(200); got["name"] != "Write" {
		t.Error(got)
	}
	if got := f.send("GET", "/authorization/permissions/none", "").want(404); got["message"] != "Permission not found: 'none'." {
		t.Error(got)
	}
}

// TestWritesOfRolesAreNotEmulated answers 501, and not 405.
func TestWritesOfRolesAreNotEmulated(t *testing.T) {
	t.Parallel()
	f := newSeeded(t, roleSeed)
	for _, request := range []string{
		"POST /authorization/roles", "PATCH /authorization/roles/admin", "PUT /authorization/roles/admin/permissions",
		"POST /authorization/roles/admin/permissions", "POST /authorization/organizations/o/roles", "PATCH /authorization/organizations/o/roles/admin",
		"DELETE /authorization/organizations/o/roles/admin", "PUT /authorization/organizations/o/roles/admin/permissions",
		"POST /authorization/organizations/o/roles/admin/permissions", "DELETE /authorization/organizations/o/roles/admin/permissions/p",
		"POST /authorization/permissions", "PATCH /authorization/permissions/p", "DELETE /authorization/permissions/p",
	} {
		method, target, _ := strings.Cut(request, " ")
		if got := f.send(method, target, "{}").want(http.StatusNotImplemented); got["code"] != "not_emulated" {
			t.Errorf("%s: %v", request, got)
		}
	}
}

// TestRolesFollowTheEditedFile reloads files that add a role in front of others and change their order.
func TestRolesFollowTheEditedFile(t *testing.T) {
	t.Parallel()
	f := newServer(t) // its seed has no roles
	for _, test := range []struct{ roles, want string }{
		{"", `["member"]`},
		{"roles: [{slug: admin, name: A}, {slug: viewer, name: V}]", `["admin","viewer","member"]`},
		{"roles: [{slug: viewer, name: V}, {slug: owner, name: O}, {slug: admin, name: A}]", `["viewer","owner","admin","member"]`},
		{"roles: [{slug: member, name: M}, {slug: admin, name: A}, {slug: owner, name: O, priority: 1}]", `["owner","member","admin"]`},
	} {
		parsed, err := seed.Parse("seed.yaml", []byte(testSeed+test.roles), seed.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Store.Update(func(tx *store.Txn) error {
			_, err := parsed.Apply(tx, f.now, rand.Reader)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		r := f.send("GET", "/authorization/roles", "")
		if got := gjson.GetBytes(r.Body.Bytes(), "data.#.slug").Raw; got != test.want {
			t.Errorf("%s: %s, want %s", test.roles, got, test.want)
		}
	}
}

// TestRolesOfARealOrganization has a seeded role of an organization that lives upstream, with and without an upstream.
func TestRolesOfARealOrganization(t *testing.T) {
	t.Parallel()
	f := newSeeded(t, "roles: [{slug: org-editor, name: Editor, organization_id: org_REAL}]")
	for name, next := range map[string]http.Handler{"nobody": nil, "unknown there": &recorder{status: 404, body: `{}`}} {
		f.next = next
		r := f.send("GET", "/authorization/organizations/org_REAL/roles", "")
		if got := fmt.Sprint(gjson.GetBytes(r.Body.Bytes(), "data.#.slug")); r.Code != 200 || got != `["org-editor","member"]` {
			t.Errorf("%s: %d %s", name, r.Code, r.Body)
		}
		f.send("GET", "/authorization/organizations/org_REAL/roles/org-editor", "").want(200)
		if got := f.send("GET", membersPath+"?organization_id=org_REAL", "").ids(); len(got) != 0 {
			t.Errorf("%s: the members are %v", name, got)
		}
	}
}
