package store

import "time"

// Invitation is an invitation by email, WorkOS's `invitation`. Its state follows from its times.
type Invitation struct {
	Meta
	Email          string
	OrganizationID string // optional; the organization may live upstream
	InviterUserID  string // optional
	RoleSlug       string // optional
	Token          string // a secret, unique
	ExpiresAt      time.Time
	AcceptedAt     time.Time // zero until it is accepted
	AcceptedUserID string
	RevokedAt      time.Time // zero until it is revoked
}

func (i *Invitation) clone() Invitation { return *i }

// Invitations is the table of invitations.
var Invitations = newTable(Table[Invitation]{
	name:   "invitations",
	unique: []unique[Invitation]{{field: "token", value: func(i *Invitation) string { return i.Token }}},
	lists: []list[Invitation]{
		{byOrganization, func(i *Invitation) (string, bool) { return i.OrganizationID, i.OrganizationID != "" }},
		{byEmail, func(i *Invitation) (string, bool) { return emailKey(i.Email), true }},
	},
	retire: []string{primary},
})

// InvitationByToken looks up an invitation by its token.
func (t *Txn) InvitationByToken(token string) (Invitation, bool) {
	return Invitations.get(t, "token", token)
}

// InvitationsTo returns the invitations to an address, whatever the case of its letters, oldest first.
func (t *Txn) InvitationsTo(email string) []Invitation {
	return Invitations.all(t, byEmail, emailKey(email))
}

// InvitationsOfOrganization returns the invitations to an organization, oldest first.
func (t *Txn) InvitationsOfOrganization(organizationID string) []Invitation {
	return Invitations.all(t, byOrganization, organizationID)
}

// InvitationPage returns a page of the invitations to an organization and to an address. Where one of them is empty, it is not looked at.
func (t *Txn) InvitationPage(organizationID, email string, p Page) (List[Invitation], error) {
	switch {
	case organizationID == "" && email == "":
		return Invitations.Page(t, p, nil)
	case organizationID == "":
		return Invitations.page(t, byEmail, emailKey(email), p, nil)
	case email == "":
		return Invitations.page(t, byOrganization, organizationID, p, nil)
	}
	return Invitations.page(t, byOrganization, organizationID, p, func(i Invitation) bool { return SameEmail(i.Email, email) })
}
