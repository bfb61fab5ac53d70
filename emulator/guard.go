package emulator

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/caddy-workos/caddy-workos/store"
)

// holdsLocalSecret tells whether a request that is about to go on has a local secret in a place where WorkOS's API takes
// one: the Authorization header, the query, a form or a JSON body, as in POST /user_management/authenticate. Bodies of
// other types and those over maxBody are not looked into.
func (c *call) holdsLocalSecret() bool {
	if c.caller.standing == stranger { // for others, the header is taken off
		for _, value := range c.http.Header.Values("Authorization") {
			scheme, credentials, _ := strings.Cut(value, " ")
			if c.anyLocalSecret(misplacedKeys(value, scheme, credentials)) {
				return true
			}
		}
	}
	if c.http.URL.RawQuery != "" {
		for _, values := range c.http.URL.Query() {
			if c.anyLocalSecret(values) {
				return true
			}
		}
	}
	if c.http.Body == nil || c.http.Body == http.NoBody {
		return false
	}
	mediaType, _, _ := mime.ParseMediaType(c.http.Header.Get("Content-Type"))
	form := mediaType == "application/x-www-form-urlencoded"
	if c.http.ContentLength > maxBody || !form && !isJSON(c.http) {
		return false
	}
	content, err := c.read()
	if err != nil {
		return false
	}
	if !form {
		var value any
		return json.Unmarshal(content, &value) == nil && c.anyLocalSecret(texts(value, nil))
	}
	fields, _ := url.ParseQuery(string(content)) // what can be parsed of it
	for _, values := range fields {
		if c.anyLocalSecret(values) {
			return true
		}
	}
	return false
}

func (c *call) anyLocalSecret(values []string) bool {
	for _, value := range values {
		if c.isLocalSecret(value) {
			return true
		}
	}
	return false
}

// isLocalSecret tells whether a value is, or was, an API key or a client secret of the store. A
// key of AcceptKeys is not: it is the real one.
func (c *call) isLocalSecret(value string) bool {
	return value != "" && c.txn.HoldsSecret(store.DigestOf(value))
}

// texts appends all strings of a JSON value.
func texts(value any, to []string) []string {
	switch value := value.(type) {
	case string:
		return append(to, value)
	case []any:
		for _, element := range value {
			to = texts(element, to)
		}
	case map[string]any:
		for _, member := range value {
			to = texts(member, to)
		}
	}
	return to
}
