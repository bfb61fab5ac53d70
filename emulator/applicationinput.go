package emulator

import (
	"net/url"
	"regexp"

	"github.com/caddy-workos/caddy-workos/store"
)

// scopeToken is RFC 6749 §3.3's.
var scopeToken = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]+$`)

// newApplication reads the body of a create.
func newApplication(in *input) (store.Application, error) {
	a := store.Application{
		Name:           in.requiredText("name"),
		Type:           store.ApplicationType(in.requiredText("application_type")),
		Description:    in.optionalText("description"),
		Scopes:         in.scopes(),
		OrganizationID: in.text("organization_id"),
	}
	switch a.Type {
	case store.M2M:
		in.refuseRedirectURIs()
		if a.OrganizationID == "" {
			in.require("organization_id", "organization_id is required for an m2m application")
		}
	case store.OAuth:
		a.RedirectURIs = in.redirectURIs()
		a.UsesPKCE = in.flag("uses_pkce")
		a.IsFirstParty = in.flag("is_first_party")
		switch {
		case !in.has("is_first_party") || in.isNull("is_first_party"):
			in.fail("is_first_party", "required", "is_first_party is required for an oauth application")
		case a.IsFirstParty:
			a.OrganizationID = "" // only a third party is one
		case a.OrganizationID == "":
			in.require("organization_id", "organization_id is required where is_first_party is false")
		}
	case "":
	default:
		in.fail("application_type", "unknown", "application_type must be m2m or oauth")
	}
	return a, in.err()
}

// changeApplication applies the body of an update: null clears, and what is not there stays.
func (in *input) changeApplication(a *store.Application) error {
	if in.has("name") {
		a.Name = in.requiredText("name")
	}
	if in.has("description") {
		a.Description = in.optionalText("description")
	}
	if in.has("scopes") {
		a.Scopes = in.scopes()
	}
	if a.Type != store.OAuth {
		in.refuseRedirectURIs()
	} else if in.has("redirect_uris") {
		a.RedirectURIs = in.redirectURIs()
	}
	return in.err()
}

func (in *input) refuseRedirectURIs() {
	if in.has("redirect_uris") && !in.isNull("redirect_uris") {
		in.fail("redirect_uris", "not_allowed", "redirect_uris are for oauth applications only")
	}
}

// require reports that a member is missing, unless something else was wrong with it.
func (in *input) require(field, message string) {
	for _, known := range in.errors {
		if known.Field == field {
			return
		}
	}
	in.fail(field, "required", message)
}

// scopes reads scopes, each once.
func (in *input) scopes() []string {
	var scopes []string
	seen := map[string]bool{}
	for _, scope := range in.texts("scopes") {
		if !scopeToken.MatchString(scope) {
			in.fail("scopes", "invalid", `a scope must not be empty and holds no space, no " and no \`)
			break
		}
		if !seen[scope] {
			seen[scope] = true
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// redirectURIs reads redirection endpoints (RFC 6749 §3.1.2). Where none is marked as the default, it is the first.
func (in *input) redirectURIs() []store.RedirectURI {
	var given []struct {
		URI     string `json:"uri"`
		Default *bool  `json:"default"`
	}
	in.decode("redirect_uris", "an array of objects with uri and default", &given)
	uris := make([]store.RedirectURI, 0, len(given))
	defaults := 0
	for _, g := range given {
		if u, err := url.Parse(g.URI); err != nil || !u.IsAbs() || u.Fragment != "" {
			in.fail("redirect_uris", "invalid", "each uri of redirect_uris must be an absolute URI without a fragment")
			return nil
		}
		uri := store.RedirectURI{URI: g.URI, Default: g.Default != nil && *g.Default}
		if uri.Default {
			defaults++
		}
		uris = append(uris, uri)
	}
	switch {
	case defaults > 1:
		in.fail("redirect_uris", "ambiguous", "only one of redirect_uris can be the default")
	case defaults == 0 && len(uris) > 0:
		uris[0].Default = true
	}
	return uris
}
