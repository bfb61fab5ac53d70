package seed

import (
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

type invitation struct {
	document.Place
	owner
	id, email, inviterID, role, token text
	expiresInDays                     int
}

// How long an invitation is valid (LOGIN.md §8).
const (
	defaultDays = 7
	mostDays    = 30
	day         = 24 * time.Hour
)

var invitations = &kindOf[invitation, store.Invitation]{
	singular: "invitation", plural: "invitations",
	block: format.Block[invitation]{
		Name:       "invitations",
		Definition: "invitation",
		Entry:      "An invitation by email.",
		About:      "Invitations that wait for an answer.",
		Fields: []format.Field[invitation]{
			format.Optional("id", idText, func(i *invitation) *text { return &i.id },
				"Letters, digits, `_` and `-`. Derived from the email and the organization where it is left out."),
			format.Required("email", email, func(i *invitation) *text { return &i.email }, "The address that is invited, once to each organization."),
			format.Optional("organization", organizationName, func(i *invitation) *text { return &i.organization },
				"The organization, by its name in this file. Not beside `organization_id`. With neither, it is an invitation to sign up."),
			format.Optional("organization_id", idText, func(i *invitation) *text { return &i.organizationID },
				"The organization, by id. It is not looked up: it may live upstream."),
			format.Optional("inviter_user_id", userIDText, func(i *invitation) *text { return &i.inviterID },
				"The user who invites, by id. It is not looked up: it may live upstream."),
			format.Optional("role_slug", slugText, func(i *invitation) *text { return &i.role }, "The role of the new member. `member` where it is left out."),
			format.Optional("token", secretText, func(i *invitation) *text { return &i.token },
				"The token of the link in the email. Unique. Random where it is left out. One of at least 12 characters never leaves for the real WorkOS."),
			format.Optional("expires_in_days", format.Integer(1, mostDays), func(i *invitation) *int { return &i.expiresInDays },
				"How many days it is valid, 1 to 30, from when the entry is read. 7 where it is left out."),
		},
		Together: format.Schema{Not: &bothOwners},
	},
	identity: identity[invitation]{
		prefix:  id.Invitation,
		pinned:  func(i *invitation) text { return i.id },
		natural: func(i *invitation) []string { return []string{lower(i.email).Value, i.ownerID} },
		shared:  "its email and organization are those",
	},
	check: (*invitation).check,
	secrets: func(i *invitation, do func(text)) {
		if scan.IsLong(i.token.Value) {
			do(i.token)
		}
	},
	row: (*invitation).row,
	table: &table[store.Invitation]{
		Table: store.Invitations,
		begin: func(row *store.Invitation, now time.Time) { row.ExpiresAt = now.Add(row.ExpiresAt.Sub(time.Time{})) },
		makeSecret: func(row *store.Invitation, random io.Reader) (err error) {
			row.Token, err = credential.NewToken(random)
			return err
		},
		shareSecret: func(row *store.Invitation, from store.Invitation) { row.Token = from.Token },
		owners:      func(i *store.Invitation) []ownerRow { return []ownerRow{{store.Organizations, i.OrganizationID}} },
	},
}

func (i *invitation) check(r *resolver) {
	i.resolveOwner(r)
	checkUserID(r, i.inviterID)
	isLocal := i.organization.Given || i.ownerID == "" || organizations.hasID(r, i.ownerID)
	checkRole(r, i.role, i.ownerID, isLocal)
}

// row has no moment yet: its ExpiresAt is as long after the zero time as the invitation is valid.
func (i *invitation) row(r *resolver, invitationID string) store.Invitation {
	r.unique.add("invitation", lower(i.email).Value+"\x00"+i.ownerID, i.email.Place)
	r.unique.add("invitation token", i.token.Value, i.token.Place)
	days := i.expiresInDays
	if days == 0 {
		days = defaultDays
	}
	return store.Invitation{
		Meta:           store.Meta{ID: invitationID, RandomSecret: !i.token.Set},
		Email:          i.email.Value,
		OrganizationID: i.ownerID,
		InviterUserID:  i.inviterID.Value,
		RoleSlug:       i.role.Value,
		Token:          i.token.Value,
		ExpiresAt:      time.Time{}.Add(time.Duration(days) * day),
	}
}
