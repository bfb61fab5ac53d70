package seed

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

// team is an entry of a kind that is no part of the format: it shows what a new kind consists of. It refers to other kinds,
// and its block has the name of one that is ignored otherwise. Its rows are kept in the table of users.
type team struct {
	document.Place
	owner
	slug    text
	members []text
	size    int
}

var teams = &kindOf[team, store.User]{
	singular: "team", plural: "teams",
	block: format.Block[team]{
		Name: "groups", Definition: "team", Entry: "A team.", About: "Teams.",
		Fields: []format.Field[team]{
			format.Required("slug", format.RequiredText(field.PermissionRule), func(t *team) *text { return &t.slug }, "The slug."),
			format.Optional("organization", organizationName, func(t *team) *text { return &t.organization }, "The owner, by its name."),
			format.Optional("members", format.TextSet(field.PermissionRule), func(t *team) *[]text { return &t.members }, "Slugs of permissions."),
			format.Optional("size", format.Integer(1, 9), func(t *team) *int { return &t.size }, "The size."),
		},
		Ignored: []string{"color"},
	},
	identity: identity[team]{prefix: id.User, natural: func(t *team) []string { return []string{t.slug.Value, t.organization.Value} }},
	check: func(t *team, r *resolver) {
		t.resolveOwner(r)
		for _, member := range t.members {
			badges.find(r, member, "rename one")
		}
	},
	row: func(t *team, r *resolver, id string) store.User {
		r.unique.add("team slug", t.slug.Value, t.slug.Place)
		return store.User{Meta: store.Meta{ID: id}, Email: t.slug.Value, ExternalID: t.ownerID}
	},
	table: &table[store.User]{Table: store.Users},
}

// badge is an entry of another kind, which a team refers to. There is no table for it.
type badge struct {
	document.Place
	slug text
}

var badges = &kindOf[badge, string]{
	singular: "badge", plural: "badges",
	block: format.Block[badge]{
		Name: "badges", Definition: "badge", Entry: "A badge.", About: "Badges.",
		Fields: []format.Field[badge]{
			format.Required("slug", format.RequiredText(field.PermissionRule), func(b *badge) *text { return &b.slug }, "The slug."),
		},
	},
	called: func(b *badge) text { return b.slug },
	row:    func(b *badge, _ *resolver, _ string) string { return b.slug.Value },
}

var withTeams = []kind{organizations, badges, teams}

// TestNewKind holds that a kind which is in the list is decoded, checked, applied, counted and described.
func TestNewKind(t *testing.T) {
	t.Parallel()
	const source = "organizations: [{name: Acme, id: org_A}]\nbadges: [{slug: fast}, {slug: kind}]\n" +
		"groups: [{slug: red, organization: Acme, members: [fast], size: 3, color: x}, {slug: blue}]\nagentBlueprints: []\n"
	s, err := parse(withTeams, "f", []byte(source), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Summary(), "1 organization, 2 badges, 2 teams"; got != want || s.Len() != 3 {
		t.Errorf("it holds %s, and %d rows; want %s", got, s.Len(), want)
	}
	const warnings = "f:3:68: groups[0].color: is not emulated and has no effect\nf:4:1: agentBlueprints: is not emulated and has no effect"
	if got := Problems(s.Warnings()).Error(); got != warnings {
		t.Errorf("the warnings are\n%s\nwant\n%s", got, warnings)
	}
	stored := store.New()
	changes := func(s *Seed) (c Changes) {
		if err := stored.Update(func(tx *store.Txn) error {
			c, err = s.Apply(tx, time.Unix(1, 0), strings.NewReader(""))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return c
	}
	if got, want := changes(s), (Changes{Added: 3}); got != want {
		t.Errorf("the changes are %+v, want %+v", got, want)
	}
	red := store.Users.All(stored.View())[0]
	if red.Email != "red" || red.ExternalID != "org_A" || red.ID != id.Derive(id.User, "red", "Acme") {
		t.Errorf("the row is %+v", red)
	}
	edited, err := parse(withTeams, "f", []byte("groups: [{slug: blue}]"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := changes(edited), (Changes{Removed: 2}); got != want {
		t.Errorf("the changes are %+v, want %+v", got, want)
	}
}

func TestProblemsOfANewKind(t *testing.T) {
	t.Parallel()
	const source = "badges: [{slug: fast}]\ngroups: [{slug: A}, {slug: a, organization: Acme, members: [fats], size: 0}, {slug: b}, {slug: b}, {slgu: c}]\n"
	_, err := parse(withTeams, "f", []byte(source), Options{})
	const want = `decode seed: f:2:17: groups[0].slug: a permission is a slug of lower-case letters, digits and - _ : . *
f:2:45: groups[1].organization: no organization is named "Acme"
f:2:61: groups[1].members[0]: no badge is named "fats"; did you mean "fast"?
f:2:74: groups[1].size: must be a whole number from 1 to 9
f:2:96: groups[3].slug: must be unique, and is the same as groups[2].slug
f:2:100: groups[4].slug: is required
f:2:101: groups[4].slgu: unknown field "slgu"; did you mean "slug"?`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestDescriptionOfANewKind(t *testing.T) {
	t.Parallel()
	description := fileBlock(withTeams).Describe()
	written, err := description.JSONSchema()
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]struct{ Deprecated bool }
		Defs       map[string]json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(written, &schema); err != nil {
		t.Fatal(err)
	}
	if groups, ok := schema.Properties["groups"]; !ok || groups.Deprecated || !schema.Properties["agentBlueprints"].Deprecated || schema.Defs["team"] == nil {
		t.Errorf("the schema is %s", written)
	}
	const row = "| `slug` | string | required. The slug. |"
	if documented := description.Markdown(); !strings.Contains(documented, "\n## groups\n") || !strings.Contains(documented, row) {
		t.Errorf("the documentation is %s", documented)
	}
}
