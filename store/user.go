package store

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// User is a person, WorkOS's `user`.
type User struct {
	Meta
	Email         string // unique, without regard to case
	FirstName     string
	LastName      string
	Name          string // the full name; where empty, it is made of the first and the last name
	ExternalID    string // optional, unique
	EmailVerified bool
	Metadata      map[string]string

	Locale            string // optional
	ProfilePictureURL string // optional
	LastSignInAt      time.Time
	Password          Password      // nil for none
	Impersonator      *Impersonator // optional; who signs in as the user
	Identities        []Identity
}

// Impersonator is who acts in a user's place, WorkOS's `impersonator`.
type Impersonator struct {
	Email  string
	Reason string // optional
}

// Identity is a user's account at an OAuth provider.
type Identity struct {
	IdPID    string // the id at the provider
	Provider string // such as GoogleOAuth
}

func (u *User) clone() User {
	c := *u
	c.Metadata = maps.Clone(u.Metadata)
	c.Identities = slices.Clone(u.Identities)
	if u.Impersonator != nil {
		impersonator := *u.Impersonator
		c.Impersonator = &impersonator
	}
	return c
}

// logins delete what leads to a session of a user, and what follows from one.
var logins = []cascade{
	Factors.of(byUser), Sessions.of(byUser), Attempts.of(byUser), Codes.of(byUser), Devices.of(byUser),
	MagicAuths.of(byUser), EmailVerifications.of(byUser), PasswordResets.of(byUser),
}

// DeleteLogins deletes what leads to a session of a user, and what follows from one: factors, codes and sessions. It is for a user who
// is no longer there.
func (t *Txn) DeleteLogins(userID string) error {
	for _, owned := range logins {
		if err := owned.delete(t, userID); err != nil {
			return err
		}
	}
	return nil
}

// Users is the table of users. Deleting one deletes its API keys, memberships and factors, and its sessions and what leads to one.
var Users = newTable(Table[User]{
	name: "users",
	unique: []unique[User]{
		{field: "external_id", value: func(u *User) string { return u.ExternalID }},
		{field: "email", value: func(u *User) string { return emailKey(u.Email) }},
	},
	retire:  []string{primary},
	cascade: append([]cascade{APIKeys.of(byUser), Memberships.of(byUser)}, logins...),
})

// UserByExternalID looks up a user by their external id.
func (t *Txn) UserByExternalID(externalID string) (User, bool) {
	return Users.get(t, "external_id", externalID)
}

// UserByEmail looks up a user by their address, whatever the case of its letters, with white space around it or without.
func (t *Txn) UserByEmail(email string) (User, bool) {
	return Users.get(t, "email", emailKey(email))
}

// emailKey is the same for addresses that are one and the same: those that differ only in the case of letters, and in the white space around
// them.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// SameEmail reports whether two addresses are one and the same, as no two users may have them both.
func SameEmail(a, b string) bool { return emailKey(a) == emailKey(b) }
