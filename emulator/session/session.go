// Package session has the sessions of users who have signed in (LOGIN.md §2.5, §3, §4): their rows, access tokens and refresh tokens, and
// which client IDs there are.
package session

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/store"
)

// The values of `authentication_method` that do not name an OAuth provider (LOGIN.md §2.2).
const (
	SSO           = "SSO"
	Password      = "Password"
	MagicAuth     = "MagicAuth"
	Impersonation = "Impersonation"
)

// IsProvider reports whether an `authentication_method` names an OAuth provider.
func IsProvider(method string) bool { return strings.HasSuffix(method, "OAuth") }

// impersonatedTTL is how long an impersonated session lasts (LOGIN.md §3, `act`).
const impersonatedTTL = time.Hour

// Sessions begins sessions and makes their tokens. All fields are required but TokenAudience and Clients. It is safe for concurrent use.
type Sessions struct {
	Store  *store.Store
	Signer *oauth.Signer
	// TTL is how long a session lasts, and TokenTTL how long its access tokens do.
	TTL, TokenTTL time.Duration
	// TokenAudience gives access tokens an `aud`, which is the client ID.
	TokenAudience bool
	// Clients are the client IDs of the environment.
	Clients Clients
	// Random is the source of ids and tokens.
	Random io.Reader
}

// Shortened is what is kept of the IP address or the user agent of a login: at most 512 bytes.
func Shortened(text string) string {
	const longest = 512
	return strings.ToValidUTF8(text[:min(len(text), longest)], "")
}

// Login is a login that is complete. All fields but User, ClientID and Method are optional.
type Login struct {
	User           store.User
	ClientID       string
	OrganizationID string
	Method         string // in the words of `authentication_method`
	IPAddress      string // as [Shortened] returns it
	UserAgent      string // as [Shortened] returns it
	// Impersonator is who signs in in the user's place. Default: the user's.
	Impersonator *store.Impersonator
}

// Begin begins a session, and returns it with its first refresh token. It notes when the user has signed in, which is no change of the
// user. The error is [store.ErrNotFound] for a user who is no longer there.
func (s *Sessions) Begin(tx *store.Txn, login Login, now time.Time) (store.Session, string, error) {
	id, err := s.newID(tx, now)
	if err != nil {
		return store.Session{}, "", err
	}
	begun := store.Session{
		Meta:   store.Meta{ID: id, CreatedAt: now, UpdatedAt: now},
		UserID: login.User.ID, ClientID: login.ClientID, OrganizationID: login.OrganizationID,
		Method: login.Method, Impersonator: login.Impersonator,
		IPAddress: login.IPAddress, UserAgent: login.UserAgent,
		SignedInAt: now, ExpiresAt: now.Add(s.TTL),
	}
	if begun.Impersonator == nil {
		begun.Impersonator = login.User.Impersonator
	}
	if begun.Impersonator != nil {
		begun.Method = Impersonation
		begun.ExpiresAt = now.Add(min(s.TTL, impersonatedTTL))
	}
	_, err = store.Users.Update(tx, login.User.ID, func(u *store.User) error { u.LastSignInAt = now; return nil })
	if err != nil {
		return store.Session{}, "", err
	}
	if err := tx.InsertSession(begun); err != nil {
		return store.Session{}, "", err
	}
	token, err := credential.NewToken(s.Random)
	if err != nil {
		return store.Session{}, "", err
	}
	return begun, token, insertRefreshToken(tx, id, token, now)
}

// newID returns an id that no session has. Forty bits of an id are random, the rest is of the time, or the mark.
func (s *Sessions) newID(tx *store.Txn, now time.Time) (string, error) {
	const most = 8 // with poor randomness
	for range most {
		id, err := credential.NewSessionID(now, s.Random)
		if _, taken := store.Sessions.Get(tx, id); err != nil || !taken {
			return id, err
		}
	}
	return "", errors.New("make the id of a session: all are taken")
}

// End ends a session: it cannot be refreshed any more. The error is [store.ErrNotFound] for an id that no session has. A session that has
// ended before stays as it is.
func End(tx *store.Txn, sessionID string, now time.Time) error { return tx.EndSession(sessionID, now) }

// EndAllOf ends the sessions of a user, and forgets what would lead to another one: codes, pending tokens, approved devices.
func EndAllOf(tx *store.Txn, userID string, now time.Time) error {
	for _, s := range tx.SessionsOfUser(userID) {
		if err := End(tx, s.ID, now); err != nil {
			return err
		}
	}
	return tx.DropLoginsOfUser(userID)
}
