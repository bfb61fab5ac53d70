package session

import (
	"errors"
	"net/http"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/idempotency"
	"github.com/caddy-workos/caddy-workos/store"
)

// The errors of [Sessions.Refresh].
var (
	// ErrInvalid is that of a token that is unknown, or of another client.
	ErrInvalid = errors.New("invalid refresh token")
	// ErrExchanged is that of a token that was exchanged before.
	ErrExchanged = errors.New("the refresh token was exchanged before")
	// ErrEnded is that of a session that was ended, or has expired.
	ErrEnded = errors.New("the session has ended")
	// ErrNotMember is that of an organization in which the user has no active membership.
	ErrNotMember = errors.New("the user is not a member of the organization")
	// ErrNoOrganization is that of an organization that is not known.
	ErrNoOrganization = errors.New("no such organization")
)

// replayed is how long the exchange of a refresh token gives the same pair again (LOGIN.md §2.5).
const replayed = 30 * time.Second

// Refresh is what a refresh asks for.
type Refresh struct {
	Token    string
	ClientID string
	// OrganizationID is the organization to switch to. Empty stands for the present one.
	OrganizationID string
}

// Pair are the tokens of a session.
type Pair struct{ Access, Refresh string }

// Refresh exchanges a refresh token for a new pair, and returns the answer that body makes of it. The same request gives the same answer
// again for half a minute, so that of concurrent requests each gets the one new refresh token (LOGIN.md §2.5).
func (s *Sessions) Refresh(r *api.Request, asked Refresh, body func(*store.Txn, store.Session, Pair) (any, error)) (api.Answer, error) {
	view := s.Store.View()
	next, used, err := check(view, asked, r.Now)
	if err != nil || used != nil {
		return replay(asked, used, err)
	}
	// Signing takes long, so it is done outside of the transaction. What is signed in vain is dropped.
	pair := Pair{}
	unsigned, err := s.Prepare(view, next, r.Issuer(), r.Now)
	if err != nil {
		return api.Answer{}, err
	}
	if pair.Access, err = s.Sign(unsigned); err != nil {
		return api.Answer{}, err
	}
	if pair.Refresh, err = credential.NewToken(s.Random); err != nil {
		return api.Answer{}, err
	}
	content, err := body(view, next, pair)
	if err != nil {
		return api.Answer{}, err
	}
	answer := api.Answer{Status: http.StatusOK, Body: content}
	sealed, err := idempotency.Seal(asked.Token, answer, s.Random)
	if err != nil {
		return api.Answer{}, err
	}
	err = s.Store.Update(func(tx *store.Txn) error {
		var err error
		if next, used, err = check(tx, asked, r.Now); err != nil || used != nil {
			return err
		}
		return exchange(tx, asked, next, pair.Refresh, sealed, r.Now)
	})
	if err != nil || used != nil {
		return replay(asked, used, err)
	}
	return answer, nil
}

// check returns the session as it will be after the exchange. Where the exchange is a repeated one, it returns the used token.
func check(tx *store.Txn, asked Refresh, now time.Time) (store.Session, *store.RefreshToken, error) {
	token, known := tx.RefreshToken(asked.Token)
	session, exists := store.Sessions.Get(tx, token.SessionID)
	switch {
	case !known || !exists || session.ClientID != asked.ClientID:
		return session, nil, ErrInvalid
	case !session.Active(now):
		return session, nil, ErrEnded
	case !token.UsedAt.IsZero() && (now.Sub(token.UsedAt) >= replayed || !token.Request.Equal(asked.digest())):
		return session, nil, ErrExchanged
	case !token.UsedAt.IsZero():
		return session, &token, nil
	}
	if asked.OrganizationID != "" {
		session.OrganizationID = asked.OrganizationID
	}
	return session, nil, checkOrganization(tx, session)
}

func checkOrganization(tx *store.Txn, s store.Session) error {
	if s.OrganizationID == "" {
		return nil
	}
	m, ok := tx.MembershipOf(s.UserID, s.OrganizationID)
	if ok && m.Status == store.ActiveMembership {
		return nil
	}
	if _, local := store.Organizations.Get(tx, s.OrganizationID); !ok && !local {
		return ErrNoOrganization
	}
	return ErrNotMember
}

// digest is that of what is asked for, beside the token.
func (a Refresh) digest() store.Digest { return store.DigestOf(a.ClientID + "\x00" + a.OrganizationID) }

// exchange notes that a token is used, and stores the one that takes its place.
func exchange(tx *store.Txn, asked Refresh, next store.Session, token string, sealed []byte, now time.Time) error {
	_, err := store.RefreshTokens.Update(tx, store.TokenID(asked.Token), func(old *store.RefreshToken) error {
		old.UsedAt, old.UpdatedAt, old.Request, old.Sealed = now, now, asked.digest(), sealed
		return nil
	})
	if err != nil {
		return err
	}
	_, err = store.Sessions.Update(tx, next.ID, func(s *store.Session) error {
		s.OrganizationID, s.UpdatedAt = next.OrganizationID, now
		return nil
	})
	if err != nil {
		return err
	}
	return insertRefreshToken(tx, next.ID, token, now)
}

func replay(asked Refresh, used *store.RefreshToken, err error) (api.Answer, error) {
	if err != nil {
		return api.Answer{}, err
	}
	return idempotency.Open(asked.Token, used.Sealed)
}

func insertRefreshToken(tx *store.Txn, sessionID, token string, now time.Time) error {
	return tx.InsertRefreshToken(store.RefreshToken{
		Meta: store.Meta{ID: store.TokenID(token), CreatedAt: now, UpdatedAt: now}, SessionID: sessionID,
	})
}
