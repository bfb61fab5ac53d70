package emulator

import (
	"net/http"
	"slices"
	"testing"

	"github.com/tidwall/gjson"
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
