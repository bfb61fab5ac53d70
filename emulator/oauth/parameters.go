package oauth

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
)

// parameters are the parameters of an OAuth request, from a form or from JSON.
type parameters struct {
	// values has all values of each parameter, in order. A parameter without a value counts as left out (RFC 6749 §3.1).
	values map[string][]string
	// wrong has the errors of parameters: one is given more than once (RFC 6749 §3.2), or is not a string.
	wrong map[string]error
}

// mayRepeat are the parameters that may be given more than once (RFC 8707 §2, RFC 8693 §2.1).
var mayRepeat = []string{"resource", "audience"}

// readParameters reads a body. Where it returns an error, the parameters are those that could be read.
func readParameters(content []byte, fromJSON bool) (parameters, error) {
	p := parameters{values: map[string][]string{}, wrong: map[string]error{}}
	if fromJSON {
		return p, p.readJSON(content)
	}
	return p, p.readForm(content)
}

func (p parameters) readForm(content []byte) error {
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

func (p parameters) readJSON(content []byte) error {
	if err := limits.CheckDepth(content); err != nil {
		return fmt.Errorf("%w: %w", requestbody.ErrMalformed, err)
	}
	var members map[string]any
	if err := json.Unmarshal(content, &members); err != nil {
		return fmt.Errorf("%w: it is not a JSON object", requestbody.ErrMalformed)
	}
	for name, value := range members {
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
	return nil
}

// readArray reads the values of a parameter that is repeated, which is an array in JSON.
func (p parameters) readArray(name string, values []any) {
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

func (p parameters) add(name string, given ...string) {
	for _, value := range given {
		if value != "" {
			p.values[name] = append(p.values[name], value)
		}
	}
}

func (p parameters) repeated(name string) {
	if !slices.Contains(mayRepeat, name) {
		p.wrong[name] = api.InvalidRequest(nameParameter(name) + " is given more than once.")
	}
}

func (p parameters) noString(name string) {
	p.wrong[name] = api.InvalidRequest(nameParameter(name) + " must be a string.")
}

// namedParameters are the parameters that errors name. The name of any other may be a misplaced secret.
var namedParameters = []string{
	"grant_type", "scope", "client_id", "client_secret", "client_assertion", "client_assertion_type", "code", "code_verifier",
	"redirect_uri", "refresh_token", "device_code", "token", "token_type_hint", "resource", "audience",
}

func nameParameter(name string) string {
	if slices.Contains(namedParameters, name) {
		return "The parameter " + name
	}
	return "A parameter"
}

// one returns the first value of a parameter, or an empty string.
func (p parameters) one(name string) string {
	if given := p.values[name]; len(given) > 0 {
		return given[0]
	}
	return ""
}
