package seed

import (
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

type user struct {
	document.Place
	id, email, firstName, lastName, name, externalID text
	emailVerified                                    bool
	metadata                                         map[string]string
}

var users = &kindOf[user, store.User]{
	singular: "user", plural: "users",
	block: format.Block[user]{
		Name:       "users",
		Definition: "user",
		Entry:      "A user.",
		About:      "Users of the environment.",
		Fields: []format.Field[user]{
			format.Optional("id", idText, func(u *user) *text { return &u.id },
				"Letters, digits, `_` and `-`. Derived from the email where it is left out."),
			format.Required("email", email, func(u *user) *text { return &u.email },
				"The address. Unique, whatever the case of its letters."),
			format.Optional("first_name", personName, func(u *user) *text { return &u.firstName }, "The first name."),
			format.Optional("last_name", personName, func(u *user) *text { return &u.lastName }, "The last name."),
			format.Optional("name", personName, func(u *user) *text { return &u.name },
				"The full name. Where it is left out: the first and the last name."),
			format.Optional("external_id", externalID, func(u *user) *text { return &u.externalID },
				"The id that you know the user by: ASCII characters, at most 128. Unique."),
			format.Optional("email_verified", format.Bool, func(u *user) *bool { return &u.emailVerified },
				"Whether the address is verified. `false` where it is left out."),
			format.Optional("metadata", metadata, func(u *user) *map[string]string { return &u.metadata }, aboutMetadata),
		},
		Ignored: []string{"impersonator", "oauth_idp_id", "oauth_provider", "password", "totp"},
	},
	identity: identity[user]{
		prefix:  id.User,
		pinned:  func(u *user) text { return u.id },
		natural: func(u *user) []string { return []string{u.email.Value} },
		shared:  "its email is that",
	},
	called: func(u *user) text { return lower(u.email) },
	row:    (*user).row,
	table:  &table[store.User]{Table: store.Users},
}

var personName = format.Text(field.PersonNameRule)

// email is an address. White space around it does not belong to it.
var email = format.Type[text]{
	TypeDescription: format.RequiredText(field.EmailRule).TypeDescription,
	Decode: func(v document.Value) text {
		t := v.RequiredText()
		t.Value = strings.TrimSpace(t.Value)
		return format.Check(v, t, field.EmailRule)
	},
}

// lower is a text that is compared without regard to case.
func lower(t text) text {
	t.Value = strings.ToLower(t.Value)
	return t
}

func (u *user) row(r *resolver, userID string) store.User {
	r.unique.add("user email", lower(u.email).Value, u.email.Place)
	r.unique.add("user external_id", u.externalID.Value, u.externalID.Place)
	return store.User{
		Meta:          store.Meta{ID: userID},
		Email:         u.email.Value,
		FirstName:     u.firstName.Value,
		LastName:      u.lastName.Value,
		Name:          u.name.Value,
		ExternalID:    u.externalID.Value,
		EmailVerified: u.emailVerified,
		Metadata:      u.metadata,
	}
}
