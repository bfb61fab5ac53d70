package seed

import (
	"github.com/caddy-workos/caddy-workos/emulator/cors"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/redirecturi"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/emulator/seed/format"
	"github.com/caddy-workos/caddy-workos/store"
)

// redirectURIsOfLogins are those of the environment. Those of applications are fields of their entries.
var redirectURIsOfLogins = &kindOf[redirectURI, store.AllowedRedirectURI]{
	singular: "redirect URI", plural: "redirect URIs",
	block: loginRedirectBlock,
	listed: &format.Type[[]redirectURI]{
		TypeDescription: format.EntriesOrTexts(loginRedirectBlock.Describe(), patternRule),
		Decode:          decodeLoginRedirects,
	},
	identity: identity[redirectURI]{
		prefix:  id.RedirectURI,
		natural: func(u *redirectURI) []string { return []string{u.uri.Value} },
	},
	row: func(u *redirectURI, r *resolver, uriID string) store.AllowedRedirectURI {
		r.unique.add("redirect URI", u.uri.Value, u.uri.Place)
		return store.AllowedRedirectURI{Meta: store.Meta{ID: uriID}, URI: u.uri.Value, Default: u.isDefault}
	},
	table: &table[store.AllowedRedirectURI]{Table: store.RedirectURIs},
}

var loginRedirectBlock = format.Block[redirectURI]{
	Name:       "redirectUris",
	Definition: "loginRedirectURI",
	Entry:      "Where logins may return to.",
	About: "Where logins of every client may return to, beside the option `redirect_uri`. Each is a mapping, or the URI as a string. " +
		"Where there is neither this, nor the option, nor `redirect_uris` of the client: hosts of this machine.",
	Fields: []format.Field[redirectURI]{
		format.Required("uri", patternText, func(u *redirectURI) *text { return &u.uri },
			"The URI. One `*` may stand in the leftmost label of its host, or in the place of the port of a host of this machine."),
		format.Optional("default", format.Bool, func(u *redirectURI) *bool { return &u.isDefault }, "Whether it is the default one; the first, where none is."),
	},
}

// patternRule is that of the option redirect_uri.
var patternRule = field.Rule{MinLength: 1, Check: func(value string) *field.Error {
	if _, err := redirecturi.Parse(value); err != nil {
		return &field.Error{Code: "invalid", Message: err.Error()}
	}
	return nil
}}

// patternText is a required one. What the rule says may quote the host, so it is not shown of a value with placeholders.
var patternText = format.Type[text]{
	TypeDescription: format.RequiredText(patternRule).TypeDescription,
	Decode: func(v document.Value) text {
		t := v.RequiredText()
		if !t.Set {
			return t
		}
		if refused := patternRule.Check(t.Value); refused != nil {
			message := "is no redirect URI that may be listed"
			if t.IsLiteral() && !v.Document().MayHoldSecret(t.Value) {
				message = refused.Message
			}
			v.Fail("%s", message)
			t.Set = false
		}
		return t
	},
}

func decodeLoginRedirects(v document.Value) []redirectURI {
	uris := decodeEntriesOrTexts(v, &loginRedirectBlock, func(v document.Value) redirectURI {
		return redirectURI{Place: v.Place, uri: patternText.Decode(v)}
	})
	defaults := 0
	for _, u := range uris {
		if !u.isDefault {
			continue
		}
		if defaults++; defaults > 1 {
			v.Document().Fail(u.Place, "only one redirect URI can be the default")
		}
	}
	return uris
}

// corsOrigin is an origin of pages that may call the API.
type corsOrigin struct {
	document.Place
	origin text
}

var corsOrigins = &kindOf[corsOrigin, store.CORSOrigin]{
	singular: "CORS origin", plural: "CORS origins",
	block: corsBlock,
	listed: &format.Type[[]corsOrigin]{
		TypeDescription: format.EntriesOrTexts(corsBlock.Describe(), originRule),
		Decode: func(v document.Value) []corsOrigin {
			return decodeEntriesOrTexts(v, &corsBlock, func(v document.Value) corsOrigin {
				return corsOrigin{Place: v.Place, origin: originText.Decode(v)}
			})
		},
	},
	identity: identity[corsOrigin]{
		prefix:  id.CORSOrigin,
		natural: func(o *corsOrigin) []string { return []string{o.origin.Value} },
	},
	row: func(o *corsOrigin, r *resolver, originID string) store.CORSOrigin {
		origin, err := cors.Parse(o.origin.Value)
		if err != nil {
			return store.CORSOrigin{}
		}
		r.unique.add("CORS origin", origin, o.origin.Place)
		return store.CORSOrigin{Meta: store.Meta{ID: originID}, Origin: origin}
	},
	table: &table[store.CORSOrigin]{Table: store.CORSOrigins},
}

var corsBlock = format.Block[corsOrigin]{
	Name:       "corsOrigins",
	Definition: "corsOrigin",
	Entry:      "An origin whose pages may call the API from a browser.",
	About: "Origins whose pages may call the API from a browser, beside the option `cors_origin`. Each is a mapping, or the origin as a string. " +
		"Where there is neither: those of this machine.",
	Fields: []format.Field[corsOrigin]{
		format.Required("origin", originText, func(o *corsOrigin) *text { return &o.origin }, "The origin, such as `https://app.example.com`."),
	},
}

// originRule is that of the option cors_origin.
var originRule = field.Rule{MinLength: 1, Check: func(value string) *field.Error {
	if _, err := cors.Parse(value); err != nil {
		return &field.Error{Code: "invalid", Message: err.Error()}
	}
	return nil
}}

var originText = format.RequiredText(originRule)

// decodeEntriesOrTexts decodes a sequence of entries, each a mapping or a string.
func decodeEntriesOrTexts[E any](v document.Value, block *format.Block[E], read func(document.Value) E) []E {
	var entries []E
	for _, element := range v.Elements() {
		if element.IsText() {
			entries = append(entries, read(element))
		} else if e, ok := block.Decode(element); ok {
			entries = append(entries, e)
		}
	}
	return entries
}
