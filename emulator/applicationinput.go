package emulator

import (
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/store"
)

// newApplication reads the body of a create.
func newApplication(in *input) (store.Application, error) {
	a := store.Application{
		Name:           in.name(),
		Type:           store.ApplicationType(in.requiredText("application_type")),
		Description:    in.optionalText("description"),
		Scopes:         in.set("scopes", field.Scope),
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
		a.Name = in.name()
	}
	if in.has("description") {
		a.Description = in.optionalText("description")
	}
	if in.has("scopes") {
		a.Scopes = in.set("scopes", field.Scope)
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
		if refused := field.RedirectURI(g.URI); refused != nil {
			in.fail("redirect_uris", refused.Code, "each uri of redirect_uris "+refused.Message)
			return nil
		}
		if slices.ContainsFunc(uris, func(o store.RedirectURI) bool { return o.URI == g.URI }) {
			in.fail("redirect_uris", "repeated", "each uri of redirect_uris must be given once")
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
