package seed

import "strings"

// Len is how many rows the seed has.
func (s *Seed) Len() int {
	n := 0
	for _, k := range s.kinds {
		if k.isStored() {
			n += k.count(s)
		}
	}
	return n
}

// Summary says how much the seed holds, such as `1 organization, 2 API keys`.
func (s *Seed) Summary() string {
	var parts []string
	for _, k := range s.kinds {
		if count := k.countOf(s); count != "" {
			parts = append(parts, count)
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// UserCount is how many users the seed has, who can sign in.
func (s *Seed) UserCount() int { return users.count(s) }
