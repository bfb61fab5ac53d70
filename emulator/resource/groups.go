package resource

import "github.com/caddy-workos/caddy-workos/emulator/api"

// kinds are the resources, in the order in which the option `emulate` lists their groups. A new one is added here.
var kinds = []func(*Service) api.Group{
	applications,
	apiKeys,
	organizations,
	users,
	sessions,
	roles,
	permissions,
	memberships,
	invitations,
	connections,
}

// Groups returns the groups of the endpoints of all kinds.
func (s *Service) Groups() []api.Group {
	groups := make([]api.Group, 0, len(kinds))
	for _, group := range kinds {
		groups = append(groups, group(s))
	}
	return groups
}
