package seed

import (
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
)

type redirectURI struct {
	document.Place
	uri       text
	isDefault bool
}

var uriText = format.RequiredText(field.RedirectURIRule)

var redirectURIBlock = format.Block[redirectURI]{
	Name:       "connectApplications.redirect_uris",
	Definition: "redirectURI",
	Entry:      "A redirection endpoint.",
	About:      "Each is a mapping, or the URI as a string.",
	Fields: []format.Field[redirectURI]{
		format.Required("uri", uriText, func(r *redirectURI) *text { return &r.uri },
			"An absolute URI without a fragment; each once."),
		format.Optional("default", format.Bool, func(r *redirectURI) *bool { return &r.isDefault },
			"Whether it is the default one. Where none is, it is the first."),
	},
}

var redirectURIs = format.Type[[]redirectURI]{
	TypeDescription: format.EntriesOrTexts(redirectURIBlock.Describe(), field.RedirectURIRule),
	Decode:          decodeRedirectURIs,
}

// decodeRedirectURIs decodes redirection endpoints, each a string or a mapping.
func decodeRedirectURIs(v document.Value) []redirectURI {
	var uris []redirectURI
	defaults := 0
	entries := decodeEntriesOrTexts(v, &redirectURIBlock, func(v document.Value) redirectURI {
		return redirectURI{Place: v.Place, uri: uriText.Decode(v)}
	})
	for _, r := range entries {
		if !r.uri.Set {
			continue
		}
		if slices.ContainsFunc(uris, func(other redirectURI) bool { return other.uri.Value == r.uri.Value }) {
			v.Document().Fail(r.uri.Place, "is the same URI as one before")
			continue
		}
		if r.isDefault {
			defaults++
		}
		uris = append(uris, r)
	}
	if defaults > 1 {
		v.Fail("only one redirect URI can be the default")
	}
	if defaults == 0 && len(uris) > 0 {
		uris[0].isDefault = true
	}
	return uris
}
