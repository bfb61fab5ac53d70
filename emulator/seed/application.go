package seed

import (
	"regexp"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

type application struct {
	place
	owner
	id, name, kind, description, audience, clientID text
	scopes                                          []text
	clientSecret                                    text
	clientSecrets                                   []text
	secretsDeclared                                 bool // client_secrets is given, if empty
	tokenTTL                                        time.Duration
	redirectURIs                                    []redirectURI
	isFirstParty                                    *bool
	usesPKCE                                        bool
}

var applicationBlock = block[application]{
	name: "connectApplications",
	fields: []field[application]{
		{"id", false, func(a *application, v value) { a.id = v.identifier() }},
		{"name", true, func(a *application, v value) { a.name = v.name() }},
		{"type", false, func(a *application, v value) { a.kind = v.oneOf("m2m", "oauth") }},
		{"organization", false, func(a *application, v value) { a.organization = v.filled() }},
		{"organization_id", false, func(a *application, v value) { a.organizationID = v.identifier() }},
		{"description", false, func(a *application, v value) { a.description = v.text() }},
		{"scopes", false, func(a *application, v value) { a.scopes = v.scopes() }},
		{"audience", false, func(a *application, v value) { a.audience = v.text() }},
		{"client_id", false, func(a *application, v value) { a.clientID = v.clientID() }},
		{"client_secret", false, func(a *application, v value) { a.clientSecret = v.filled() }},
		{"client_secrets", false, (*application).decodeSecrets},
		{"token_ttl", false, func(a *application, v value) { a.tokenTTL = v.tokenTTL() }},
		{"redirect_uris", false, func(a *application, v value) { a.redirectURIs = decodeRedirectURIs(v) }},
		{"is_first_party", false, func(a *application, v value) { a.isFirstParty = v.boolean() }},
		{"uses_pkce", false, func(a *application, v value) { a.usesPKCE = v.isTrue() }},
	},
	ignored: []string{"login_url", "logo_url"},
}

func (a *application) decodeSecrets(v value) {
	if v.isNull() {
		return
	}
	a.secretsDeclared = true
	a.clientSecrets = v.filledTexts()
	if len(a.clientSecrets) > credential.MaxClientSecrets {
		v.fail("an application has at most %d client secrets", credential.MaxClientSecrets)
	}
	first := map[string]text{}
	for _, secret := range a.clientSecrets {
		if before, taken := first[secret.value]; taken {
			v.d.fail(secret.place, "is the same secret as %s", before.path)
			continue
		}
		first[secret.value] = secret
	}
}

var visible = regexp.MustCompile(`^[\x20-\x7E]+$`) // a client id, RFC 6749 appendix A.1

func (v value) clientID() text {
	t := v.filled()
	if t.set && !visible.MatchString(t.value) {
		v.fail("must consist of printable ASCII characters")
		t.set = false
	}
	return t
}

// tokenTTL decodes a lifetime, of which tokens can only express whole seconds.
func (v value) tokenTTL() time.Duration {
	ttl, ok := v.duration()
	if ok && ttl < time.Second {
		v.fail("must be at least one second")
		return 0
	}
	return ttl.Truncate(time.Second)
}

// applicationType is m2m where the file does not say.
func (a application) applicationType() store.ApplicationType {
	if a.kind.value == string(store.OAuth) {
		return store.OAuth
	}
	return store.M2M
}

// firstParty is whether an oauth application is the environment's own, which it is unless the file says otherwise or
// gives it an organization.
func (a application) firstParty() bool {
	if a.isFirstParty != nil {
		return *a.isFirstParty
	}
	return !a.owner.given()
}

// secrets are the pinned client secrets.
func (a application) secrets() []text {
	if a.clientSecret.set {
		return []text{a.clientSecret}
	}
	return a.clientSecrets
}

// check reports what the fields of an application, each fine by itself, may not be together.
func (a application) check(d *decoder) {
	organization := place{a.path.at("organization"), a.line, a.column}
	switch {
	case a.owner.given():
	case a.applicationType() == store.M2M:
		d.fail(organization, "an m2m application needs an organization, or an organization_id")
	case !a.firstParty():
		d.fail(organization, "an oauth application that is not first-party needs an organization, or an organization_id")
	}
	if a.clientSecret.given && a.secretsDeclared {
		d.fail(a.clientSecret.place, "give either client_secret or client_secrets, not both")
	}
	if a.applicationType() == store.M2M && (len(a.redirectURIs) > 0 || a.usesPKCE || a.isFirstParty != nil) {
		d.warn("m2m", a.place, "redirect_uris, uses_pkce and is_first_party have no effect on an m2m application")
	}
}

// natural is what tells the application from others where it has no pinned id.
func (a application) natural() []string {
	return []string{a.name.value, a.organization.value, a.organizationID.value}
}

// row is what is stored of an application of the given ids, which are empty where only the content counts.
func (a application) row(applicationID, clientID, organizationID string) store.Application {
	row := store.Application{
		Meta:           store.Meta{ID: applicationID},
		ClientID:       clientID,
		Name:           a.name.value,
		Type:           a.applicationType(),
		OrganizationID: organizationID,
		Scopes:         values(a.scopes),
		Audience:       a.audience.value,
		TokenTTL:       a.tokenTTL,
	}
	if a.description.set {
		row.Description = &a.description.value
	}
	if row.Type == store.OAuth {
		row.IsFirstParty, row.UsesPKCE = a.firstParty(), a.usesPKCE
		for _, r := range a.redirectURIs {
			row.RedirectURIs = append(row.RedirectURIs, store.RedirectURI{URI: r.uri.value, Default: r.isDefault})
		}
	}
	return row
}
