package credential

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// Mark stands in every secret that this program makes, so that each process recognises those of every other one. Before
// it stands a checksum, and the first half of the checksum's input is random: see [EndsInMark].
//
// It is the beginning of the SHA-256 of "caddy-workos".
const Mark = "9c2e6fd0faa3"

// KeyIDMark ends the id of every signing key of this program. It is made of the SHA-256 of "caddy-workos signing key".
const KeyIDMark = "N9W1GF1FBK49"

const (
	checkedLength = 16 // hexadecimal characters that the checksum is about
	checkLength   = 12 // of the checksum, in hexadecimal characters
	tailLength    = 8  // random hexadecimal characters behind the mark, of which the last ones are shown
)

// MarkedLength is how many characters before the end of the mark belong to it.
const MarkedLength = checkedLength + checkLength + len(Mark)

// marked returns a secret of so many hexadecimal characters: random ones, a checksum of the last sixteen of them, the mark,
// and eight more random ones. It fails only when random does.
func marked(random io.Reader, length int) (string, error) {
	head := make([]byte, (length-checkLength-len(Mark)-tailLength)/2)
	tail := make([]byte, tailLength/2)
	for _, part := range [][]byte{head, tail} {
		if _, err := io.ReadFull(random, part); err != nil {
			return "", fmt.Errorf("make a secret: %w", err)
		}
	}
	secret := hex.AppendEncode(nil, head)
	secret = append(secret, check(secret[len(secret)-checkedLength:])...)
	secret = append(secret, Mark...)
	return string(hex.AppendEncode(secret, tail)), nil
}

func check(checked []byte) []byte {
	digest := sha256.Sum256(append([]byte("caddy-workos secret "), checked...))
	return hex.AppendEncode(nil, digest[:checkLength/2])
}

// EndsInMark reports whether a text ends in what a secret of this program has up to its mark: the mark with the right
// checksum before it. A random text does so once in 2^96.
func EndsInMark(text []byte) bool {
	if len(text) < MarkedLength || !bytes.HasSuffix(text, []byte(Mark)) {
		return false
	}
	text = text[len(text)-MarkedLength:]
	return bytes.Equal(check(text[:checkedLength]), text[checkedLength:checkedLength+checkLength])
}

// keyIDPrefix begins the id of a signing key, as in production (WORKOS.md, "M2M access token").
const keyIDPrefix = "sso_oidc_key_pair_"

// ulidLength is that of the part of an id behind its prefix.
const ulidLength = 26

// KeyIDLength is that of a signing key's id.
const KeyIDLength = len(keyIDPrefix) + ulidLength

// MarkKeyID returns the id of a signing key with the mark at its end, which tells its tokens from those of WorkOS.
func MarkKeyID(id string) string { return id[:len(id)-len(KeyIDMark)] + KeyIDMark }

// replayedPrefix begins the id under which a signing key signs the tokens of fixtures.
const replayedPrefix = "replayed_"

// ReplayedKeyID returns the id under which the key of an id signs the tokens of fixtures. It ends in the mark too.
func ReplayedKeyID(id string) string { return replayedPrefix + id }

// EndsInKeyID reports whether a text ends in the id of a signing key of this program, also in that of replayed tokens.
func EndsInKeyID(text []byte) bool {
	if len(text) < KeyIDLength || !bytes.HasSuffix(text, []byte(KeyIDMark)) {
		return false
	}
	return bytes.HasPrefix(text[len(text)-KeyIDLength:], []byte(keyIDPrefix))
}
