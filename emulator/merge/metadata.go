package merge

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// Metadata returns a discovery document. Where the upstream has one, which may be nil, that is the base in the place of own,
// without the members by which a client would send what is this server's to the upstream. What must be asked here is in must.
func Metadata(own, must map[string]any, upstream []byte) (members map[string]any, merged bool, err error) {
	if len(upstream) > 0 {
		theirs, err := parseMetadata(upstream)
		if err != nil {
			return nil, false, err
		}
		dropUntrusted(theirs, must)
		own, merged = theirs, true
	}
	maps.Copy(own, must)
	return own, merged, nil
}

// CheckMetadata returns an error for what is no discovery document.
func CheckMetadata(document []byte) error {
	_, err := parseMetadata(document)
	return err
}

func parseMetadata(document []byte) (members map[string]any, err error) {
	if err := limits.CheckDepth(document); err != nil {
		return nil, err
	}
	if json.Unmarshal(document, &members) != nil || members == nil {
		return nil, errors.New("it is not a JSON object")
	}
	return members, nil
}

// harmlessEndpoints are the endpoints of the upstream that stay in a discovery document. To each other one of the
// registry (IANA, "OAuth Authorization Server Metadata"; OpenID Connect Discovery 1.0 §3; OpenID CIBA §4), and to those
// that are not known here, a standard client would send a client secret or an access token that are of this server:
//
//	revocation_endpoint                    secret and token (RFC 7009 §2.1)
//	pushed_authorization_request_endpoint  secret (RFC 9126 §2)
//	backchannel_authentication_endpoint    secret (OpenID CIBA §7.1)
//	mtls_endpoint_aliases                  the same as to the endpoints that it overrides (RFC 8705 §5)
//	authorization_challenge_endpoint, grant_management_endpoint, federation_*_endpoint, *credential_endpoint and others
var harmlessEndpoints = []string{
	"authorization_endpoint",        // a browser is sent there
	"device_authorization_endpoint", // is for clients that keep no secret, as a rule (RFC 8628 §5.6)
	"end_session_endpoint",          // a browser is sent there
	"registration_endpoint",         // is asked before there is a client (RFC 7591 §3)
	"userinfo_endpoint",             // is asked with the token of a login, and not with one of client_credentials
}

// ownEndpoints are those that point here (the must of [Metadata]). What the upstream says of the authentication there
// stays, for its clients are passed on to it.
var ownEndpoints = []string{"token_endpoint", "introspection_endpoint"}

// overriding are the members, beside endpoints, that take effect in the place of others, or ask for what is not there.
var overriding = []string{
	"signed_metadata",                       // takes precedence over the plain members (RFC 8414 §2.1)
	"require_pushed_authorization_requests", // at an endpoint that is dropped (RFC 9126 §5)
}

// dropUntrusted removes the members of an upstream's discovery document by which a client would send what is of this
// server to the upstream, or that stand in the way of own ones. Letter case does not count, as for some clients.
func dropUntrusted(document, own map[string]any) {
	maps.DeleteFunc(document, func(name string, _ any) bool {
		folded := foldMember(name)
		_, isOwn := own[folded]
		return isOwn || slices.Contains(overriding, folded) || !isHarmless(folded)
	})
}

// isHarmless reports whether a member is about an endpoint that may stay, as in token_endpoint_auth_methods_supported, or
// about none.
func isHarmless(member string) bool {
	const word = "endpoint"
	at := strings.LastIndex(member, word)
	if at < 0 {
		return true
	}
	endpoint := member[:at+len(word)]
	return slices.Contains(harmlessEndpoints, endpoint) || endpoint != member && slices.Contains(ownEndpoints, endpoint)
}

// foldMember makes names equal that encoding/json and others like it take for the same member.
func foldMember(name string) string { return strings.ToLower(strings.ToUpper(name)) }
