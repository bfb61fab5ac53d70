package emulator

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/store"
)

// presentedClient is an OAuth request's parameters and the client authentication in them.
type presentedClient struct {
	oauthParameters
	// invalid is what is wrong with the request, credentials in its query included. Whether that is an error is for those
	// to say who know the client.
	invalid error
	// unclear is why it cannot be told which client the request is from, or what token it is about: the body cannot be
	// read, or a parameter that says so is given more than once. What could be read counts all the same.
	unclear error

	// ids, secrets and tokens are what the client may have meant, most likely first: with HTTP Basic, both the decoded form
	// that RFC 6749 §2.3.1 asks for and the raw one that many clients send.
	ids     []string
	secrets []string
	tokens  []string
	basic   bool

	application store.Application
	local       bool // application is the client's
	retired     bool // the client was local and has been deleted
}

// present reads the parameters of a request to an OAuth endpoint and finds the client.
func (c *call) present() *presentedClient {
	if c.client != nil {
		return c.client
	}
	p := &presentedClient{}
	content, err := c.read()
	if err == nil {
		p.oauthParameters, err = readParameters(content, isJSON(c.http))
	}
	p.unclear = cmp.Or(err, p.wrong["client_id"], p.wrong["client_secret"], p.wrong["token"])
	p.invalid = p.unclear
	for _, name := range slices.Sorted(maps.Keys(p.wrong)) {
		p.invalid = cmp.Or(p.invalid, p.wrong[name])
	}
	p.authenticateFrom(c.http)
	p.refuseQuery(c.http.URL.RawQuery)
	for _, id := range p.ids {
		if app, ok := c.txn.ApplicationByClientID(id); ok {
			p.application, p.local = app, true
			break
		}
		p.retired = p.retired || c.txn.ClientRetired(id)
	}
	c.client = p
	return p
}

// validClient is present for those who answer the request.
func (c *call) validClient() (*presentedClient, error) {
	p := c.present()
	return p, p.invalid
}

// authenticateFrom collects the client's credentials. Those in the body win over those in the Authorization header, each
// by itself.
func (p *presentedClient) authenticateFrom(r *http.Request) {
	p.ids, p.secrets = parseBasic(r.Header.Get("Authorization"))
	p.basic = p.ids != nil
	if ids := p.values["client_id"]; len(ids) > 0 {
		p.ids = ids
	}
	if secrets := p.values["client_secret"]; len(secrets) > 0 {
		p.secrets = secrets
	}
	p.tokens = p.values["token"]
}

// refuseQuery refuses credentials in the URI, which ends up in logs (RFC 6749 §2.3.1, RFC 7662 §2.1). They tell all the same
// whose the request is.
func (p *presentedClient) refuseQuery(query string) {
	if query == "" {
		return
	}
	values, _ := url.ParseQuery(query) // with an error, what could be read
	found := ""
	for _, name := range []string{"client_id", "client_secret", "client_assertion", "token"} {
		if values.Has(name) {
			found = cmp.Or(found, name)
		}
	}
	if found == "" {
		return
	}
	p.invalid = cmp.Or(p.invalid, errInvalidRequest(fmt.Sprintf("The parameter %s is in the query of the URI, where it must not be, "+
		"as URIs are logged (RFC 6749, section 2.3.1). Send it in the body; the client's credentials may be sent by HTTP Basic.", found)))
	p.ids = slices.Concat(p.ids, values["client_id"])
	p.secrets = slices.Concat(p.secrets, values["client_secret"])
	p.tokens = slices.Concat(p.tokens, values["token"])
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

// authenticate returns the client's application, and the live secret of its that was presented. Whoever accepts the request
// notes the secret's use.
func (c *call) authenticate(p *presentedClient) (store.Application, store.ClientSecret, error) {
	if p.local {
		for _, secret := range p.secrets {
			if match, ok := c.txn.MatchClientSecret(p.application.ID, store.DigestOf(secret)); ok {
				return p.application, match, nil
			}
		}
	}
	return store.Application{}, store.ClientSecret{}, errInvalidClient(p)
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
		if err := checkGrant(p.one("grant_type")); err != nil {
			return answer{}, err
		}
	}
	return answer{}, errInvalidClient(p)
}
