package emulator

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// jwks answers the two JWKS endpoints, which serve one set: the own keys and, where next has any, next's.
func (c *call) jwks() (answer, error) {
	set, seen := []byte(`{"keys":[`), map[string]bool{}
	for i, key := range c.servedKeys() {
		if i > 0 {
			set = append(set, ',')
		}
		set = append(set, key.PublicJWK()...)
		seen[key.KeyID()] = true
	}
	if document := c.remote(checkJWKS); len(document) > 0 {
		theirs, err := publicKeys(document)
		if err != nil {
			return answer{}, err // not one that checkJWKS has seen
		}
		c.source = source.Merged
		for _, key := range theirs {
			if !seen[key.id] {
				set = append(append(set, ','), key.raw...)
			}
		}
	}
	return c.public(answer{status: http.StatusOK, raw: append(set, `]}`...)})
}

func checkJWKS(document []byte) error {
	_, err := publicKeys(document)
	return err
}

// jwkBody is a key of a set (RFC 7517 §4).
type jwkBody struct {
	id  string
	raw json.RawMessage
}

// publicKeys reads the public keys of a JWKS, each kid once.
func publicKeys(document []byte) ([]jwkBody, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := limits.CheckDepth(document); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(document, &set); err != nil || set.Keys == nil {
		return nil, errors.New("it is not a JWKS")
	}
	var keys []jwkBody
	seen := map[string]bool{}
	for _, raw := range set.Keys {
		var key struct {
			ID      string          `json:"kid"`
			Private json.RawMessage `json:"d"` // of RSA and EC keys
			Secret  json.RawMessage `json:"k"` // of symmetric keys
		}
		if json.Unmarshal(raw, &key) != nil || key.Private != nil || key.Secret != nil || seen[key.ID] {
			continue
		}
		seen[key.ID] = key.ID != ""
		keys = append(keys, jwkBody{key.ID, raw})
	}
	return keys, nil
}

// openIDConfiguration answers GET /.well-known/openid-configuration (OpenID Connect Discovery 1.0 §4.2).
func (c *call) openIDConfiguration() (answer, error) {
	return c.metadata(map[string]any{
		"userinfo_endpoint":                     c.origin() + "/oauth2/userinfo",
		"grant_types_supported":                 []string{"authorization_code", "client_credentials", "refresh_token", deviceGrant},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"subject_types_supported":               []string{"public"},
	}, c.ownMembers())
}

// authorizationServer answers GET /.well-known/oauth-authorization-server (RFC 8414 §3.2).
func (c *call) authorizationServer() (answer, error) {
	return c.metadata(map[string]any{
		"code_challenge_methods_supported": []string{"S256"},
		"grant_types_supported":            []string{"authorization_code", "refresh_token", deviceGrant},
		"response_modes_supported":         []string{"query"},
	}, c.ownMembers())
}

// userManagementConfiguration answers GET /user_management/{clientId}/.well-known/openid-configuration (LOGIN.md §6).
func (c *call) userManagementConfiguration() (answer, error) {
	client := url.PathEscape(c.param())
	return c.merged(map[string]any{"response_types_supported": []string{"code"}}, map[string]any{
		"issuer":                 c.issuer() + "/user_management/" + client,
		"authorization_endpoint": c.origin() + "/user_management/authorize",
		"token_endpoint":         c.origin() + "/user_management/authenticate",
		"jwks_uri":               c.origin() + "/sso/jwks/" + client,
	})
}

// metadata adds what both documents of the AuthKit domain say (WORKOS.md, "JWKS, discovery, introspection").
func (c *call) metadata(own, must map[string]any) (answer, error) {
	own["authorization_endpoint"] = c.origin() + "/oauth2/authorize"
	own["device_authorization_endpoint"] = c.origin() + "/oauth2/device_authorization"
	own["response_types_supported"] = []string{"code"}
	own["scopes_supported"] = []string{"email", "offline_access", "openid", "profile"}
	own["token_endpoint_auth_methods_supported"] = []string{"none", "client_secret_basic", "client_secret_post"}
	return c.merged(own, must)
}

