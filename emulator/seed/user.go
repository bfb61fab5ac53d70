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
	password                                         text
	totp                                             secondFactor
	impersonator                                     *impersonator
	oauthProvider, oauthIdPID                        text
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
				"Whether the address is verified. `false` where it is left out: then a sign-in first asks for a code that is sent to the address."),
			format.Optional("metadata", metadata, func(u *user) *map[string]string { return &u.metadata }, aboutMetadata),
			format.Optional("password", passwordText, func(u *user) *text { return &u.password }, aboutPassword),
			format.Optional("totp", secondFactorType, func(u *user) *secondFactor { return &u.totp },
				"Whether a sign-in by password asks for a code of an authenticator app: `true`, with a random secret, or the secret itself, "+
					"in base32, of at least 16 characters. A given secret never leaves for the real WorkOS."),
			format.Optional("impersonator", impersonatorType, func(u *user) **impersonator { return &u.impersonator },
				"Who signs in in the user's place: sessions of the user are then impersonated ones."),
			format.Optional("oauth_provider", providerText, func(u *user) *text { return &u.oauthProvider },
				"The OAuth provider that the user signs in with, such as `GoogleOAuth`. The user has an identity there."),
			format.Optional("oauth_idp_id", idpIDText, func(u *user) *text { return &u.oauthIdPID },
				"The user's id at `oauth_provider`. Derived from the email where it is left out."),
		},
	},
	identity: identity[user]{
		prefix:  id.User,
		pinned:  func(u *user) text { return u.id },
		natural: func(u *user) []string { return []string{u.email.Value} },
		shared:  "its email is that",
	},
	called:   func(u *user) text { return lower(u.email) },
	calledBy: "address",
	check:    (*user).check,
	secrets:  (*user).secrets,
	row:      (*user).row,
	added:    (*user).addSignIn,
	table: &table[store.User]{
		Table:  store.Users,
		follow: followUsers,
		keep: func(row *store.User, before store.User) {
			row.LastSignInAt, row.Locale, row.ProfilePictureURL = before.LastSignInAt, before.Locale, before.ProfilePictureURL
		},
	},
}

var personName = format.Text(field.PersonNameRule)

// email is an address. White space around it does not belong to it.
var email = format.Type[text]{
	TypeDescription: format.RequiredText(field.EmailRule).TypeDescription,
	Decode: func(v document.Value) text {
		t := v.RequiredText()
		t.Value, t.Raw = strings.TrimSpace(t.Value), strings.TrimSpace(t.Raw)
		return format.Check(v, t, field.EmailRule)
	},
}

// lower is a text that is compared without regard to case.
func lower(t text) text {
	t.Value, t.Raw = strings.ToLower(t.Value), strings.ToLower(t.Raw)
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
		Impersonator:  u.impersonator.row(),
		Identities:    u.identities(),
	}
}
