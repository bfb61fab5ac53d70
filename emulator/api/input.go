package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
)

// IsJSON reports whether the Content-Type of the request is JSON.
func (r *Request) IsJSON() bool {
	mediaType, _, err := mime.ParseMediaType(r.Header().Get("Content-Type"))
	return err == nil && (mediaType == "application/json" || strings.HasSuffix(mediaType, "+json"))
}

// Input is a JSON object from a request. Its methods read one member each and collect what is wrong with it in FieldErrors.
// Unless a method says otherwise, null and a missing member give the zero value.
type Input struct {
	FieldErrors
	members map[string]json.RawMessage
}

// Input parses the request's body as a JSON object. SDKs send an empty body, or null, where no member is required.
func (r *Request) Input() (*Input, error) { return ParseInput(&r.Body) }

// ParseInput parses a body as a JSON object. The error wraps one of package requestbody.
func ParseInput(b *requestbody.Body) (*Input, error) {
	content, err := b.Content()
	if err != nil {
		return nil, err
	}
	in := &Input{}
	if len(bytes.TrimSpace(content)) == 0 {
		return in, nil
	}
	if err := limits.CheckDepth(content); err != nil {
		return nil, fmt.Errorf("%w: %w", requestbody.ErrMalformed, err)
	}
	if err := json.Unmarshal(content, &in.members); err != nil {
		if json.Valid(content) {
			return nil, fmt.Errorf("%w: it must be a JSON object", requestbody.ErrMalformed)
		}
		return nil, fmt.Errorf("%w: it is not JSON", requestbody.ErrMalformed) // the decoder's own words may quote a secret
	}
	return in, nil
}

// Has reports whether a member is there. It may be null.
func (in *Input) Has(field string) bool { _, ok := in.members[field]; return ok }

// IsNull reports whether a member is there and null.
func (in *Input) IsNull(field string) bool { return string(in.members[field]) == "null" }

// Decode decodes a member into a variable. It reports false for null, for a missing member, and for a value of another type,
// which is an error of the field: want names the wanted type.
func (in *Input) Decode(field, want string, into any) bool {
	raw, ok := in.members[field]
	if !ok || string(raw) == "null" {
		return false
	}
	if json.Unmarshal(raw, into) != nil {
		in.Fail(field, "invalid_type", field+" must be "+want)
		return false
	}
	return true
}

// Text reads a string.
func (in *Input) Text(field string) string {
	var value string
	in.Decode(field, "a string", &value)
	return value
}

// RequiredText reads a string. A missing or blank one is an error.
func (in *Input) RequiredText(field string) string {
	value, before := "", in.Count()
	in.Decode(field, "a string", &value)
	if strings.TrimSpace(value) == "" && in.Count() == before {
		in.Fail(field, "required", field+" must not be empty")
	}
	return value
}

// Name reads the member `name`, by the rule [field.Name].
func (in *Input) Name() string {
	value, before := "", in.Count()
	in.Decode("name", "a string", &value)
	if in.Count() == before {
		in.Check("name", field.Name(value))
	}
	return value
}

// Check adds the error that a rule has returned for a member, which may be nil.
func (in *Input) Check(member string, refused *field.Error) {
	if refused != nil {
		in.Fail(member, refused.Code, member+" "+refused.Message)
	}
}

// Set reads an array of strings as a set. Each string must satisfy the rule; repeated ones are dropped.
func (in *Input) Set(member string, rule func(string) *field.Error) []string {
	values := in.Texts(member)
	for _, value := range values {
		if refused := rule(value); refused != nil {
			in.Fail(member, refused.Code, refused.Message)
			break
		}
	}
	return field.Once(values)
}

// OptionalText reads a string. It returns nil for null and for a missing member.
func (in *Input) OptionalText(field string) *string {
	var value string
	if !in.Decode(field, "a string", &value) {
		return nil
	}
	return &value
}

// Flag reads a boolean.
func (in *Input) Flag(field string) bool {
	var value bool
	in.Decode(field, "a boolean", &value)
	return value
}

// Texts reads an array of strings. Null and a missing member give an empty slice, not nil.
func (in *Input) Texts(member string) []string {
	const want = "an array of strings"
	var given []*string
	in.Decode(member, want, &given)
	values := make([]string, 0, len(given))
	for _, value := range given {
		if value == nil {
			in.Fail(member, "invalid_type", member+" must be "+want)
			return []string{}
		}
		values = append(values, *value)
	}
	return values
}

// Raw returns a member's JSON. It returns nil for null and for a missing member.
func (in *Input) Raw(field string) json.RawMessage {
	if in.IsNull(field) {
		return nil
	}
	return in.members[field]
}

// Names returns the names of the members, sorted.
func (in *Input) Names() []string { return slices.Sorted(maps.Keys(in.members)) }
