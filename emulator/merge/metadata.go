package merge

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// Metadata returns the members of a discovery document. It is made of own, or of the upstream's document where there is one; upstream
// may be nil. Members by which a client would send secrets of this server to the upstream are removed from it. The members in must
// replace all others of the same name. merged reports whether the upstream had a document.
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

// CheckMetadata returns an error for a document that is not a discovery document.
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

// harmlessEndpoints are the endpoints of the upstream that stay in a discovery document. All others are removed, as a standard client
// would send them a client secret or an access token of this server. They are those of the registry (IANA, "OAuth Authorization
// Server Metadata"; OpenID Connect Discovery 1.0 §3; OpenID CIBA §4), and all unknown ones:
//
//	revocation_endpoint                    secret and token (RFC 7009 §2.1)
//	pushed_authorization_request_endpoint  secret (RFC 9126 §2)
//	backchannel_authentication_endpoint    secret (OpenID CIBA §7.1)
//	mtls_endpoint_aliases                  the same as to the endpoints that it overrides (RFC 8705 §5)
//	authorization_challenge_endpoint, grant_management_endpoint, federation_*_endpoint, *credential_endpoint and others
var harmlessEndpoints = []string{
	"authorization_endpoint",        // a browser is sent there
	"device_authorization_endpoint", // for clients without a secret, usually (RFC 8628 §5.6)
	"end_session_endpoint",          // a browser is sent there
	"registration_endpoint",         // used before there is a client (RFC 7591 §3)
	"userinfo_endpoint",             // used with the token of a login, not with one of client_credentials
}

// ownEndpoints are the endpoints that point to this server: see must of [Metadata]. The upstream's members about authentication at
// them stay, as requests of its clients are passed on to it.
var ownEndpoints = []string{"token_endpoint", "introspection_endpoint"}

// overriding are other members that must be removed: they override members, or require an endpoint that was removed.
var overriding = []string{
	"signed_metadata",                       // takes precedence over the plain members (RFC 8414 §2.1)
	"require_pushed_authorization_requests", // at an endpoint that is dropped (RFC 9126 §5)
}

// dropUntrusted removes the members of an upstream's discovery document by which a client would send secrets of this server to the
// upstream, and those that own replaces. It ignores letter case, as some clients do.
func dropUntrusted(document, own map[string]any) {
	maps.DeleteFunc(document, func(name string, _ any) bool {
		folded := foldMember(name)
		_, isOwn := own[folded]
		return isOwn || slices.Contains(overriding, folded) || !isHarmless(folded)
	})
}

// isHarmless reports whether a member may stay: it is about no endpoint, or about one that may stay, as in
// token_endpoint_auth_methods_supported.
func isHarmless(member string) bool {
	const word = "endpoint"
	at := strings.LastIndex(member, word)
	if at < 0 {
		return true
	}
	endpoint := member[:at+len(word)]
	return slices.Contains(harmlessEndpoints, endpoint) || endpoint != member && slices.Contains(ownEndpoints, endpoint)
}

// foldMember folds the case of a name as encoding/json does, so that names of the same member become equal.
func foldMember(name string) string { return strings.ToLower(strings.ToUpper(name)) }
