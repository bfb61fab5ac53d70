package store

import "time"

// Session is the session of a user who has signed in, WorkOS's `session`.
type Session struct {
	Meta
	UserID         string
	ClientID       string
	OrganizationID string // empty where none was chosen
	// Method is how the user has signed in, in the words of `authentication_method`, such as Password.
	Method       string
	Impersonator *Impersonator // who has signed in in the user's place, or nil
	IPAddress    string        // optional
	UserAgent    string        // optional
	SignedInAt   time.Time     // the `auth_time` of its tokens
	ExpiresAt    time.Time
	EndedAt      time.Time // zero until it is ended
}

// Active reports whether the session has neither been ended nor expired.
func (s *Session) Active(now time.Time) bool { return s.EndedAt.IsZero() && now.Before(s.ExpiresAt) }

func (s *Session) clone() Session {
	c := *s
	if s.Impersonator != nil {
		impersonator := *s.Impersonator
		c.Impersonator = &impersonator
	}
	return c
}

const (
	// mostSessions is how many sessions are stored: the newest ones.
	mostSessions = 100_000
	// keptAfterExpiry is how long a session that has expired is stored, so that its client is told.
	keptAfterExpiry = 24 * time.Hour
)

// Sessions is the table of sessions. Deleting one deletes its refresh tokens.
var Sessions = newTable(Table[Session]{
	name:    "sessions",
	lists:   []list[Session]{{byUser, func(s *Session) (string, bool) { return s.UserID, true }}},
	retire:  []string{primary},
	cascade: []cascade{RefreshTokens.of(bySession)},
})

// InsertSession stores a session that begins, and drops old ones.
func (t *Txn) InsertSession(s Session) error {
	return Sessions.insertBounded(t, s, mostSessions, func(old *Session) bool {
		return !s.CreatedAt.Before(old.ExpiresAt.Add(keptAfterExpiry))
	})
}

// EndSession ends a session: it cannot be refreshed any more. One that has ended before stays as it is. The error is [ErrNotFound].
func (t *Txn) EndSession(id string, now time.Time) error {
	_, err := Sessions.Update(t, id, func(s *Session) error {
		if s.EndedAt.IsZero() {
			s.EndedAt, s.UpdatedAt = now, now
		}
		return nil
	})
	return err
}

// EndSessionsIn ends the sessions of a user in an organization.
func (t *Txn) EndSessionsIn(userID, organizationID string, now time.Time) error {
	for _, s := range t.SessionsOfUser(userID) {
		if s.OrganizationID != organizationID {
			continue
		}
		if err := t.EndSession(s.ID, now); err != nil {
			return err
		}
	}
	return nil
}

// SessionsOfUser returns the sessions of a user, the ended ones included, oldest first.
func (t *Txn) SessionsOfUser(userID string) []Session { return Sessions.all(t, byUser, userID) }

// SessionPage returns a page of the sessions of a user. match may be nil.
func (t *Txn) SessionPage(userID string, p Page, match func(Session) bool) (List[Session], error) {
	return Sessions.page(t, byUser, userID, p, match)
}
