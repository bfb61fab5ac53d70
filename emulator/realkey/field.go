package realkey

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// Placeholder replaces a local key in a body that is passed on.
const Placeholder = "exchanged_by_caddy_workos"

// fieldName is the field of a body in which WorkOS takes the environment's API key (LOGIN.md §1).
const fieldName = "client_secret"

// Field is the place of a key in a body: the bytes between two offsets, without the quotes of JSON.
type Field struct {
	Value      string // decoded
	start, end int
	json       bool
}

// TakenInBody reports whether WorkOS takes the environment's API key in the body of a request (LOGIN.md §1).
func TakenInBody(r *http.Request) bool {
	if r.Method != http.MethodPost {
		return false
	}
	switch path.Clean(r.URL.Path) {
	case "/user_management/authenticate", "/x/authkit/users/authenticate", "/sso/token":
		return true
	}
	return false
}

// Fields returns the fields of a JSON object or a form that contain the environment's API key, in order. A body that is neither has
// none.
func Fields(contentType string, content []byte) []Field {
	mediaType, _, _ := mime.ParseMediaType(contentType)
	isForm := mediaType == "application/x-www-form-urlencoded"
	if len(content) > limits.RequestBody {
		return nil
	}
	if fields, ok := inJSON(content); ok && !isForm {
		return fields
	}
	return inForm(content)
}

// inJSON returns the fields of a JSON object. ok is false for a body that is not an object.
func inJSON(content []byte) (fields []Field, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	if begin, err := decoder.Token(); err != nil || begin != json.Delim('{') {
		return nil, false
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return nil, false
		}
		var value string
		if name != fieldName || raw[0] != '"' || json.Unmarshal(raw, &value) != nil {
			continue
		}
		end := int(decoder.InputOffset())
		fields = append(fields, Field{value, end - len(raw) + 1, end - 1, true})
	}
	if _, err := decoder.Token(); err != nil {
		return nil, false
	}
	return fields, true
}

func inForm(content []byte) (fields []Field) {
	for start := 0; start <= len(content); {
		end := len(content)
		if length := bytes.IndexByte(content[start:], '&'); length >= 0 {
			end = start + length
		}
		name, value, _ := strings.Cut(string(content[start:end]), "=")
		plainName, errName := url.QueryUnescape(name)
		plain, errValue := url.QueryUnescape(value)
		if errName == nil && errValue == nil && plainName == fieldName {
			fields = append(fields, Field{plain, end - len(value), end, false})
		}
		start = end + 1
	}
	return fields
}

// Empty returns a body with [Placeholder] in the place of each field's value, and the fields with their new offsets.
func Empty(content []byte, fields []Field) ([]byte, []Field) {
	var emptied []byte
	moved := make([]Field, 0, len(fields))
	done := 0
	for _, f := range fields {
		emptied = append(append(emptied, content[done:f.start]...), Placeholder...)
		moved = append(moved, Field{Placeholder, len(emptied) - len(Placeholder), len(emptied), f.json})
		done = f.end
	}
	return append(emptied, content[done:]...), moved
}

// fill replaces each placeholder by a key.
func fill(content []byte, fields []Field, key string) ([]byte, error) {
	var filled []byte
	done := 0
	for _, f := range fields {
		if f.end > len(content) || string(content[f.start:f.end]) != Placeholder {
			return nil, errChanged
		}
		filled = append(append(filled, content[done:f.start]...), f.encode(key)...)
		done = f.end
	}
	if len(content) > limits.RequestBody {
		return nil, errChanged
	}
	return append(filled, content[done:]...), nil
}

// encode encodes a key as the type of the body requires.
func (f Field) encode(key string) string {
	if !f.json {
		return url.QueryEscape(key)
	}
	encoded, err := json.Marshal(key)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return string(encoded[1 : len(encoded)-1])
}
