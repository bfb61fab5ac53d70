// Package totp makes the secrets of second factors, and checks their codes: time-based one-time passwords of six digits, by SHA-1, in steps
// of 30 seconds (RFC 6238).
package totp

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	step       = 30 // seconds
	skew       = 1  // steps before and after the present one whose codes are valid (RFC 6238 §5.2)
	secretSize = 20 // bytes, as many as the hash has (RFC 4226 §4)
	qrSize     = 200
)

// base32Secret is the form of secrets that authenticator apps take: base32 without padding.
var base32Secret = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret returns a random secret, in base32. It fails only when random does.
func NewSecret(random io.Reader) (string, error) {
	secret := make([]byte, secretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", fmt.Errorf("make the secret of a second factor: %w", err)
	}
	return base32Secret.EncodeToString(secret), nil
}

// maxSecret is how long a secret is at most, in base32: that of a key of 64 bytes.
const maxSecret = 104

// ErrSecret is the error of [ParseSecret].
var ErrSecret = errors.New("must be a secret in base32, such as JBSWY3DPEHPK3PXP")

// ParseSecret returns a secret as it is stored: in upper case, without spaces and padding. The error is [ErrSecret].
func ParseSecret(text string) (string, error) {
	secret := strings.TrimRight(strings.ToUpper(strings.ReplaceAll(text, " ", "")), "=")
	if decoded, err := base32Secret.DecodeString(secret); err != nil || len(decoded) == 0 || len(secret) > maxSecret || strings.ContainsAny(secret, "\r\n") { // which the decoder skips
		return "", ErrSecret
	}
	return secret, nil
}

// Verify reports whether a code is that of a secret now, or of the step before or after. Each code is compared in constant time.
func Verify(secret, code string, now time.Time) bool {
	_, ok := Step(secret, code, now)
	return ok
}

// Step is [Verify], and returns the time step that the code is of: see [store.Factor].
func Step(secret, code string, now time.Time) (at int64, ok bool) {
	present := now.Unix() / step
	for candidate := present + skew; candidate >= max(present-skew, 0); candidate-- {
		if hotp.Validate(code, uint64(candidate), secret) {
			return candidate, true
		}
	}
	return 0, false
}

// IsUsed reports whether the code of a step must be refused where that of another step was accepted before: each code is good once, and none
// of an earlier step (RFC 6238 §5.2). A step that lay ahead of all valid ones says nothing: the clock was set back.
func IsUsed(at, accepted int64) bool { return at <= accepted && accepted <= at+2*skew }

// Code returns the code of a secret at a time, for tests. The error is that of a malformed secret.
func Code(secret string, at time.Time) (string, error) { return totp.GenerateCode(secret, at) }

// Enrolment is what an authenticator app needs.
type Enrolment struct {
	URI    string // otpauth://…
	QRCode string // the URI as an image, in a data URL
}

// escape escapes a parameter of an otpauth URI, in which a plus is no space.
func escape(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// Enrol returns what an authenticator app needs of a secret. issuer and user are what it shows. It fails where
// they are too long for a QR code.
func Enrol(secret, issuer, user string) (Enrolment, error) {
	label := (&url.URL{Path: issuer + ":" + user}).EscapedPath()
	key, err := otp.NewKeyFromURL("otpauth://totp/" + strings.TrimPrefix(label, "./") + "?secret=" + secret + "&issuer=" + escape(issuer))
	if err != nil {
		return Enrolment{}, fmt.Errorf("make an otpauth URI: %w", err)
	}
	picture, err := key.Image(qrSize, qrSize)
	if err != nil {
		return Enrolment{}, fmt.Errorf("make a QR code: %w", err)
	}
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, picture); err != nil {
		return Enrolment{}, fmt.Errorf("make a QR code: %w", err)
	}
	return Enrolment{
		URI:    key.String(),
		QRCode: "data:image/png;base64," + base64.StdEncoding.EncodeToString(encoded.Bytes()),
	}, nil
}
