package rolegrant_test

import (
	"reflect"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/rolegrant"
	"github.com/caddy-workos/caddy-workos/store"
)

// withRoles returns a view of a store with roles of the environment and of two organizations.
func withRoles(t *testing.T) *store.Txn {
	t.Helper()
	s := store.New()
	err := s.Update(func(tx *store.Txn) error {
		for _, r := range []store.Role{
			{Slug: "viewer", Permissions: []string{"posts:read"}},
			{Slug: "admin", Priority: 5, Permissions: []string{"posts:write", "posts:read"}},
			{Slug: "guest"},
			{Slug: "org-owner", OrganizationID: "org_a", Priority: 9, Permissions: []string{"billing"}},
			{Slug: "org-late", OrganizationID: "org_a"},
			{Slug: "admin", OrganizationID: "org_b", Permissions: []string{"own"}},
		} {
			r.ID = "role_" + r.OrganizationID + r.Slug
			if err := store.Roles.Insert(tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.View()
}

func TestOf(t *testing.T) {
	t.Parallel()
	view := withRoles(t)
	for name, test := range map[string]struct {
		organization string
		slugs        []string
		want         rolegrant.Grant
	}{
		"one":                         {"org_a", []string{"viewer"}, rolegrant.Grant{"viewer", []string{"viewer"}, []string{"posts:read"}}},
		"by priority, then age":       {"org_a", []string{"org-late", "guest", "viewer", "admin"}, rolegrant.Grant{"admin", []string{"admin", "viewer", "guest", "org-late"}, []string{"posts:read", "posts:write"}}},
		"of the organization":         {"org_a", []string{"admin", "org-owner"}, rolegrant.Grant{"org-owner", []string{"org-owner", "admin"}, []string{"billing", "posts:read", "posts:write"}}},
		"of another organization":     {"org_b", []string{"org-owner", "viewer"}, rolegrant.Grant{"viewer", []string{"viewer", "org-owner"}, []string{"posts:read"}}},
		"its own in the place of one": {"org_b", []string{"admin"}, rolegrant.Grant{"admin", []string{"admin"}, []string{"own"}}},
		"repeated":                    {"org_a", []string{"guest", "guest", "?", "?"}, rolegrant.Grant{"guest", []string{"guest", "?"}, []string{}}},
		"unknown ones in their order": {"org_a", []string{"z", "a"}, rolegrant.Grant{"z", []string{"z", "a"}, []string{}}},
		"none":                        {"org_a", nil, rolegrant.Grant{"member", []string{"member"}, []string{}}},
		"upstream":                    {"org_upstream", []string{"member", "viewer"}, rolegrant.Grant{"viewer", []string{"viewer", "member"}, []string{"posts:read"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := rolegrant.Of(view, store.Membership{OrganizationID: test.organization, RoleSlugs: test.slugs})
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("it is %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestDefaultRoleOfTheStore checks that the permissions of a row named member count where a membership has no role.
func TestDefaultRoleOfTheStore(t *testing.T) {
	t.Parallel()
	s := store.New()
	err := s.Update(func(tx *store.Txn) error {
		return store.Roles.Insert(tx, store.Role{Meta: store.Meta{ID: "role_1"}, Slug: rolegrant.Default, Permissions: []string{"posts:read"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := rolegrant.Of(s.View(), store.Membership{OrganizationID: "org_a"}); !reflect.DeepEqual(got.Permissions, []string{"posts:read"}) {
		t.Errorf("the permissions are %v", got.Permissions)
	}
}

func TestExists(t *testing.T) {
	t.Parallel()
	view := withRoles(t)
	for _, test := range []struct {
		organization, slug string
		want               bool
	}{
		{"org_a", "admin", true}, {"org_a", "org-owner", true}, {"org_b", "org-owner", false}, {"org_upstream", "viewer", true},
		{"org_a", "member", true}, {"org_a", "", false}, {"", "org-owner", false},
	} {
		if got := rolegrant.Exists(view, test.organization, test.slug); got != test.want {
			t.Errorf("%s in %s: %t", test.slug, test.organization, got)
		}
	}
}
