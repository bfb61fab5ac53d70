package emulator

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/store"
)

// holdsLocalSecret tells whether a request that is about to go on has a local secret in it where secrets are sent, on
// purpose or by a slip: the Authorization header, the path, the query and the body. What the Content-Type says of the
// body is not relied on, as `curl -d` calls every body a form. Bodies over limits.RequestBody and those of binary types are not
// looked into.
func (c *call) holdsLocalSecret() bool {
	return c.headerHoldsSecret() || c.urlHoldsSecret() || c.bodyHoldsSecret()
}

func (c *call) headerHoldsSecret() bool {
	if c.caller.standing != stranger {
		return false // the header is taken off
	}
	for _, value := range c.http.Header.Values("Authorization") {
		scheme, credentials, _ := strings.Cut(value, " ")
		if c.anyLocalSecret(misplacedKeys(value, scheme, credentials)) {
			return true
		}
	}
	return false
}

func (c *call) urlHoldsSecret() bool {
	for segment := range strings.SplitSeq(c.http.URL.Path, "/") {
		if c.isLocalSecret(segment) {
			return true
		}
	}
	return c.formHoldsSecret(c.http.URL.RawQuery)
}

func (c *call) bodyHoldsSecret() bool {
	if c.http.Body == nil || c.http.Body == http.NoBody || c.http.ContentLength > limits.RequestBody || isBinary(c.http) {
		return false
	}
	if c.http.ContentLength == 0 && (c.http.Method == http.MethodGet || c.http.Method == http.MethodHead) {
		return false // a server may wrap the body that is not there, which costs to find out
	}
	content, err := c.read()
	if err != nil || len(content) == 0 {
		return false
	}
	return c.isLocalSecret(strings.TrimSpace(string(content))) || c.jsonHoldsSecret(content) || c.formHoldsSecret(string(content))
}

// isBinary tells whether a body is of a type that holds no fields, or streams.
func isBinary(r *http.Request) bool {
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	kind, subtype, _ := strings.Cut(mediaType, "/")
	switch kind {
	case "multipart", "image", "audio", "video":
		return true
	}
	return subtype == "octet-stream"
}

// formHoldsSecret looks at each name and value of a query or form, as they stand and decoded. It splits where any server
// might.
func (c *call) formHoldsSecret(form string) bool {
	for form != "" {
		field := form
		if end := strings.IndexAny(form, "&;"); end >= 0 {
			field, form = form[:end], form[end+1:]
		} else {
			form = ""
		}
		name, value, _ := strings.Cut(field, "=")
		if c.isEncodedSecret(name) || c.isEncodedSecret(value) {
			return true
		}
	}
	return false
}

// isEncodedSecret looks at a value as it stands and form-decoded.
func (c *call) isEncodedSecret(value string) bool {
	return c.isLocalSecret(value) || strings.ContainsAny(value, "%+") && c.anyLocalSecret(readings(value))
}

// jsonHoldsSecret looks at each string of a JSON text, members given twice and further texts behind it included.
func (c *call) jsonHoldsSecret(content []byte) bool {
	tokens := json.NewDecoder(bytes.NewReader(content))
	for {
		token, err := tokens.Token()
		if err != nil {
			return false // the end, or what is no JSON
		}
		if text, ok := token.(string); ok && c.isLocalSecret(text) {
			return true
		}
	}
}

func (c *call) anyLocalSecret(values []string) bool {
	for _, value := range values {
		if c.isLocalSecret(value) {
			return true
		}
	}
	return false
}

// isLocalSecret tells whether a value is, or was, an API key or a client secret of the store. A key of AcceptKeys is not:
// it is the real one.
func (c *call) isLocalSecret(value string) bool {
	return value != "" && c.txn.HoldsSecret(store.DigestOf(value))
}
