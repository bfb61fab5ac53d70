// Package email keeps the emails that WorkOS would send. Nothing is sent: the test API shows them.
package email

import (
	"io"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// The kinds of emails.
const (
	MagicAuth         = "magic_auth"
	EmailVerification = "email_verification"
	PasswordReset     = "password_reset"
	Invitation        = "invitation"
)

// Kinds are all kinds of emails.
var Kinds = []string{MagicAuth, EmailVerification, PasswordReset, Invitation}

// The paths of the pages that links in emails lead to.
const (
	InvitationPath    = "/invite"
	PasswordResetPath = "/reset-password"
)

// Email is an email that WorkOS would send.
type Email struct {
	To     string
	Kind   string // one of Kinds
	UserID string // optional
	Code   string // optional
	Link   string // optional
}

// Send stores an email. It fails only when random or the store does.
func Send(tx *store.Txn, e Email, now time.Time, random io.Reader) error {
	newID, err := id.New(id.Email, now, random)
	if err != nil {
		return err
	}
	return tx.InsertEmail(store.Email{
		Meta: store.Meta{ID: newID, CreatedAt: now, UpdatedAt: now},
		To:   e.To, Kind: e.Kind, UserID: e.UserID, Code: e.Code, Link: e.Link,
	})
}

// LoggerName is the name of the log of emails, below that of the emulator.
const LoggerName = "emails"

// Log tells that an email would have been sent. It is called when the transaction of [Send] is committed. The entry has neither the code
// nor the link, and not the address. userID may be empty.
func Log(logger *zap.Logger, kind, userID string) {
	logger.Named(LoggerName).Info("an email would be sent: GET /_emulate/emails shows it, where test_api is on",
		zap.String("kind", kind), zap.String("user", userID))
}
