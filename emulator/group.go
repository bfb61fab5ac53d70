package emulator

import (
	"fmt"
	"slices"
	"strings"
)

// Group is a set of endpoints that is emulated as a whole.
type Group string

// The groups, under the names of the `emulate` option.
const (
	GroupToken               Group = "token"
	GroupJWKS                Group = "jwks"
	GroupDiscovery           Group = "discovery"
	GroupIntrospection       Group = "introspection"
	GroupConnectApplications Group = "connect_applications"
	GroupAPIKeys             Group = "api_keys"
	GroupOrganizations       Group = "organizations"
	GroupUsers               Group = "users"
)

// Groups returns all groups.
func Groups() []Group {
	return []Group{
		GroupToken, GroupJWKS, GroupDiscovery, GroupIntrospection,
		GroupConnectApplications, GroupAPIKeys, GroupOrganizations, GroupUsers,
	}
}

// ParseGroup returns the group of that name, or an error that lists them all.
func ParseGroup(name string) (Group, error) {
	if group := Group(name); slices.Contains(Groups(), group) {
		return group, nil
	}
	names := make([]string, 0, len(Groups()))
	for _, group := range Groups() {
		names = append(names, string(group))
	}
	return "", fmt.Errorf("unknown group %q: the groups are %s", name, strings.Join(names, ", "))
}
