package seed

import (
	"cmp"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

// membership is an entry of the block memberships, or a member of an organization's.
type membership struct {
	document.Place
	owner
	assigned
	user, userID, status text
	in                   *organization // that has it among its members; nil for one of the block
	memberID             string        // the id of the user, once it is known
}

var memberships = &kindOf[membership, store.Membership]{
	singular: "membership", plural: "memberships",
	block: format.Block[membership]{
		Name:       "memberships",
		Definition: "membership",
		Entry:      "A membership of a user in an organization, at least one of which is of this file.",
		About: "Memberships across the border: of a real user in an organization of this file, or of a user of this file in a real one. " +
			"Where both are of this file, they may also be in the organization's own `memberships`.",
		Notes: "An id is not looked up: it may be one of the real WorkOS.\n\n```yaml" + `
organizations:
  - name: Acme Corp
users:
  - email: alice@acme.example
memberships:
  - { user: alice@acme.example, organization_id: org_01JQ8ZVXTN4M7K2DPC5W9RREAL, role: admin } # a real organization
  - { user_id: user_01JQ8ZVY3R7K2M4XEC5QWREAL00, organization: Acme Corp } # a real user
` + "```",
		Fields: []format.Field[membership]{
			format.Optional("user", email, func(m *membership) *text { return &m.user },
				"The address of a user of this file. A membership needs this or `user_id`, and not both."),
			format.Optional("user_id", userIDText, func(m *membership) *text { return &m.userID }, "The user, by id."),
			format.Optional("organization", organizationName, func(m *membership) *text { return &m.organization },
				"The organization, by its name in this file. A membership needs this or `organization_id`, and not both."),
			format.Optional("organization_id", idText, func(m *membership) *text { return &m.organizationID }, "The organization, by id."),
			roleField(func(m *membership) *assigned { return &m.assigned }),
			rolesField(func(m *membership) *assigned { return &m.assigned }),
			statusField,
		},
		Instead:  func(document.Value) string { return "; write `- { user: …, organization_id: … }`" },
		Together: membershipTogether,
	},
	gathered: withMembers,
	identity: identity[membership]{
		prefix:  id.Membership,
		natural: func(m *membership) []string { return []string{m.memberID, m.ownerID} },
	},
	check: (*membership).check,
	row:   (*membership).row,
	table: &table[store.Membership]{
		Table: store.Memberships,
		owners: func(m *store.Membership) []ownerRow {
			return []ownerRow{{store.Users, m.UserID}, {store.Organizations, m.OrganizationID}}
		},
		follow: followMemberships,
	},
}

var membershipTogether = format.Schema{
	Not: &format.Schema{AnyOf: []format.Schema{bothOwners, {Required: []string{"user", "user_id"}}, bothRoles}},
	AllOf: []format.Schema{
		{AnyOf: eitherOwner}, {AnyOf: []format.Schema{{Required: []string{"user"}}, {Required: []string{"user_id"}}}},
	},
}

var statusField = format.Optional("status", format.OneOf(string(store.ActiveMembership), string(store.InactiveMembership), string(store.PendingMembership)),
	func(m *membership) *text { return &m.status }, "`active` where it is left out. Only active members sign in to the organization.")

// memberBlock is a membership in the entry of its organization.
var memberBlock = format.Block[membership]{
	Name:       "organizations.memberships",
	Definition: "member",
	Entry:      "A member of an organization.",
	About:      "The members of an organization.",
	Fields: []format.Field[membership]{
		format.Required("email", email, func(m *membership) *text { return &m.user }, "The address of a user of this file."),
		roleField(func(m *membership) *assigned { return &m.assigned }),
		rolesField(func(m *membership) *assigned { return &m.assigned }),
		statusField,
	},
	Refused: map[string]string{
		"user_id": "members are told by address: write `email`; a user who is not of this file is a member by the block `memberships`, which takes a user_id",
	},
	Together: format.Schema{Not: &bothRoles},
}

var members = format.Type[[]membership]{
	TypeDescription: format.Entries(memberBlock.Describe()),
	Decode:          memberBlock.List,
}

// withMembers returns the members of all organizations, and the entries of the block.
func withMembers(f *file, entries []membership) []membership {
	all, n := organizations.in(f), len(entries)
	for i := range all {
		n += len(all[i].memberships)
	}
	if n == len(entries) {
		return entries
	}
	gathered := make([]membership, 0, n)
	for i := range all {
		for _, m := range all[i].memberships {
			m.in = &all[i]
			gathered = append(gathered, m)
		}
		all[i].memberships = nil // they are in one place
	}
	return append(gathered, entries...)
}

// check finds the user and the organization, and reports roles that there are not.
func (m *membership) check(r *resolver) {
	userIsLocal, organizationIsLocal := m.user.Given, m.in != nil || m.organization.Given
	switch {
	case m.user.Given && m.userID.Given:
		r.doc.Fail(m.userID.Place, "give either user or user_id, not both")
	case m.user.Given:
		if m.user.Set {
			m.memberID = users.find(r, lower(m.user), "give it to one of them")
		}
	case m.userID.Given:
		if checkUserID(r, m.userID) {
			m.memberID = m.userID.Value
			userIsLocal = users.hasID(r, m.memberID)
		}
	case m.in == nil: // elsewhere, a missing address is reported already
		r.doc.Fail(m.At("user"), "a membership needs a user, or a user_id")
	}
	switch {
	case m.in != nil:
		m.ownerID = m.in.rowID
	case m.hasOwner():
		m.resolveOwner(r)
		organizationIsLocal = organizationIsLocal || organizations.hasID(r, m.ownerID)
	default:
		r.doc.Fail(m.At("organization"), "a membership needs an organization, or an organization_id")
	}
	if m.memberID != "" && m.ownerID != "" && !userIsLocal && !organizationIsLocal {
		r.doc.Fail(m.Place, "neither the user nor the organization is of this file")
	}
	m.checkRoles(r, m.ownerID, organizationIsLocal)
}

func (m *membership) row(r *resolver, membershipID string) store.Membership {
	if m.memberID == "" || m.ownerID == "" {
		return store.Membership{}
	}
	r.unique.add("membership", m.memberID+"\x00"+m.ownerID, m.Place)
	return store.Membership{
		Meta:           store.Meta{ID: membershipID},
		UserID:         m.memberID,
		OrganizationID: m.ownerID,
		Status:         store.MembershipStatus(cmp.Or(m.status.Value, string(store.ActiveMembership))),
		RoleSlugs:      m.slugs(),
	}
}
