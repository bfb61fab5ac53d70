package store

import (
	"maps"
	"strings"
)

// User is a person, WorkOS's `user`.
type User struct {
	Meta
	Email         string // unique, in any case of its letters
	FirstName     string
	LastName      string
	Name          string // the full name; empty for the first and the last one
	ExternalID    string // optional, unique
	EmailVerified bool
	Metadata      map[string]string
}

func (u *User) clone() User {
	c := *u
	c.Metadata = maps.Clone(u.Metadata)
	return c
}

var users = table[User]{
	name: "users",
	unique: []unique[User]{
		{"external_id", func(u *User) string { return u.ExternalID }},
		{"email", func(u *User) string { return strings.ToLower(u.Email) }},
	},
	lists:  []list[User]{{byCreation, everything[User]}},
	retire: []string{primary},
}

// User looks a user up by id.
func (t *Txn) User(id string) (User, bool) { return get(t, users, primary, id) }

// UserByExternalID looks a user up by the id that the customer gave it.
func (t *Txn) UserByExternalID(externalID string) (User, bool) {
	return get(t, users, "external_id", externalID)
}

// Users lists users; match, which may be nil, filters.
func (t *Txn) Users(p Page, match func(User) bool) (List[User], error) {
	return page(t, users, byCreation, "", p, match)
}

// AllUsers returns every user, oldest first.
func (t *Txn) AllUsers() []User { return all(t, users, byCreation, "") }

// InsertUser adds a user. It returns [ErrConflict] for a taken id, external id or email.
func (t *Txn) InsertUser(u User) error { return insert(t, users, u) }

// UpdateUser changes a user. It returns [ErrNotFound], [ErrConflict] or the error of change.
func (t *Txn) UpdateUser(id string, change func(*User) error) (User, error) {
	return update(t, users, id, change)
}

// DeleteUser deletes a user with its API keys.
func (t *Txn) DeleteUser(id string) error {
	if err := remove(t, users, id); err != nil {
		return err
	}
	return edit(t, apiKeys, ids(t, apiKeys, byUser, id), nil)
}
