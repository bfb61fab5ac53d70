package seed

import "slices"

type redirectURI struct {
	place
	uri       text
	isDefault bool
}

var redirectURIBlock = block[redirectURI]{
	name: "connectApplications.redirect_uris",
	fields: []field[redirectURI]{
		{"uri", true, func(r *redirectURI, v value) { r.uri = v.redirectURI() }},
		{"default", false, func(r *redirectURI, v value) { r.isDefault = v.isTrue() }},
	},
}

// decodeRedirectURIs decodes redirection endpoints, each a string or a mapping.
func decodeRedirectURIs(v value) []redirectURI {
	var uris []redirectURI
	defaults := 0
	for _, element := range v.elements() {
		var r redirectURI
		if _, isString := element.unexpanded(); isString {
			r = redirectURI{place: element.place, uri: element.redirectURI()}
		} else {
			r, _ = decode(element, redirectURIBlock)
		}
		if !r.uri.set {
			continue
		}
		if slices.ContainsFunc(uris, func(other redirectURI) bool { return other.uri.value == r.uri.value }) {
			v.d.fail(r.uri.place, "is the same URI as one before")
			continue
		}
		if r.isDefault {
			defaults++
		}
		uris = append(uris, r)
	}
	if defaults > 1 {
		v.fail("only one redirect URI can be the default")
	}
	if defaults == 0 && len(uris) > 0 {
		uris[0].isDefault = true
	}
	return uris
}
