// Package merge makes one answer from two sides, the store and the upstream: one list ([Lists]), one JWKS ([KeySet]), and one
// discovery document ([Metadata]).
package merge
