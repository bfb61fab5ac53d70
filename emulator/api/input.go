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

// IsJSON tells whether the request says that its body is JSON.
func (r *Request) IsJSON() bool {
	mediaType, _, err := mime.ParseMediaType(r.Header().Get("Content-Type"))
	return err == nil && (mediaType == "application/json" || strings.HasSuffix(mediaType, "+json"))
}

// Input is a JSON object from a request, whose members are read one by one; what is wrong with them is collected. Where a method
// says nothing else, null and a missing member give the zero value.
type Input struct {
	FieldErrors
	members map[string]json.RawMessage
}

// Input parses the request's body as a JSON object. SDKs send an empty body, or null, where no member is required.
func (r *Request) Input() (*Input, error) { return ParseInput(&r.Body) }

// ParseInput parses a body as a JSON object. The error wraps one of package body.
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

// Has tells whether a member is there, be it null.
func (in *Input) Has(field string) bool { _, ok := in.members[field]; return ok }

// IsNull tells whether a member is there and null.
func (in *Input) IsNull(field string) bool { return string(in.members[field]) == "null" }

// Decode reads a member that is there and not null, and reports whether it could.
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

// RequiredText reads a string that must be there and not be blank.
func (in *Input) RequiredText(field string) string {
	value, before := "", in.Count()
	in.Decode(field, "a string", &value)
	if strings.TrimSpace(value) == "" && in.Count() == before {
		in.Fail(field, "required", field+" must not be empty")
	}
	return value
}

// Name reads what a resource is called.
func (in *Input) Name() string {
	value, before := "", in.Count()
	in.Decode("name", "a string", &value)
	if in.Count() == before {
		in.Check("name", field.Name(value))
	}
	return value
}

// Check reports what a rule has against a member.
func (in *Input) Check(member string, refused *field.Error) {
	if refused != nil {
		in.Fail(member, refused.Code, member+" "+refused.Message)
	}
}

// Set reads an array of strings, each once, for which there is a rule.
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

// OptionalText reads a string or null, as a pointer that is nil for null.
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

// Texts reads an array of strings; null and a missing member give an empty one.
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

// Raw returns a member's JSON, and nil for null and a missing one.
func (in *Input) Raw(field string) json.RawMessage {
	if in.IsNull(field) {
		return nil
	}
	return in.members[field]
}

// Names returns the names of the members, sorted.
func (in *Input) Names() []string { return slices.Sorted(maps.Keys(in.members)) }
