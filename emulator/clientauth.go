package emulator

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/store"
)

// presentedClient is an OAuth request's parameters and the client authentication in them.
type presentedClient struct {
	params map[string]string
	// invalid is what is wrong with a parameter that says neither who the client is nor what it shows. Whether that is
	// an error is for those to say who know the client.
	invalid error
	// ids and secrets are what the client may have meant, most likely first: with HTTP Basic, both the decoded form
	// that RFC 6749 §2.3.1 asks for and the raw one that many clients send.
	ids     []string
	secrets []string
	basic   bool

	application store.Application
	local       bool // application is the client's
	retired     bool // the client was local and has been deleted
}

// present reads the parameters of a request to an OAuth endpoint, from a form or from JSON, and finds the client.
func (c *call) present() (*presentedClient, error) {
	if c.client != nil {
		return c.client, nil
	}
	content, err := c.read()
	if err != nil {
		return nil, err
	}
	params, wrong, err := parameters(content, isJSON(c.http))
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(wrong["client_id"], wrong["client_secret"], wrong["token"]); err != nil {
		return nil, err
	}
	p := &presentedClient{params: params}
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		p.invalid = cmp.Or(p.invalid, wrong[name])
	}
	p.authenticateFrom(c.http)
	for _, id := range p.ids {
		if app, ok := c.txn.ApplicationByClientID(id); ok {
			p.application, p.local = app, true
			break
		}
		p.retired = p.retired || c.txn.ClientRetired(id)
	}
	c.client = p
	return p, nil
}

// validClient is present for those who answer the request.
func (c *call) validClient() (*presentedClient, error) {
	p, err := c.present()
	if err != nil {
		return nil, err
	}
	return p, p.invalid
}

// authenticateFrom collects the client's credentials. Those in the body win over those in the Authorization header, each
// by itself.
func (p *presentedClient) authenticateFrom(r *http.Request) {
	p.ids, p.secrets = parseBasic(r.Header.Get("Authorization"))
	p.basic = p.ids != nil
	if id := p.params["client_id"]; id != "" {
		p.ids = []string{id}
	}
	if secret := p.params["client_secret"]; secret != "" {
		p.secrets = []string{secret}
	}
}

// parseBasic decodes HTTP Basic credentials. Each part is given form-decoded, as RFC 6749 §2.3.1 has it (so that + is a
// space), and as it came, where that differs. It returns nil for anything else than Basic.
func parseBasic(header string) (users, passwords []string) {
	scheme, encoded, ok := strings.Cut(header, " ")
	if !ok || !strings.EqualFold(scheme, "Basic") {
		return nil, nil
	}
	decoded, ok := decodeBasic(encoded)
	if !ok {
		return []string{}, nil
	}
	user, password, ok := strings.Cut(decoded, ":")
	if !ok {
		return []string{}, nil
	}
	return readings(user), readings(password)
}

// decodeBasic takes base64 in all its forms, with padding and without, as other servers do: what they understand must be
// recognised here too.
func decodeBasic(encoded string) (string, bool) {
	standard := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(strings.TrimSpace(encoded), "="))
	decoded, err := base64.RawStdEncoding.DecodeString(standard)
	return string(decoded), err == nil
}

func readings(raw string) []string {
	if decoded, err := url.QueryUnescape(raw); err == nil && decoded != raw {
		return []string{decoded, raw}
	}
	return []string{raw}
}

// parameters reads OAuth parameters, and tells which of them are wrong: one that comes twice (RFC 6749 §3.2), or is no
// string. One without a value counts as left out (§3.1).
func parameters(content []byte, fromJSON bool) (params map[string]string, wrong map[string]error, err error) {
	params, wrong = map[string]string{}, map[string]error{}
	if fromJSON {
		if err := limits.CheckDepth(content); err != nil {
			return nil, nil, fmt.Errorf("%w: %w", errMalformed, err)
		}
		var members map[string]any
		if err := json.Unmarshal(content, &members); err != nil {
			return nil, nil, fmt.Errorf("%w: it is not a JSON object", errMalformed)
		}
		for name, value := range members {
			switch value := value.(type) {
			case string:
				params[name] = value
			case nil:
			default:
				wrong[name] = errOAuth(http.StatusBadRequest, "invalid_request", fmt.Sprintf("%q must be a string.", name))
			}
		}
		return params, wrong, nil
	}
	values, err := url.ParseQuery(string(content))
	if err != nil {
		return nil, nil, fmt.Errorf("%w: it is not application/x-www-form-urlencoded", errMalformed)
	}
	for name, value := range values {
		if len(value) > 1 {
			wrong[name] = errOAuth(http.StatusBadRequest, "invalid_request", fmt.Sprintf("%q is given more than once.", name))
		}
		params[name] = value[0]
	}
	return params, wrong, nil
}

// authenticate returns the client's application if one of its live secrets was presented.
func (c *call) authenticate(p *presentedClient) (store.Application, error) {
	if p.local {
		for _, secret := range p.secrets {
			if match, ok := c.txn.MatchClientSecret(p.application.ID, store.DigestOf(secret)); ok {
				match.Used(c.now)
				return p.application, nil
			}
		}
	}
	return store.Application{}, errInvalidClient(p)
}

func errInvalidClient(p *presentedClient) error {
	return &oauthProblem{
		status:      http.StatusUnauthorized,
		basic:       p.basic,
		Code:        "invalid_client",
		Description: "Client authentication failed.",
	}
}

// refuseUnknownClient answers an OAuth request from a client that nobody knows.
func (c *call) refuseUnknownClient() (answer, error) {
	p, err := c.validClient()
	if err != nil {
		return answer{}, err
	}
	if c.route.group == GroupToken {
		if err := checkGrant(p.params["grant_type"]); err != nil {
			return answer{}, err
		}
	}
	return answer{}, errInvalidClient(p)
}
