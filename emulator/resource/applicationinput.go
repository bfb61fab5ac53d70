package resource

import (
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/store"
)

// newApplication reads the body of a request that creates an application.
func newApplication(in *api.Input) (store.Application, error) {
	a := store.Application{
		Name:           in.Name(),
		Type:           store.ApplicationType(in.RequiredText("application_type")),
		Description:    in.OptionalText("description"),
		Scopes:         in.Set("scopes", field.Scope),
		OrganizationID: in.Text("organization_id"),
	}
	switch a.Type {
	case store.M2M:
		refuseRedirectURIs(in)
		if a.OrganizationID == "" {
			require(in, "organization_id", "organization_id is required for an m2m application")
		}
	case store.OAuth:
		a.RedirectURIs = redirectURIs(in)
		a.UsesPKCE = in.Flag("uses_pkce")
		a.IsFirstParty = in.Flag("is_first_party")
		switch {
		case !in.Has("is_first_party") || in.IsNull("is_first_party"):
			in.Fail("is_first_party", "required", "is_first_party is required for an oauth application")
		case a.IsFirstParty:
			a.OrganizationID = "" // a first-party application belongs to no organization
		case a.OrganizationID == "":
			require(in, "organization_id", "organization_id is required where is_first_party is false")
		}
	case "":
	default:
		in.Fail("application_type", "unknown", "application_type must be m2m or oauth")
	}
	return a, in.Err()
}

// changeApplication applies the body of an update. Null clears a member, and a missing member stays as it is.
func changeApplication(in *api.Input, a *store.Application) error {
	if in.Has("name") {
		a.Name = in.Name()
	}
	if in.Has("description") {
		a.Description = in.OptionalText("description")
	}
	if in.Has("scopes") {
		a.Scopes = in.Set("scopes", field.Scope)
	}
	if a.Type != store.OAuth {
		refuseRedirectURIs(in)
	} else if in.Has("redirect_uris") {
		a.RedirectURIs = redirectURIs(in)
	}
	return in.Err()
}

func refuseRedirectURIs(in *api.Input) {
	if in.Has("redirect_uris") && !in.IsNull("redirect_uris") {
		in.Fail("redirect_uris", "not_allowed", "redirect_uris are for oauth applications only")
	}
}

// require adds the error of a missing member, unless the member has another error.
func require(in *api.Input, field, message string) {
	if !in.Failed(field) {
		in.Fail(field, "required", message)
	}
}

// redirectURIs reads redirection endpoints (RFC 6749 §3.1.2). Where none is marked as the default, the first one is.
func redirectURIs(in *api.Input) []store.RedirectURI {
	var given []struct {
		URI     string `json:"uri"`
		Default *bool  `json:"default"`
	}
	in.Decode("redirect_uris", "an array of objects with uri and default", &given)
	uris := make([]store.RedirectURI, 0, len(given))
	defaults := 0
	for _, g := range given {
		if refused := field.RedirectURI(g.URI); refused != nil {
			in.Fail("redirect_uris", refused.Code, "each uri of redirect_uris "+refused.Message)
			return nil
		}
		if slices.ContainsFunc(uris, func(o store.RedirectURI) bool { return o.URI == g.URI }) {
			in.Fail("redirect_uris", "repeated", "each uri of redirect_uris must be given once")
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
		in.Fail("redirect_uris", "ambiguous", "only one of redirect_uris can be the default")
	case defaults == 0 && len(uris) > 0:
		uris[0].Default = true
	}
	return uris
}
