package oauth

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/store"
)

// clientRequest is an OAuth request's parameters and the client authentication in them.
type clientRequest struct {
	parameters
	// invalid is what is wrong with the request, credentials in its query included. Whether that is an error depends on whose the
	// request is.
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

// readClient reads the parameters of a request to an OAuth endpoint and finds the client, once for each request.
func readClient(r *api.Request) *clientRequest {
	if known, ok := r.Parsed.(*clientRequest); ok {
		return known
	}
	p := &clientRequest{}
	content, err := r.Body.Content()
	if err == nil {
		p.parameters, err = readParameters(content, r.IsJSON())
	}
	p.unclear = cmp.Or(err, p.wrong["client_id"], p.wrong["client_secret"], p.wrong["token"])
	p.invalid = p.unclear
	for _, name := range slices.Sorted(maps.Keys(p.wrong)) {
		p.invalid = cmp.Or(p.invalid, p.wrong[name])
	}
	p.readCredentials(r.Header())
	p.refuseQuery(r.RawQuery())
	for _, id := range p.ids {
		if app, ok := r.View.ApplicationByClientID(id); ok {
			p.application, p.local = app, true
			break
		}
		p.retired = p.retired || r.View.ClientRetired(id)
	}
	r.Parsed = p
	return p
}

// readCredentials collects the client's credentials. Those in the body win over those in the Authorization header, each
// by itself.
func (p *clientRequest) readCredentials(h http.Header) {
	p.ids, p.secrets = ParseBasic(h.Get("Authorization"))
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
func (p *clientRequest) refuseQuery(query string) {
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
	p.invalid = cmp.Or(p.invalid, api.InvalidRequest(fmt.Sprintf("The parameter %s is in the query of the URI, where it must not be, "+
		"as URIs are logged (RFC 6749, section 2.3.1). Send it in the body; the client's credentials may be sent by HTTP Basic.", found)))
	p.ids = slices.Concat(p.ids, values["client_id"])
	p.secrets = slices.Concat(p.secrets, values["client_secret"])
	p.tokens = slices.Concat(p.tokens, values["token"])
}

// ParseBasic decodes HTTP Basic credentials. Each part is given form-decoded, as RFC 6749 §2.3.1 has it (so that + is a
// space), and as it came, where that differs. It returns nil for anything else than Basic.
func ParseBasic(header string) (users, passwords []string) {
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

// authenticate returns the live secret of the client's application that was presented. Whoever accepts the request notes the
// secret's use.
func (p *clientRequest) authenticate(tx *store.Txn) (store.ClientSecret, error) {
	if p.local {
		for _, secret := range p.secrets {
			if match, ok := tx.MatchClientSecret(p.application.ID, store.DigestOf(secret)); ok {
				return match, nil
			}
		}
	}
	return store.ClientSecret{}, p.invalidClient()
}

// invalidClient is the 401 `invalid_client` of RFC 6749 §5.2.
func (p *clientRequest) invalidClient() error {
	return &api.OAuthError{
		Status:      http.StatusUnauthorized,
		Basic:       p.basic,
		Code:        "invalid_client",
		Description: "Client authentication failed.",
	}
}

// clientIsLocal reports whether a request stays here for its client's sake.
func (h *Handler) clientIsLocal(p *clientRequest) bool {
	// A local secret under an unknown client_id is a mistake of the caller's, and stays here as well.
	return p.local || p.retired || slices.ContainsFunc(p.secrets, h.Keys.Secrets().Knows)
}
