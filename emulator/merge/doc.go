// Package merge makes one answer from two sides: one list of local items and the upstream's, one JWKS, and one discovery
// document.
package merge
