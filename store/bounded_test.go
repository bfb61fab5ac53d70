package store

import (
	"fmt"
	"testing"
	"time"
)

// TestRowsOfRunTimeAreBounded inserts more than the tables keep, and more than a session's refresh tokens.
func TestRowsOfRunTimeAreBounded(t *testing.T) {
	t.Parallel()
	s, start := New(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	insertCode := func(tx *Txn, n int, at time.Time) error {
		return tx.InsertCode(Code{Meta: Meta{ID: TokenID(fmt.Sprint(n)), CreatedAt: at}, ExpiresAt: at.Add(time.Minute)})
	}
	mustUpdate(t, s, func(tx *Txn) error {
		for n := range 2 * mostAttempts {
			if err := insertCode(tx, n, start); err != nil {
				return err
			}
		}
		return nil
	})
	if n := len(Codes.All(s.View())); n < mostAttempts || n > mostAttempts+mostAttempts/8+1 {
		t.Errorf("there are %d codes", n)
	}
	if _, ok := Codes.Get(s.View(), TokenID(fmt.Sprint(2*mostAttempts-1))); !ok {
		t.Error("the newest code is gone")
	}
	mustUpdate(t, s, func(tx *Txn) error { return insertCode(tx, -1, start.Add(time.Minute)) })
	if n := len(Codes.All(s.View())); n != 1 {
		t.Errorf("after all have expired, there are %d codes", n)
	}
}

// TestSessionsAreDropped a day after they have expired, with their refresh tokens.
func TestSessionsAreDropped(t *testing.T) {
	t.Parallel()
	s, start := New(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	begin := func(id string, at time.Time) {
		mustUpdate(t, s, func(tx *Txn) error {
			err := tx.InsertSession(Session{Meta: Meta{ID: id, CreatedAt: at}, UserID: "u", ExpiresAt: at.Add(time.Hour)})
			for n := range mostRefreshTokens + 5 {
				if err == nil {
					err = tx.InsertRefreshToken(RefreshToken{Meta: Meta{ID: TokenID(fmt.Sprint(id, n))}, SessionID: id})
				}
			}
			return err
		})
	}
	begin("one", start)
	begin("two", start.Add(24*time.Hour))
	if n := len(RefreshTokens.All(s.View())); n != 2*mostRefreshTokens {
		t.Errorf("there are %d refresh tokens", n)
	}
	if _, ok := s.View().RefreshToken(fmt.Sprint("one", mostRefreshTokens+4)); !ok {
		t.Error("the newest refresh token is gone")
	}
	begin("three", start.Add(25*time.Hour))
	if _, ok := Sessions.Get(s.View(), "one"); ok || len(s.View().SessionsOfUser("u")) != 2 {
		t.Errorf("there are %v", s.View().SessionsOfUser("u"))
	}
	if n := len(RefreshTokens.All(s.View())); n != 2*mostRefreshTokens {
		t.Errorf("there are %d refresh tokens of two sessions", n)
	}
}