// merged answers with a discovery document. Where next has one, that one counts, but for what must be asked here, where
// tokens are issued, and for what dropUntrusted takes out.
func (c *call) merged(own, must map[string]any) (answer, error) {
	if document := c.remote(checkDiscovery); len(document) > 0 {
		theirs, err := parseMetadata(document)
		if err != nil {
			return answer{}, err // not one that checkDiscovery has seen
		}
		dropUntrusted(theirs, must)
		own, c.source = theirs, source.Merged
	}
	maps.Copy(own, must)
	a, err := c.public(answer{status: http.StatusOK, body: own})
	if err == nil && c.emulator.PublicURL == "" {
		a.header["Vary"] = append(c.writer.Header().Values("Vary"), "X-Forwarded-Proto, X-Forwarded-Host, X-Forwarded-Prefix")
	}
	return a, err
}

func checkDiscovery(document []byte) error {
	_, err := parseMetadata(document)
	return err
}

// parseMetadata reads a discovery document of next's.
func parseMetadata(document []byte) (members map[string]any, err error) {
	if err := limits.CheckDepth(document); err != nil {
		return nil, err
	}
	if json.Unmarshal(document, &members) != nil || members == nil {
		return nil, errors.New("it is not a JSON object")
	}
	return members, nil
}

// ownMembers are those that are this server's, whatever the document of the AuthKit domain says.
func (c *call) ownMembers() map[string]any {
	return map[string]any{
		"issuer":                 c.issuer(),
		"token_endpoint":         c.origin() + "/oauth2/token",
		"jwks_uri":               c.origin() + "/oauth2/jwks",
		"introspection_endpoint": c.origin() + "/oauth2/introspection",
	}
}

// introspection is RFC 7662 §2.2's answer, with the members that production gives for an M2M token.
type introspection struct {
	Active         bool   `json:"active"`
	Audience       string `json:"aud,omitempty"`
	ClientID       string `json:"client_id,omitempty"`
	Issuer         string `json:"iss,omitempty"`
	Subject        string `json:"sub,omitempty"`
	OrganizationID string `json:"org_id,omitempty"`
	ID             string `json:"jti,omitempty"`
	ExpiresAt      int64  `json:"exp,omitempty"`
	IssuedAt       int64  `json:"iat,omitempty"`
	TokenType      string `json:"token_type,omitempty"`
}

// introspectingClientIsLocal also keeps a token here that this program signed, here or in another process, whoever asks about
// it and in any serialization.
func (c *call) introspectingClientIsLocal() (bool, error) {
	local, err := c.tokenClientIsLocal()
	if local {
		return true, nil
	}
	return slices.ContainsFunc(c.present().tokens, func(token string) bool {
		return c.emulator.Secrets.Within(token) ||
			slices.ContainsFunc(c.verifyingKeys(), func(key *PublicKey) bool { return key.Signed(token) })
	}), err
}

// introspect answers POST /oauth2/introspection for a local client. A token is active as long as it has not expired and
// its application exists.
func (c *call) introspect() (answer, error) {
	p, err := c.validClient()
	if err != nil {
		return answer{}, err
	}
	_, secret, err := c.authenticate(p)
	if err != nil {
		return answer{}, err
	}
	token := p.one("token")
	if token == "" {
		return answer{}, errInvalidRequest("The parameter token is missing.")
	}
	secret.Used(c.now)
	var claims accessTokenClaims
	verified := slices.ContainsFunc(c.verifyingKeys(), func(key *PublicKey) bool { return key.Verify(token, &claims) == nil }) &&
		c.now.Unix() < claims.ExpiresAt
	if _, exists := c.txn.ApplicationByClientID(claims.ClientID); !verified || !exists {
		return answer{status: http.StatusOK, header: noStore(), body: introspection{}}, nil
	}
	return answer{status: http.StatusOK, header: noStore(), body: introspection{
		Active:         true,
		Audience:       claims.Audience,
		ClientID:       claims.ClientID,
		Issuer:         claims.Issuer,
		Subject:        claims.Subject,
		OrganizationID: claims.OrganizationID,
		ID:             claims.ID,
		ExpiresAt:      claims.ExpiresAt,
		IssuedAt:       claims.IssuedAt,
		TokenType:      "access_token",
	}}, nil
}
