// Package id makes the identifiers of WorkOS resources: a prefix, an underscore and a 26-character ULID (WORKOS.md,
// "Generic conduct").
package id

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/oklog/ulid/v2"
)

// The prefixes of ids, by kind.
const (
	Organization       = "org"
	OrganizationDomain = "org_domain"
	User               = "user"
	Application        = "conn_app"
	Client             = "client"
	ClientSecret       = "secret"
	APIKey             = "api_key"
	EnvironmentKey     = "environment_key"
	SigningKey         = "sso_oidc_key_pair"
	Hook               = "hook"

	Membership              = "om"
	Role                    = "role"
	Permission              = "perm"
	Connection              = "conn"
	Profile                 = "prof"
	Invitation              = "invitation"
	MagicAuth               = "magic_auth"
	EmailVerification       = "email_verification"
	PasswordReset           = "password_reset"
	AuthenticationFactor    = "auth_factor"
	AuthenticationChallenge = "auth_challenge"
	DeviceAuthorization     = "device_authorization"
	Email                   = "email"
	RedirectURI             = "redir"
	CORSOrigin              = "cors_origin"
)

// New returns a new id, which contains the time now. It fails only when random does.
func New(prefix string, now time.Time, random io.Reader) (string, error) {
	bare, err := NewBare(now, random)
	if err != nil {
		return "", err
	}
	return prefix + "_" + bare, nil
}

// NewBare returns a new ULID without a prefix, as in the `jti` claim. It fails only when random does.
func NewBare(now time.Time, random io.Reader) (string, error) {
	u, err := ulid.New(ulid.Timestamp(now), random)
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return u.String(), nil
}

// Derive returns an id that depends only on the prefix and the parts, in their order. It is the same on every machine and after every
// restart. It has the form of a ULID, but contains no time.
func Derive(prefix string, parts ...string) string {
	written := make([]byte, 0, 256)
	for i := -1; i < len(parts); i++ {
		part := prefix
		if i >= 0 {
			part = parts[i]
		}
		written = append(strconv.AppendInt(written, int64(len(part)), 10), ':')
		written = append(written, part...)
	}
	digest := sha256.Sum256(written)
	var u ulid.ULID
	copy(u[:], digest[:])
	return prefix + "_" + u.String()
}
