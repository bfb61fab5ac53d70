// Package oauth answers the OAuth endpoints: token (RFC 6749), introspection (RFC 7662), JWKS (RFC 7517) and discovery (RFC 8414, OpenID
// Connect Discovery 1.0). It also has the keys that sign tokens.
package oauth
