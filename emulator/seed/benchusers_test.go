package seed_test

import (
	"fmt"
	"strings"
	"testing"
)

const (
	manyUsers         = 100_000
	manyOrganizations = 1000
)

// usersSeed is a seed of many users with passwords, each a member of one organization.
func usersSeed() []byte {
	var b strings.Builder
	b.WriteString("permissions: [{slug: read, name: Read}]\nroles: [{slug: admin, name: Admin, permissions: [read]}]\nusers:\n")
	for i := range manyUsers {
		fmt.Fprintf(&b, "  - email: user%d@example.com\n    first_name: User\n    last_name: N%d\n    password: password-of-user-%d\n    email_verified: true\n", i, i, i)
	}
	b.WriteString("organizations:\n")
	for i := range manyOrganizations {
		fmt.Fprintf(&b, "  - name: Organization %d\n    memberships:\n", i)
		for j := range manyUsers / manyOrganizations {
			fmt.Fprintf(&b, "      - email: user%d@example.com\n        role: %s\n", i*manyUsers/manyOrganizations+j, []string{"member", "admin"}[j%2])
		}
	}
	return []byte(b.String())
}

// BenchmarkUsers reads and applies a seed of 100,000 users and their memberships, and reports the memory that it takes from then on.
func BenchmarkUsers(b *testing.B) {
	benchmarkStart(b, usersSeed())
}
