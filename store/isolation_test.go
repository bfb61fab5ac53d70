package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestSnapshotSeesNoLaterWrite(t *testing.T) {
	t.Parallel()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error { return Users.Insert(tx, User{Meta: meta("u"), Email: "before"}) })
	snapshot := s.View()
	mustUpdate(t, s, func(tx *Txn) error {
		_, err := Users.Update(tx, "u", func(u *User) error { u.Email = "after"; return nil })
		return err
	})
	if u, _ := Users.Get(snapshot, "u"); u.Email != "before" {
		t.Errorf("the snapshot sees %q", u.Email)
	}
	if u, _ := Users.Get(s.View(), "u"); u.Email != "after" {
		t.Errorf("a new snapshot sees %q", u.Email)
	}
}

// TestFailedUpdateLeavesNoTrace also rules out a transaction that is never ended, for which another writer would wait for ever.
func TestFailedUpdateLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s, failure := New(), errors.New("no")
	err := s.Update(func(tx *Txn) error {
		if err := Users.Insert(tx, User{Meta: meta("u")}); err != nil {
			return err
		}
		return failure
	})
	if err != failure {
		t.Errorf("the error is %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = s.Update(func(tx *Txn) error {
			if err := Users.Insert(tx, User{Meta: meta("u")}); err != nil {
				return err
			}
			panic("no")
		})
	}()
	if _, ok := Users.Get(s.View(), "u"); ok {
		t.Error("the write of a failed transaction is there")
	}
	mustUpdate(t, s, func(tx *Txn) error { return Users.Insert(tx, User{Meta: meta("u")}) })
}

func TestConcurrentInsertsOfOneValueHaveOneWinner(t *testing.T) {
	t.Parallel()
	s := New()
	var wait sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wait.Go(func() {
			errs[i] = s.Update(func(tx *Txn) error {
				return Applications.Insert(tx, Application{Meta: meta(fmt.Sprint(i)), ClientID: "one"})
			})
		})
	}
	wait.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, ErrConflict):
			t.Error(err)
		}
	}
	if won != 1 || len(Applications.All(s.View())) != 1 {
		t.Errorf("%d of them won, and there are %d applications", won, len(Applications.All(s.View())))
	}
}

func TestUseIsSeenByAllCopiesWithoutAWrite(t *testing.T) {
	t.Parallel()
	s, now := New(), time.UnixMilli(1_700_000_000_000).UTC()
	mustUpdate(t, s, func(tx *Txn) error { return APIKeys.Insert(tx, APIKey{Meta: meta("k"), Digest: DigestOf("v")}) })
	before, _ := APIKeys.Get(s.View(), "k")
	if !before.LastUsedAt().IsZero() {
		t.Error("a new key was used")
	}
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			k, _ := s.View().APIKeyByDigest(DigestOf("v"))
			k.Used(now.Add(time.Duration(-i) * time.Second))
		})
	}
	wait.Wait()
	mustUpdate(t, s, func(tx *Txn) error {
		_, err := APIKeys.Update(tx, "k", func(k *APIKey) error { k.Name = "n"; return nil })
		return err
	})
	after, _ := APIKeys.Get(s.View(), "k")
	if !before.LastUsedAt().Equal(now) || !after.LastUsedAt().Equal(now) {
		t.Errorf("last used: %s and %s, want %s", before.LastUsedAt(), after.LastUsedAt(), now)
	}
}

func TestDeleteTakesWhatBelongsToTheRow(t *testing.T) {
	t.Parallel()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error {
		return errors.Join(
			Organizations.Insert(tx, Organization{Meta: meta("o")}),
			Users.Insert(tx, User{Meta: meta("u")}),
			Applications.Insert(tx, Application{Meta: meta("a"), ClientID: "c", OrganizationID: "o"}),
			Applications.Insert(tx, Application{Meta: meta("other"), ClientID: "c2", OrganizationID: "elsewhere"}),
			ClientSecrets.Insert(tx, ClientSecret{Meta: meta("s"), ApplicationID: "a", Digest: DigestOf("s")}),
			ClientSecrets.Insert(tx, ClientSecret{Meta: meta("s2"), ApplicationID: "other", Digest: DigestOf("s2")}),
			APIKeys.Insert(tx, APIKey{Meta: meta("k"), OrganizationID: "o", Digest: DigestOf("k")}),
			APIKeys.Insert(tx, APIKey{Meta: meta("uk"), OrganizationID: "elsewhere", UserID: "u", Digest: DigestOf("uk")}),
		)
	})
	mustUpdate(t, s, func(tx *Txn) error { return errors.Join(Organizations.Delete(tx, "o"), Users.Delete(tx, "u")) })
	v := s.View()
	if len(Applications.All(v)) != 1 || len(APIKeys.All(v)) != 0 {
		t.Errorf("left are %v, %v", Applications.All(v), APIKeys.All(v))
	}
	if _, ok := v.MatchClientSecret("other", DigestOf("s2")); !ok {
		t.Error("a secret of another application is gone")
	}
	if _, ok := v.MatchClientSecret("other", DigestOf("s")); ok {
		t.Error("a wrong secret matches")
	}
}

func TestAnswersAreDroppedByAge(t *testing.T) {
	t.Parallel()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error {
		for i := range 5 {
			at := time.Unix(int64(i), 0)
			if err := tx.InsertAnswer(Answer{Meta: Meta{ID: fmt.Sprint(i), CreatedAt: at}}); err != nil {
				return err
			}
		}
		return tx.DropAnswersBefore(time.Unix(3, 0))
	})
	for i := range 5 {
		if _, ok := s.View().Answer(fmt.Sprint(i)); ok != (i >= 3) {
			t.Errorf("answer %d is there: %t", i, ok)
		}
	}
}
