package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/peek"
)

// body is a request's body, read for a look inside and put back for whoever comes next.
type body struct {
	content []byte
	err     error
}

// read returns the body, which stays readable for next. It fails with errTooLarge for more than
// limits.RequestBody.
func (c *call) read() ([]byte, error) {
	if c.body == nil {
		c.body = &body{}
		c.body.content, c.body.err = peek.Body(c.http, limits.RequestBody)
		switch {
		case errors.Is(c.body.err, peek.ErrTooLarge):
			c.body.err = errTooLarge
		case c.body.err != nil:
			c.body.err = errEndedEarly
		}
	}
	return c.body.content, c.body.err
}

// isJSON tells whether the request says that its body is JSON.
func isJSON(r *http.Request) bool {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && (mediaType == "application/json" || strings.HasSuffix(mediaType, "+json"))
}

// input is a JSON object from a request, whose members are read one by one; what is wrong with them is collected.
type input struct {
	members map[string]json.RawMessage
	errors  []fieldError
}

// input parses the body as a JSON object. SDKs send an empty body, or null, where no member is required.
func (c *call) input() (*input, error) {
	content, err := c.read()
	if err != nil {
		return nil, err
	}
	in := &input{}
	if len(bytes.TrimSpace(content)) == 0 {
		return in, nil
	}
	if err := limits.CheckDepth(content); err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if err := json.Unmarshal(content, &in.members); err != nil {
		if json.Valid(content) {
			return nil, fmt.Errorf("%w: it must be a JSON object", errMalformed)
		}
		return nil, fmt.Errorf("%w: it is not JSON", errMalformed) // the decoder's own words may quote a secret
	}
	return in, nil
}

func (in *input) fail(field, code, message string) {
	in.errors = append(in.errors, fieldError{Field: field, Code: code, Message: message})
}

// err returns the 422 for all that was wrong, or nil.
func (in *input) err() error {
	if len(in.errors) == 0 {
		return nil
	}
	return errInvalid(in.errors...)
}

// has tells whether a member is there, be it null.
func (in *input) has(field string) bool { _, ok := in.members[field]; return ok }

// isNull tells whether a member is there and null.
func (in *input) isNull(field string) bool { return string(in.members[field]) == "null" }

// decode reads a member that is there and not null, and reports whether it could.
func (in *input) decode(field, want string, into any) bool {
	raw, ok := in.members[field]
	if !ok || string(raw) == "null" {
		return false
	}
	if json.Unmarshal(raw, into) != nil {
		in.fail(field, "invalid_type", field+" must be "+want)
		return false
	}
	return true
}

func (in *input) text(field string) string {
	var value string
	in.decode(field, "a string", &value)
	return value
}

// requiredText reads a string that must be there and not be blank.
func (in *input) requiredText(field string) string {
	value, before := "", len(in.errors)
	in.decode(field, "a string", &value)
	if strings.TrimSpace(value) == "" && len(in.errors) == before {
		in.fail(field, "required", field+" must not be empty")
	}
	return value
}

// name reads what a resource is called.
func (in *input) name() string {
	value, before := "", len(in.errors)
	in.decode("name", "a string", &value)
	if len(in.errors) == before {
		in.check("name", field.Name(value))
	}
	return value
}

// check reports what a rule has against a member.
func (in *input) check(member string, refused *field.Error) {
	if refused != nil {
		in.fail(member, refused.Code, member+" "+refused.Message)
	}
}

// set reads an array of strings, each once, for which there is a rule.
func (in *input) set(member string, rule func(string) *field.Error) []string {
	values := in.texts(member)
	for _, value := range values {
		if refused := rule(value); refused != nil {
			in.fail(member, refused.Code, refused.Message)
			break
		}
	}
	return field.Once(values)
}

// optionalText reads a string or null, as a pointer that is nil for null.
func (in *input) optionalText(field string) *string {
	var value string
	if !in.decode(field, "a string", &value) {
		return nil
	}
	return &value
}

func (in *input) flag(field string) bool {
	var value bool
	in.decode(field, "a boolean", &value)
	return value
}

// texts reads an array of strings; null and a missing member give an empty one.
func (in *input) texts(member string) []string {
	const want = "an array of strings"
	var given []*string
	in.decode(member, want, &given)
	values := make([]string, 0, len(given))
	for _, value := range given {
		if value == nil {
			in.fail(member, "invalid_type", member+" must be "+want)
			return []string{}
		}
		values = append(values, *value)
	}
	return values
}

// moment reads a time in ISO 8601; null and a missing member give the zero time.
func (in *input) moment(field string) time.Time {
	var value string
	if !in.decode(field, "a string", &value) {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		in.fail(field, "invalid_date", field+" must be an ISO 8601 time, such as 2030-01-01T00:00:00.000Z")
	}
	return at
}

// future reads a time like moment, which must lie ahead.
func (in *input) future(field string, now time.Time) time.Time {
	before := len(in.errors)
	at := in.moment(field)
	if in.has(field) && !in.isNull(field) && len(in.errors) == before && !at.After(now) {
		in.fail(field, "in_the_past", field+" must be in the future")
	}
	return at
}
