package credential

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/oklog/ulid/v2"
)

// Mark is a part of every secret that this program makes, so that each process recognises the secrets of all others. It follows a
// checksum of the random characters before that: see [EndsInMark].
//
// It is the beginning of the SHA-256 of "caddy-workos".
const Mark = "9c2e6fd0faa3"

// KeyIDMark is the end of the id of every signing key of this program. It is made of the SHA-256 of "caddy-workos signing key".
const KeyIDMark = "N9W1GF1FBK49"

const (
	checkedLength = 16 // of the input of the checksum, in hexadecimal characters
	checkLength   = 12 // of the checksum, in hexadecimal characters
	tailLength    = 8  // of the random part after the mark, in hexadecimal characters; its end may be shown
)

// MarkedLength is the length of the part that EndsInMark checks: the checksum, its input and the mark.
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

// EndsInMark reports whether a text ends like a secret of this program up to its mark: with a checksum of the characters before it, and
// the mark. For a random text, the probability is 2^-96.
func EndsInMark(text []byte) bool {
	if len(text) < MarkedLength || !bytes.HasSuffix(text, []byte(Mark)) {
		return false
	}
	text = text[len(text)-MarkedLength:]
	return bytes.Equal(check(text[:checkedLength]), text[checkedLength:checkedLength+checkLength])
}

// keyIDPrefix begins the id of a signing key, as in production (WORKOS.md, "M2M access token").
const keyIDPrefix = "sso_oidc_key_pair_"

// ulidLength is the length of an id without its prefix.
const ulidLength = 26

// KeyIDLength is the length of the id of a signing key.
const KeyIDLength = len(keyIDPrefix) + ulidLength

// MarkKeyID returns the id of a signing key with [KeyIDMark] at its end. It distinguishes its tokens from those of WorkOS.
func MarkKeyID(id string) string { return id[:len(id)-len(KeyIDMark)] + KeyIDMark }

// replayedPrefix is the prefix of the id under which a signing key signs the tokens of fixtures.
const replayedPrefix = "replayed_"

// ReplayedKeyID returns the id under which a signing key signs replayed tokens, those of fixtures. It ends in KeyIDMark too.
func ReplayedKeyID(id string) string { return replayedPrefix + id }

// EndsInKeyID reports whether a text ends in the id of a signing key of this program, or in its id for replayed tokens.
func EndsInKeyID(text []byte) bool {
	if len(text) < KeyIDLength || !bytes.HasSuffix(text, []byte(KeyIDMark)) {
		return false
	}
	return bytes.HasPrefix(text[len(text)-KeyIDLength:], []byte(keyIDPrefix))
}

// SessionIDMark is the end of the id of every session of this program. It is made of the SHA-256 of "caddy-workos session".
const SessionIDMark = "2A5QJFY8BBBB"

// sessionIDPrefix begins the id of a session, as in production (LOGIN.md §4).
const sessionIDPrefix = "session_"

// SessionIDLength is the length of the id of a session.
const SessionIDLength = len(sessionIDPrefix) + ulidLength

// NewSessionID returns the id of a session: a ULID whose first six characters are of the time, and whose last twelve are
// [SessionIDMark]. It fails only when random does.
func NewSessionID(now time.Time, random io.Reader) (string, error) {
	const timeLength = 6
	u, err := ulid.New(ulid.Timestamp(now), random)
	if err != nil {
		return "", fmt.Errorf("make the id of a session: %w", err)
	}
	text := u.String()
	unique := text[ulidLength-(ulidLength-timeLength-len(SessionIDMark)):]
	return sessionIDPrefix + text[:timeLength] + unique + SessionIDMark, nil
}

// EndsInSessionID reports whether a text ends in the id of a session of this program.
func EndsInSessionID(text []byte) bool {
	return len(text) >= SessionIDLength && bytes.HasSuffix(text, []byte(SessionIDMark)) &&
		bytes.HasPrefix(text[len(text)-SessionIDLength:], []byte(sessionIDPrefix))
}

// IsSessionID reports whether a text is the id of a session of this program.
func IsSessionID(text string) bool {
	return len(text) == SessionIDLength && EndsInSessionID([]byte(text))
}

// IsMarked reports whether a text ends in a secret that this program has made: an API key, a client secret or a token of [NewToken]. The
// mark ends eight characters before its end.
func IsMarked(text string) bool {
	return len(text) > tailLength && EndsInMark([]byte(text[:len(text)-tailLength]))
}
