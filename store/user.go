package store

import (
	"maps"
	"strings"
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
}

func (u *User) clone() User {
	c := *u
	c.Metadata = maps.Clone(u.Metadata)
	return c
}

// Users is the table of users. Deleting one deletes its API keys.
var Users = newTable(Table[User]{
	name: "users",
	unique: []unique[User]{
		{field: "external_id", value: func(u *User) string { return u.ExternalID }},
		{field: "email", value: func(u *User) string { return strings.ToLower(u.Email) }},
	},
	retire:  []string{primary},
	cascade: []cascade{APIKeys.of(byUser)},
})

// UserByExternalID looks up a user by their external id.
func (t *Txn) UserByExternalID(externalID string) (User, bool) {
	return Users.get(t, "external_id", externalID)
}
