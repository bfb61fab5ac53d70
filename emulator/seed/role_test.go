package seed

import (
	"strings"
	"testing"
)

func TestRoleProblems(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"roles: [{slug: admin, name: A}, {slug: admin, name: B}]":                                      "f:1:40: roles[1].slug: must be unique, and is the same as roles[0].slug",
		"roles: [{slug: Admin, name: A}]":                                                              "f:1:16: roles[0].slug: must be a slug of lower-case letters, digits, - and _",
		"roles: [{slug: a}]":                                                                           "f:1:9: roles[0].name: is required",
		"roles: [{slug: a, name: A, type: OrganizationRole}]":                                          "f:1:9: roles[0].organization_id: is required for an OrganizationRole",
		"roles: [{slug: a, name: A, type: EnvironmentRole, organization_id: org_A}]":                   "f:1:68: roles[0].organization_id: is for an OrganizationRole only",
		"roles: [{slug: a, name: A, priority: -1}]":                                                    "f:1:38: roles[0].priority: must be a whole number from 0 to 2147483647",
		"roles: [{slug: a, name: A, permissions: [A B]}]":                                              "f:1:42: roles[0].permissions[0]: a permission is a slug of lower-case letters, digits and - _ : . *",
		"permissions: [{slug: ab:read, name: A}]\nroles: [{slug: a, name: A, permissions: [ab:raed]}]": `f:2:42: roles[0].permissions[0]: no permission has the slug "ab:raed"; did you mean "ab:read"?`,
		"permissions: []\nroles: [{slug: a, name: A, permissions: [zz]}]":                              `f:2:42: roles[0].permissions[0]: no permission has the slug "zz"`,
		"permissions: [{slug: a, name: A}, {slug: a, name: B}]":                                        "f:1:42: permissions[1].slug: must be unique, and is the same as permissions[0].slug",
		"permissions: [{slug: a, name: A, description: " + strings.Repeat("x", 151) + "}]":             "f:1:47: permissions[0].description: must have at most 150 characters",
	} {
		_, err := Parse("f", []byte(source), Options{})
		if err == nil || err.Error() != "decode seed: "+want {
			t.Errorf("%.80s:\n%v\nwant\n%s", source, err, want)
		}
	}
	s, err := Parse("f", []byte("roles: [{slug: x, name: X, permissions: [a]}, {slug: x, name: X, organization_id: org_A}]"), Options{})
	if err != nil || len(s.Warnings()) != 1 || s.Warnings()[0].String() != "f:1:42: roles[0].permissions[0]: is no permission of this file" {
		t.Fatal(err, s.Warnings())
	}
	if got := s.Summary(); got != "the default key sk_test_default, 2 roles" {
		t.Errorf("it is %s", got)
	}
}
