// Package oauth answers the endpoints of RFC 6749 (token), RFC 7662 (introspection), RFC 7517 (JWKS) and of discovery, and
// holds the keys that sign tokens.
package oauth
