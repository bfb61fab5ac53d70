package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
)

// Parameters are the parameters of an OAuth request, from a form or from JSON.
type Parameters struct {
	// Values has all values of each parameter, in order. A parameter without a value counts as left out (RFC 6749 §3.1).
	Values map[string][]string
	// Wrong has the errors of parameters: one is given more than once (RFC 6749 §3.2), or is not a string.
	Wrong map[string]error
}

// mayRepeat are the parameters that may be given more than once (RFC 8707 §2, RFC 8693 §2.1).
var mayRepeat = []string{"resource", "audience"}

// Parameters reads the parameters in the body. Where it returns an error, they are those that could be read.
func (r *Request) Parameters() (Parameters, error) {
	content, err := r.Body.Content()
	if err != nil {
		return Parameters{}, err
	}
	return ReadParameters(content, r.IsJSON())
}

// ReadParameters is [Request.Parameters] for a body.
func ReadParameters(content []byte, fromJSON bool) (Parameters, error) {
	p := Parameters{Values: map[string][]string{}, Wrong: map[string]error{}}
	if fromJSON {
		return p, p.readJSON(content)
	}
	return p, p.readForm(content)
}

func (p Parameters) readForm(content []byte) error {
	values, err := url.ParseQuery(string(content))
	for name, given := range values {
		if len(given) > 1 {
			p.repeated(name)
		}
		p.add(name, given...)
	}
	if err != nil {
		return fmt.Errorf("%w: it is not application/x-www-form-urlencoded", requestbody.ErrMalformed)
	}
	return nil
}

func (p Parameters) readJSON(content []byte) error {
	if err := limits.CheckDepth(content); err != nil {
		return fmt.Errorf("%w: %w", requestbody.ErrMalformed, err)
	}
	var members map[string]any
	if err := json.Unmarshal(content, &members); err != nil {
		return fmt.Errorf("%w: it is not a JSON object", requestbody.ErrMalformed)
	}
	seen := map[string]bool{}
	// Unlike a map, it has the members that are repeated too.
	d := json.NewDecoder(bytes.NewReader(content))
	_, _ = d.Token()
	for d.More() {
		var value any
		name, _ := d.Token()
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("%w: it is not a JSON object", requestbody.ErrMalformed)
		}
		p.readMember(name.(string), value)
		if seen[name.(string)] {
			p.repeated(name.(string))
		}
		seen[name.(string)] = true
	}
	return nil
}

func (p Parameters) readMember(name string, value any) {
	switch value := value.(type) {
	case nil:
	case string:
		p.add(name, value)
	case []any:
		p.readArray(name, value)
	default:
		p.noString(name)
	}
}

// readArray reads the values of a parameter that is repeated, which is an array in JSON.
func (p Parameters) readArray(name string, values []any) {
	if !slices.Contains(mayRepeat, name) {
		p.noString(name)
	}
	for _, value := range values {
		if text, ok := value.(string); ok {
			p.add(name, text)
		} else {
			p.noString(name)
		}
	}
}

func (p Parameters) add(name string, given ...string) {
	for _, value := range given {
		if value != "" {
			p.Values[name] = append(p.Values[name], value)
		}
	}
}

func (p Parameters) repeated(name string) {
	if !slices.Contains(mayRepeat, name) {
		p.Wrong[name] = InvalidRequest(nameParameter(name) + " is given more than once.")
	}
}

func (p Parameters) noString(name string) {
	p.Wrong[name] = InvalidRequest(nameParameter(name) + " must be a string.")
}

// namedParameters are the parameters that errors name. The name of any other may be a misplaced secret.
var namedParameters = []string{
	"grant_type", "scope", "client_id", "client_secret", "client_assertion", "client_assertion_type", "code", "code_verifier",
	"redirect_uri", "refresh_token", "device_code", "token", "token_type_hint", "resource", "audience",
	"authentication_challenge_id", "email", "invitation_token", "organization_id", "password", "pending_authentication_token",
}

func nameParameter(name string) string {
	if slices.Contains(namedParameters, name) {
		return "The parameter " + name
	}
	return "A parameter"
}

// One returns the first value of a parameter, or an empty string.
func (p Parameters) One(name string) string {
	if given := p.Values[name]; len(given) > 0 {
		return given[0]
	}
	return ""
}
