package store

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
)

// TestDeletedRowsLeaveNothingThatGrows makes and deletes rows of every kind, and measures the heap.
func TestDeletedRowsLeaveNothingThatGrows(t *testing.T) {
	s := New()
	const batch = 50 // rows of each kind that a transaction makes or deletes
	cycle := func(from, to int) {
		for ; from < to; from += batch {
			each := func(change func(tx *Txn, id string) error) {
				mustUpdate(t, s, func(tx *Txn) error {
					for i := from; i < from+batch; i++ {
						if err := change(tx, fmt.Sprint(i)); err != nil {
							return err
						}
					}
					return nil
				})
			}
			each(func(tx *Txn, id string) error {
				s.NoteCursor("list", id, Cursor{})
				made := errors.Join(
					Organizations.Insert(tx, Organization{Meta: meta("org_" + id)}),
					Users.Insert(tx, User{Meta: meta("user_" + id)}),
					Applications.Insert(tx, Application{Meta: meta("app_" + id), ClientID: "client_" + id, OrganizationID: "org_" + id}),
					APIKeys.Insert(tx, APIKey{Meta: meta("key_" + id), OrganizationID: "org_" + id, Digest: DigestOf(id)}),
				)
				if len(id) < 2 || id[len(id)-1] != '0' { // a tenth of those that are not remembered
					return made
				}
				return errors.Join(made,
					ClientSecrets.Insert(tx, ClientSecret{Meta: meta("secret_" + id), ApplicationID: "app_" + id}),
					EnvironmentKeys.Insert(tx, EnvironmentKey{Meta: meta("env_" + id), Digest: DigestOf(id)}),
					tx.InsertAnswer(Answer{Meta: meta("answer_" + id)}),
				)
			})
			if from%(2*batch) == 0 {
				each(func(tx *Txn, id string) error {
					return errors.Join(Organizations.Delete(tx, "org_"+id), Users.Delete(tx, "user_"+id))
				})
			}
			mustUpdate(t, s, (*Txn).Clear)
		}
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	const cycles = 20_000
	cycle(0, 2*maxRetired) // until all memories are full
	before := heap()
	cycle(2*maxRetired, 2*maxRetired+cycles)
	if after := heap(); after > before+1<<20 {
		t.Errorf("after %d cycles the heap has grown from %d to %d bytes", cycles, before, after)
	}
	runtime.KeepAlive(s)
}

// TestRetiredAreTheNewest checks how many deletions are remembered, and which.
func TestRetiredAreTheNewest(t *testing.T) {
	t.Parallel()
	s := New()
	app := func(i int) Application {
		return Application{Meta: meta(fmt.Sprint("app_", i)), ClientID: fmt.Sprint("client_", i)}
	}
	const rows = maxRetired + 10
	for i := range rows {
		mustUpdate(t, s, func(tx *Txn) error { return Applications.Insert(tx, app(i)) })
		mustUpdate(t, s, func(tx *Txn) error { return Applications.Delete(tx, app(i).ID) })
	}
	for i := range maxRetired + 10 { // those of other tables do not count
		mustUpdate(t, s, func(tx *Txn) error { return Users.Insert(tx, User{Meta: meta(fmt.Sprint("user_", i))}) })
		mustUpdate(t, s, func(tx *Txn) error { return Users.Delete(tx, fmt.Sprint("user_", i)) })
	}
	for i, known := range map[int]bool{0: false, 9: false, 10: true, rows - 1: true} {
		if got := s.View().ClientRetired(app(i).ClientID); got != known {
			t.Errorf("client %d is known: %t, want %t", i, got, known)
		}
		if _, err := s.View().OrganizationApplications("", Page{Limit: 1, After: app(i).ID}); errors.Is(err, ErrCursor) == known {
			t.Errorf("the cursor of application %d gives %v", i, err)
		}
	}
}

// TestFailedDeletionIsForgotten rules out that a failed transaction has an effect.
func TestFailedDeletionIsForgotten(t *testing.T) {
	t.Parallel()
	s, failure := New(), errors.New("no")
	at := s.View().Moment()
	for name, end := range map[string]func(){"error": func() {}, "panic": func() { panic("no") }} {
		func() {
			defer func() { _ = recover() }()
			err := s.Update(func(tx *Txn) error {
				if err := Applications.Insert(tx, Application{Meta: meta("a"), ClientID: "c"}); err != nil {
					return err
				}
				if err := Applications.Delete(tx, "a"); err != nil {
					return err
				}
				if !tx.ClientRetired("c") {
					t.Error("the transaction does not see what it did")
				}
				end()
				return failure
			})
			if !errors.Is(err, failure) {
				t.Error(err)
			}
		}()
		if s.View().ClientRetired("c") || Applications.Presence(s.View(), "a", 0).Known || s.View().Moment() != at {
			t.Errorf("%s: a trace is left", name)
		}
	}
}

// TestARowComesBackToItsPlace deletes rows and inserts them again, in one transaction or in two.
func TestARowComesBackToItsPlace(t *testing.T) {
	t.Parallel()
	for _, together := range []bool{true, false} {
		s := New()
		insert := func(ids ...string) func(*Txn) error {
			return func(tx *Txn) error {
				for _, id := range ids {
					if err := Users.Insert(tx, User{Meta: meta(id)}); err != nil {
						return err
					}
				}
				return nil
			}
		}
		mustUpdate(t, s, insert("a", "b", "c"))
		if together {
			mustUpdate(t, s, func(tx *Txn) error {
				return errors.Join(Users.Delete(tx, "a"), Users.Delete(tx, "b"), insert("b", "a", "d")(tx))
			})
		} else {
			mustUpdate(t, s, (*Txn).Clear)
			mustUpdate(t, s, insert("c", "d", "b", "a"))
		}
		var got []string
		for _, u := range Users.All(s.View()) {
			got = append(got, u.ID)
		}
		if !slices.Equal(got, []string{"a", "b", "c", "d"}) {
			t.Errorf("in one transaction %t: the order is %v", together, got)
		}
	}
}

// TestPresence checks each moment from before the insert to after the deletion.
func TestPresence(t *testing.T) {
	t.Parallel()
	s := New()
	now := func() Moment { return s.View().Moment() }
	mustUpdate(t, s, func(tx *Txn) error { return Users.Insert(tx, User{Meta: meta("other")}) })
	before := now()
	mustUpdate(t, s, func(tx *Txn) error { return Users.Insert(tx, User{Meta: meta("u")}) })
	there := now()
	mustUpdate(t, s, func(tx *Txn) error { return Users.Delete(tx, "u") })
	gone := now()
	check := func(when string, want map[Moment]Presence) {
		t.Helper()
		for at, p := range want {
			if got := Users.Presence(s.View(), "u", at); got != p {
				t.Errorf("%s, of moment %d: %+v, want %+v", when, at, got, p)
			}
		}
	}
	check("deleted", map[Moment]Presence{before: {Known: true}, there: {Then: true, Known: true}, gone: {Known: true}})
	mustUpdate(t, s, func(tx *Txn) error { return Users.Insert(tx, User{Meta: meta("u")}) })
	back := now()
	check("back", map[Moment]Presence{
		before: {Now: true, Known: true}, there: {Now: true, Then: true, Known: true},
		gone: {Now: true, Known: true}, back: {Now: true, Then: true, Known: true},
	})
	if got := Users.Presence(s.View(), "x", back); got != (Presence{}) {
		t.Errorf("of one that never was: %+v", got)
	}
}

// TestCursorOfAnotherList is refused.
func TestCursorOfAnotherList(t *testing.T) {
	t.Parallel()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error {
		return errors.Join(
			APIKeys.Insert(tx, APIKey{Meta: meta("mine"), OrganizationID: "mine", Digest: DigestOf("1")}),
			APIKeys.Insert(tx, APIKey{Meta: meta("theirs"), OrganizationID: "theirs", Digest: DigestOf("2")}),
		)
	})
	if _, err := s.View().OrganizationAPIKeys("mine", Page{Limit: 1, After: "theirs"}); !errors.Is(err, ErrCursor) {
		t.Errorf("it gives %v", err)
	}
	if _, err := s.View().OrganizationAPIKeys("mine", Page{Limit: 1, After: "mine"}); err != nil {
		t.Error(err)
	}
}
