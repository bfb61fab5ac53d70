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
	"github.com/caddy-workos/caddy-workos/emulator/help"
	"github.com/caddy-workos/caddy-workos/store"
)

// clientRequest has the parameters of an OAuth request, with the client authentication.
type clientRequest struct {
	api.Parameters
	// invalid is what is wrong with the request, such as credentials in its query. It is answered only where the client is local.
	invalid error
	// unclear is why the client, or the token that the request is about, cannot be found out: the body cannot be read, or one of
	// client_id, client_secret and token is repeated. The fields below have what could be read.
	unclear error

	// ids, secrets and tokens are the possible values, most likely first. With HTTP Basic there are two: the decoded form that
	// RFC 6749 §2.3.1 requires, and the raw form that many clients send.
	ids     []string
	secrets []string
	tokens  []string
	basic   bool

	application store.Application
	local       bool // the client is local, and application is its application
	retired     bool // the client was local and has been deleted
}

// readClient reads the parameters of a request to an OAuth endpoint and finds the client, once for each request.
func readClient(r *api.Request) *clientRequest {
	if known, ok := r.Parsed.(*clientRequest); ok {
		return known
	}
	p := &clientRequest{}
	var err error
	p.Parameters, err = r.Parameters()
	p.unclear = cmp.Or(err, p.Wrong["client_id"], p.Wrong["client_secret"], p.Wrong["token"])
	p.invalid = p.unclear
	for _, name := range slices.Sorted(maps.Keys(p.Wrong)) {
		p.invalid = cmp.Or(p.invalid, p.Wrong[name])
	}
	p.readCredentials(r.Header())
	p.refuseQuery(r.RawQuery())
	for _, id := range p.ids {
		if app, ok := r.View.ApplicationByClientID(id); ok {
			p.application, p.local, r.ClientID = app, true, app.ClientID
			break
		}
		p.retired = p.retired || r.View.ClientRetired(id)
	}
	r.Parsed = p
	return p
}

// readCredentials collects the client's credentials. Each credential in the body overrides the one in the Authorization header.
func (p *clientRequest) readCredentials(h http.Header) {
	p.ids, p.secrets = ParseBasic(h.Get("Authorization"))
	p.basic = p.ids != nil
	if ids := p.Values["client_id"]; len(ids) > 0 {
		p.ids = ids
	}
	if secrets := p.Values["client_secret"]; len(secrets) > 0 {
		p.secrets = secrets
	}
	p.tokens = p.Values["token"]
}

// refuseQuery makes credentials in the URI an error, as URIs are logged (RFC 6749 §2.3.1, RFC 7662 §2.1). They identify the client all
// the same.
func (p *clientRequest) refuseQuery(query string) {
	if query == "" {
		return
	}
	values, _ := url.ParseQuery(query) // in spite of an error, values has what could be parsed
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

// ParseBasic decodes HTTP Basic credentials. It returns each part form-decoded, as RFC 6749 §2.3.1 requires (+ is a space) and, where
// that differs, as it came. users is nil for another scheme than Basic, and empty for credentials that cannot be decoded.
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

// decodeBasic decodes base64 in either alphabet, with or without padding. Other servers accept all of these, so a local secret must be
// recognised in each.
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

// authenticate returns the secret of the client's application that the request has, or an `invalid_client` error. The caller notes
// the use of the secret when it accepts the request.
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

// invalidClient returns the 401 `invalid_client` of RFC 6749 §5.2.
func (p *clientRequest) invalidClient() error {
	return &api.OAuthError{
		Status:      http.StatusUnauthorized,
		Basic:       p.basic,
		Code:        "invalid_client",
		Description: "Client authentication failed.",
		Help:        help.InvalidClient,
	}
}

// clientIsLocal reports whether the client of a request is or was local, or its secret is a local one.
func (h *Handler) clientIsLocal(p *clientRequest) bool {
	// A local secret with an unknown client_id is a mistake of the caller's. It must not be sent either.
	return p.local || p.retired || slices.ContainsFunc(p.secrets, h.Keys.Secrets().Knows)
}
