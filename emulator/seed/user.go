package seed

import (
	"strings"

	"github.com/caddy-workos/caddy-workos/store"
)

type user struct {
	place
	id, email, firstName, lastName, name, externalID text
	emailVerified                                    bool
	metadata                                         map[string]string
}

var userBlock = block[user]{
	name: "users",
	fields: []field[user]{
		{"id", false, func(u *user, v value) { u.id = v.identifier() }},
		{"email", true, func(u *user, v value) { u.email = v.email() }},
		{"first_name", false, func(u *user, v value) { u.firstName = v.personName() }},
		{"last_name", false, func(u *user, v value) { u.lastName = v.personName() }},
		{"name", false, func(u *user, v value) { u.name = v.personName() }},
		{"external_id", false, func(u *user, v value) { u.externalID = v.externalID() }},
		{"email_verified", false, func(u *user, v value) { u.emailVerified = v.isTrue() }},
		{"metadata", false, func(u *user, v value) { u.metadata = v.metadata() }},
	},
	ignored: []string{"impersonator", "oauth_idp_id", "oauth_provider", "password", "totp"},
}

// email decodes an address. What is around it does not belong to it.
func (v value) email() text {
	t := v.required()
	t.value = strings.TrimSpace(t.value)
	return v.emailAddress(t)
}

// row is what is stored of a user of the given id, which is empty where only the content counts.
func (u user) row(userID string) store.User {
	return store.User{
		Meta:          store.Meta{ID: userID},
		Email:         u.email.value,
		FirstName:     u.firstName.value,
		LastName:      u.lastName.value,
		Name:          u.name.value,
		ExternalID:    u.externalID.value,
		EmailVerified: u.emailVerified,
		Metadata:      u.metadata,
	}
}
