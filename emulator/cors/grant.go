package cors

import (
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/writer"
)

// Grant is what the page that has sent a request is allowed.
type Grant struct {
	origin      string // as the request has it
	credentials bool   // it may send cookies: authkit-js does so outside localhost
}

// Of returns the grant for the page that has sent a request. ok is false for a request of no page, or of one that is not allowed.
// seeded are origins in the form of [Parse], beside those of o.
func (o Origins) Of(r *http.Request, seeded []string) (g Grant, ok bool) {
	from := r.Header.Values("Origin")
	if len(from) != 1 {
		return Grant{}, false
	}
	return o.grant(from[0], seeded)
}

// PreflightMethod returns the method that a page asks for before it sends a request (Fetch standard, "CORS-preflight request"), or
// nothing for a request that is no such question.
func PreflightMethod(r *http.Request) string {
	if r.Method != http.MethodOptions || r.Header.Get("Origin") == "" {
		return ""
	}
	return r.Header.Get("Access-Control-Request-Method")
}

// preflightAge is for how many seconds a browser may go by the answer to a preflight.
const preflightAge = "600"

// AddPreflight adds the fields of an answer to a preflight for a method. All header fields that the page asks for are allowed: its
// origin is trusted, and tracing adds fields of any name.
func (g Grant) AddPreflight(h http.Header, r *http.Request, method string) {
	g.Add(h)
	h.Del("Access-Control-Expose-Headers")
	h.Set("Access-Control-Allow-Methods", method)
	h.Set("Access-Control-Max-Age", preflightAge)
	h.Add("Vary", "Access-Control-Request-Headers")
	if asked := r.Header.Get("Access-Control-Request-Headers"); isList(asked) {
		h.Set("Access-Control-Allow-Headers", asked)
	}
}

// maxAsked is how long the list of header fields in a preflight may be, in bytes.
const maxAsked = 2000

// isList reports whether a text is a list of header names, and nothing else.
func isList(text string) bool {
	if text == "" || len(text) > maxAsked {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		isToken := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("!#$%&'+-.^_`|~", r)
		return !isToken && r != ',' && r != ' '
	})
}

// exposed are the header fields of answers that a page may read.
const exposed = "Retry-After, X-Request-Id, X-Workos-Source"

// Add adds the fields that let the page read an answer. Where the answer has fields of its own that do, as one of the upstream may, they
// stay as they are. Those of a recording may be for another origin.
func (g Grant) Add(h http.Header) {
	if own := h.Get("Access-Control-Allow-Origin"); own == g.origin || own == "*" && !g.credentials {
		return
	}
	h.Set("Access-Control-Allow-Origin", g.origin)
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Expose-Headers", exposed)
	if g.credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
}

// Writer returns a writer that adds the fields to whatever answer is written, when it begins.
func (g Grant) Writer(to http.ResponseWriter) http.ResponseWriter {
	begun := false
	return &writer.Writer{ResponseWriter: to, Begin: func(int) bool {
		if !begun {
			begun = true
			g.Add(to.Header())
		}
		return true
	}}
}
