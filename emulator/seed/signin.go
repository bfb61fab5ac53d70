package seed

import (
	"regexp"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/password"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

const aboutPassword = "The password, as it is typed. It is kept as a hash. One of at least 12 characters never leaves for the real WorkOS; " +
	"a shorter one may be that of a real user too, and is not looked for."

// passwordText is a password. A null is none, with a warning where it is not written out: a password may have been forgotten.
var passwordText = format.New("string", format.Schema{Type: format.Types{"string"}, MinLength: 1}, func(v document.Value) text {
	t := v.Text()
	switch {
	case v.IsBlank():
		v.Document().Warn("users.password", v.Place, "is empty: the user has no password")
	case t.Set && strings.TrimSpace(t.Value) == "":
		v.Fail("must not be empty: leave it out for a user without a password")
		t.Set = false
	}
	return t
})

// secrets are those that are long enough not to be common words: a real user may have the same short password, and the values of
// parameters such as `grant_type` are words too. A request that holds a secret does not leave for the upstream.
func (u *user) secrets(do func(text)) {
	if scan.IsLong(u.password.Value) {
		do(u.password)
	}
	if secret := u.totp.secret; secret.Set {
		do(secret)
		if secret.Value != u.totp.stored {
			secret.Value = u.totp.stored
			do(secret)
		}
	}
}

var providerPattern = regexp.MustCompile(`^[A-Za-z]+OAuth$`)

var providers = []string{
	"AppleOAuth", "BitbucketOAuth", "GitHubOAuth", "GitLabOAuth", "GoogleOAuth", "IntuitOAuth", "LinkedInOAuth", "MicrosoftOAuth",
	"SalesforceOAuth", "SlackOAuth", "VercelOAuth", "VercelMarketplaceOAuth", "XeroOAuth",
}

// providerText is a value of `authentication_method` (LOGIN.md §2.2). WorkOS may know providers that are not in the list above.
var providerText = format.New("string", format.Schema{Type: format.Types{"string"}, Pattern: `^([A-Za-z]+OAuth$|` + format.Placeholder + `)`},
	func(v document.Value) text {
		t := v.FilledText()
		if !t.Set || providerPattern.MatchString(t.Value) {
			return t
		}
		hint := ""
		if meant, ok := document.NearestName(t.Value, providers); ok && t.IsLiteral() {
			hint = `; did you mean "` + meant + `"?`
		}
		v.Fail("must be an OAuth provider such as GoogleOAuth%s", hint)
		t.Set = false
		return t
	})

// idpIDText may be written as a number, as such ids often are.
var idpIDText = format.New("string", format.Schema{Type: format.Types{"string", "number"}}, func(v document.Value) text {
	t := v.ScalarText()
	if t.Set && strings.TrimSpace(t.Value) == "" {
		v.Fail("must not be empty")
		t.Set = false
	}
	return t
})

// identities are those at the OAuth provider.
func (u *user) identities() []store.Identity {
	if !u.oauthProvider.Set {
		return nil
	}
	atProvider := u.oauthIdPID.Value
	if atProvider == "" {
		atProvider = id.Derive(idpID, u.email.Value, u.oauthProvider.Value)
	}
	return []store.Identity{{IdPID: atProvider, Provider: u.oauthProvider.Value}}
}

// check warns of an id without its provider.
func (u *user) check(r *resolver) {
	if u.oauthIdPID.Given && !u.oauthProvider.Given {
		r.doc.Warn("users.oauth_idp_id", u.oauthIdPID.Place, "has no effect without oauth_provider")
	}
}

// addSignIn adds what the user signs in with. A change of it is a change of the user too.
func (u *user) addSignIn(r *resolver, made *seeded[store.User]) {
	row := &made.row
	if row.ID == "" {
		return
	}
	if u.password.Set {
		row.Password = password.Seeded(u.password.Value)
		row.Seed = digest(row.Seed, u.password.Value)
	}
	if u.totp.enrolled {
		factor := u.totp.row(row)
		factors.table.seal(&factor)
		factors.add(r.seed, seeded[store.Factor]{path: u.Path.At("totp"), row: factor})
		row.Seed = digest(row.Seed, factor.Seed)
	}
}

// impersonator is who signs in in a user's place.
type impersonator struct {
	document.Place
	email, reason text
}

var impersonatorBlock = format.Block[impersonator]{
	Name:       "users.impersonator",
	Definition: "impersonator",
	Entry:      "Who signs in in a user's place.",
	About:      "Sessions of the user have it, and tokens the claim `act`.",
	Fields: []format.Field[impersonator]{
		format.Required("email", email, func(i *impersonator) *text { return &i.email }, "The address of who signs in in the user's place."),
		format.Optional("reason", format.Text(field.PersonNameRule), func(i *impersonator) *text { return &i.reason }, "Why."),
	},
	Instead: func(document.Value) string { return "; write `{ email: …, reason: … }`" },
}

var impersonatorType = format.Type[*impersonator]{
	TypeDescription: format.Entry(impersonatorBlock.Describe()),
	Decode: func(v document.Value) *impersonator {
		if v.IsNull() {
			return nil
		}
		i, ok := impersonatorBlock.Decode(v)
		if !ok {
			return nil
		}
		return &i
	},
}

func (i *impersonator) row() *store.Impersonator {
	if i == nil {
		return nil
	}
	return &store.Impersonator{Email: i.email.Value, Reason: i.reason.Value}
}
