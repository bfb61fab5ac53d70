package seed

import (
	"regexp"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

type application struct {
	document.Place
	owner
	id, name, kind, description, audience, clientID text
	scopes                                          []text
	clientSecret                                    text
	clientSecrets                                   secretList
	tokenTTL                                        time.Duration
	redirectURIs                                    []redirectURI
	isFirstParty                                    *bool
	usesPKCE                                        bool
}

var applications = &kindOf[application, store.Application]{
	singular: "application", plural: "applications",
	block: format.Block[application]{
		Name:       "connectApplications",
		Definition: "connectApplication",
		Entry:      "A Connect application: a machine-to-machine client, or an OAuth application.",
		About:      "Connect applications: machine-to-machine clients, and OAuth applications.",
		Fields: []format.Field[application]{
			format.Optional("id", idText, func(a *application) *text { return &a.id },
				"Letters, digits, `_` and `-`. Derived from the name and owner where it is left out."),
			format.Required("name", nameText, func(a *application) *text { return &a.name }, "The name."),
			format.Optional("type", format.OneOf("m2m", "oauth"), func(a *application) *text { return &a.kind },
				"`m2m`, for the client credentials grant, is the default."),
			format.Optional("organization", organizationName, func(a *application) *text { return &a.organization },
				"The owner, by its name in this file. An m2m application needs this or `organization_id`, and not both."),
			format.Optional("organization_id", idText, func(a *application) *text { return &a.organizationID }, aboutOrganizationID),
			format.Optional("description", anyText, func(a *application) *text { return &a.description }, "A description."),
			format.Optional("scopes", format.TextSet(field.ScopeRule), func(a *application) *[]text { return &a.scopes },
				"The scopes that it may have, none with a space, `\"` or `\\`. A token request without `scope` gets all of them."),
			format.Optional("audience", anyText, func(a *application) *text { return &a.audience },
				"The `aud` claim of its tokens. Where it is left out: the configured `audience`, or else its client_id."),
			format.Optional("client_id", clientIDText, func(a *application) *text { return &a.clientID },
				"The client id, of printable ASCII characters. Unique. Derived from the name and owner, or from a pinned id, where it is left out."),
			format.Optional("client_secret", secretText, func(a *application) *text { return &a.clientSecret },
				"The client secret. Random where neither this nor `client_secrets` is given."),
			format.Optional("client_secrets", secretTexts, func(a *application) *secretList { return &a.clientSecrets },
				"Several, for rehearsing a rotation: at most 5, and none for an empty list. Not beside `client_secret`."),
			format.Optional("token_ttl", format.Duration(decodeTTL), func(a *application) *time.Duration { return &a.tokenTTL },
				"The lifetime of its tokens, at least a second; what is over a whole second is cut."),
			format.Optional("redirect_uris", redirectURIs, func(a *application) *[]redirectURI { return &a.redirectURIs },
				"Of an oauth application: its redirection endpoints."),
			format.Optional("is_first_party", format.MaybeBool, func(a *application) **bool { return &a.isFirstParty },
				"Of an oauth application: whether it is your own. Where it is left out: `true`, unless it has an organization. `false` needs one."),
			format.Optional("uses_pkce", format.Bool, func(a *application) *bool { return &a.usesPKCE },
				"Of an oauth application: whether it uses PKCE. `false` where it is left out."),
		},
		Ignored:  []string{"login_url", "logo_url"},
		Together: applicationTogether,
	},
	identity: identity[application]{
		prefix:  id.Application,
		pinned:  func(a *application) text { return a.id },
		natural: (*application).natural,
		shared:  "its name and owner are those",
	},
	check:   (*application).check,
	secrets: (*application).secrets,
	row:     (*application).row,
	added:   (*application).addSecrets,
	table: &table[store.Application]{
		Table:  store.Applications,
		owners: func(a *store.Application) []ownerRow { return []ownerRow{{store.Organizations, a.OrganizationID}} },
		follow: followApplications,
	},
}

// applicationTogether is [application.check] as far as a JSON Schema can say it.
var applicationTogether = format.Schema{
	Not: &format.Schema{AnyOf: []format.Schema{{Required: []string{"client_secret", "client_secrets"}}, bothOwners}},
	If: &format.Schema{Not: &format.Schema{
		Properties: format.Properties{{Name: "type", Schema: format.Schema{Const: "oauth"}}}, Required: []string{"type"},
	}},
	Then: &format.Schema{AnyOf: eitherOwner},
}

var printable = regexp.MustCompile(`^[\x20-\x7E]+$`) // a client id, RFC 6749 appendix A.1

var clientIDText = format.FilledText(field.Rule{Check: func(value string) *field.Error {
	if !printable.MatchString(value) {
		return &field.Error{Code: "invalid", Message: "must consist of printable ASCII characters"}
	}
	return nil
}})

// decodeTTL decodes a lifetime, of which tokens can only express whole seconds.
func decodeTTL(v document.Value) time.Duration {
	ttl, ok := v.Duration()
	if ok && ttl < time.Second {
		v.Fail("must be at least one second")
		return 0
	}
	return ttl.Truncate(time.Second)
}

// applicationType is m2m where the file does not say.
func (a *application) applicationType() store.ApplicationType {
	if a.kind.Value == string(store.OAuth) {
		return store.OAuth
	}
	return store.M2M
}

// firstParty is whether an oauth application is the environment's own, which it is unless the file says otherwise or
// gives it an organization.
func (a *application) firstParty() bool {
	if a.isFirstParty != nil {
		return *a.isFirstParty
	}
	return !a.hasOwner()
}

// check reports what the fields of an application, each right by itself, may not be together.
func (a *application) check(r *resolver) {
	organization := a.Place.At("organization")
	switch {
	case a.hasOwner():
	case a.applicationType() == store.M2M:
		r.doc.Fail(organization, "an m2m application needs an organization, or an organization_id")
	case !a.firstParty():
		r.doc.Fail(organization, "an oauth application that is not first-party needs an organization, or an organization_id")
	}
	if a.clientSecret.Given && a.clientSecrets.given {
		r.doc.Fail(a.clientSecret.Place, "give either client_secret or client_secrets, not both")
	}
	if a.applicationType() == store.M2M && (len(a.redirectURIs) > 0 || a.usesPKCE || a.isFirstParty != nil) {
		r.doc.Warn("m2m", a.Place, "redirect_uris, uses_pkce and is_first_party have no effect on an m2m application")
	}
	a.resolveOwner(r)
}

// natural is what tells the application from others where it has no pinned id.
func (a *application) natural() []string {
	return []string{a.name.Value, a.organization.Value, a.organizationID.Value}
}

// client returns the pinned client id, or one that belongs to the application's id: two applications that need pinned ids
// need no pinned client ids.
func (a *application) client(applicationID string) string {
	switch {
	case a.clientID.Set:
		return a.clientID.Value
	case applicationID == id.Derive(id.Application, a.natural()...):
		return id.Derive(id.Client, a.natural()...)
	}
	return id.Derive(id.Client, applicationID)
}

func (a *application) row(r *resolver, applicationID string) store.Application {
	if applicationID == "" {
		return store.Application{} // a client id derived of it would be reported as well
	}
	client := a.client(applicationID)
	r.unique.addID("client_id", client, "client_id", a.clientID, a.Place)
	row := store.Application{
		Meta:           store.Meta{ID: applicationID},
		ClientID:       client,
		Name:           a.name.Value,
		Type:           a.applicationType(),
		OrganizationID: a.ownerID,
		Scopes:         valuesOf(a.scopes),
		Audience:       a.audience.Value,
		TokenTTL:       a.tokenTTL,
	}
	if a.description.Set {
		row.Description = &a.description.Value
	}
	if row.Type == store.OAuth {
		row.IsFirstParty, row.UsesPKCE = a.firstParty(), a.usesPKCE
		for _, r := range a.redirectURIs {
			row.RedirectURIs = append(row.RedirectURIs, store.RedirectURI{URI: r.uri.Value, Default: r.isDefault})
		}
	}
	return row
}
