package authorize

import (
	"net/url"
	"strings"
)

// parameters are the parameters of a query or a form, each with its values in order.
type parameters map[string][]string

// parseParameters parses a query. Unlike [url.ParseQuery], it takes a semicolon for a character of a value, as browsers and WorkOS do.
// ok is false for one that is not percent-encoded.
func parseParameters(raw string) (p parameters, ok bool) {
	p, ok = parameters{}, true
	for field := range strings.SplitSeq(raw, "&") {
		if field == "" {
			continue
		}
		name, value, _ := strings.Cut(field, "=")
		name, wrongName := url.QueryUnescape(name)
		value, wrongValue := url.QueryUnescape(value)
		if wrongName != nil || wrongValue != nil {
			ok = false
			continue
		}
		p[name] = append(p[name], value)
	}
	return p, ok
}

// one returns the first value of a parameter, or nothing.
func (p parameters) one(name string) string {
	if values := p[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// repeated returns the first of the names that has more than one value, or nothing.
func (p parameters) repeated(names ...string) string {
	for _, name := range names {
		if len(p[name]) > 1 {
			return name
		}
	}
	return ""
}
