package seed

import (
	"fmt"
	"strings"
)

// Len is how many rows the seed has.
func (s *Seed) Len() int {
	return len(s.organizations) + len(s.users) + len(s.applications) + len(s.clientSecrets) + len(s.apiKeys) + len(s.environmentKeys)
}

// Summary says how much the seed holds, such as `1 organization, 2 API keys`.
func (s *Seed) Summary() string {
	var parts []string
	for _, kind := range []struct {
		count            int
		singular, plural string
	}{
		{len(s.organizations), "organization", "organizations"},
		{len(s.users), "user", "users"},
		{len(s.applications), "application", "applications"},
		{len(s.clientSecrets), "client secret", "client secrets"},
		{len(s.apiKeys), "API key", "API keys"},
		{len(s.environmentKeys), "environment key", "environment keys"},
		{len(s.errorHooks), "error hook", "error hooks"},
	} {
		switch kind.count {
		case 0:
		case 1:
			parts = append(parts, "1 "+kind.singular)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", kind.count, kind.plural))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}
