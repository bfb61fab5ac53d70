package store

import "encoding/hex"

// TokenID returns the id of the row of a token: the digest of the token, in hexadecimal. So a token is looked up without being stored.
func TokenID(token string) string {
	digest := DigestOf(token)
	return hex.EncodeToString(digest[:])
}
