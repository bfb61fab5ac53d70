package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// withBaseline returns a store with seeded applications, s_0 the oldest.
func withBaseline(t *testing.T, rows int) *Store {
	t.Helper()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error {
		err := Applications.Edit(tx.Baseline(), nil, seededApplications(rows))
		tx.Follow()
		return err
	})
	return s
}

func seededApplications(rows int) []Application {
	var seeded []Application
	for i := range rows {
		seeded = append(seeded, Application{Meta: Meta{ID: fmt.Sprint("s_", i), Seed: "x"}, ClientID: fmt.Sprint("client_", i)})
	}
	return seeded
}

// TestResetRemembersWhatGoes resets a store with rows that were created at run time, one by one and many at once.
func TestResetRemembersWhatGoes(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{3, 2 * bulk} {
		for _, made := range []int{2, 2 * bulk, maxRetired + 10} {
			s := withBaseline(t, rows)
			mustUpdate(t, s, func(tx *Txn) error {
				added := make([]Application, made)
				for i := range added {
					added[i] = Application{Meta: meta(fmt.Sprint("made_", i)), ClientID: fmt.Sprint("client_made_", i)}
				}
				return Applications.Edit(tx, nil, added)
			})
			mustUpdate(t, s, func(tx *Txn) error {
				return Applications.Insert(tx, Application{Meta: meta("last"), ClientID: "client_last"})
			})
			at := s.View().Moment()
			s.Reset()
			v := s.View()
			if v.Moment() <= at {
				t.Errorf("the moment is %d after %d", v.Moment(), at)
			}
			if list, err := v.OrganizationApplications("", Page{Limit: 1, After: "last"}); err != nil || list.Items[0].ID != fmt.Sprint("s_", rows-1) {
				t.Errorf("%d seeded, %d made: after the last row comes %v, %v", rows, made, list.Items, err)
			}
			if !v.ClientRetired("client_last") || v.ClientRetired("client_0") {
				t.Errorf("%d seeded, %d made: the wrong clients are known to be gone", rows, made)
			}
			if got := Applications.Presence(v, "last", at); got != (Presence{Then: true, Known: true}) {
				t.Errorf("%d seeded, %d made: %+v", rows, made, got)
			}
			if known := Applications.Presence(v, "made_0", at).Known; known != (made < maxRetired) {
				t.Errorf("%d seeded, %d made: the first is known: %t", rows, made, known)
			}
		}
	}
}

// TestResetBringsRowsBack deletes seeded rows, with walks that begin before and after that.
func TestResetBringsRowsBack(t *testing.T) {
	t.Parallel()
	const rows = 2*bulk + 10
	for _, gone := range []int{1, 2 * bulk} {
		s := withBaseline(t, rows)
		before := s.View().Moment()
		mustUpdate(t, s, func(tx *Txn) error {
			var errs []error
			for i := range gone {
				errs = append(errs, Applications.Delete(tx, fmt.Sprint("s_", i)))
			}
			return errors.Join(errs...)
		})
		during := s.View().Moment()
		for range 2 { // the second one changes nothing
			s.Reset()
			v := s.View()
			if got := Applications.Presence(v, "s_0", during); got != (Presence{Now: true, Known: true}) {
				t.Errorf("%d gone: of while it was gone: %+v", gone, got)
			}
			if got := Applications.Presence(v, "s_0", before); got != (Presence{Now: true, Then: true, Known: true}) {
				t.Errorf("%d gone: of before: %+v", gone, got)
			}
			list, err := v.OrganizationApplications("", Page{Limit: rows, Order: Ascending, Walk: during})
			if err != nil || len(list.Items) != rows-gone || list.Items[0].ID != fmt.Sprint("s_", gone) {
				t.Errorf("%d gone: the walk meets %d, %v", gone, len(list.Items), err)
			}
			list, err = v.OrganizationApplications("", Page{Limit: rows, Order: Ascending, Walk: v.Moment()})
			same := slices.EqualFunc(list.Items, seededApplications(rows), func(a, b Application) bool { return a.ID == b.ID })
			if err != nil || !same {
				t.Errorf("%d gone: a new walk meets %d, or in another order: %v", gone, len(list.Items), err)
			}
		}
	}
}

// TestSeededAgain removes seeded rows, begins a walk, and seeds them again with others. The walk leaves them out, and a new one has them in
// their old place.
func TestSeededAgain(t *testing.T) {
	t.Parallel()
	for _, inUse := range []bool{false, true} {
		for _, rows := range []int{4, 2 * bulk} {
			s := withBaseline(t, rows)
			kept := rows / 2
			edit := func(remove []string, rows []Application) {
				mustUpdate(t, s, func(tx *Txn) error {
					err := Applications.Edit(tx.Baseline(), remove, slices.Clone(rows))
					if inUse {
						return errors.Join(err, Applications.Edit(tx, remove, slices.Clone(rows)))
					}
					tx.Follow()
					return err
				})
			}
			all := seededApplications(rows + 1)
			var gone []string
			for _, a := range all[:kept] {
				gone = append(gone, a.ID)
			}
			edit(gone, nil)
			if !s.View().ClientRetired("client_0") {
				t.Error("a client is forgotten")
			}
			during := s.View().Moment()
			edit(nil, append(slices.Clone(all[:kept]), all[rows]))
			for range 2 {
				v := s.View()
				list, err := v.OrganizationApplications("", Page{Limit: rows, Order: Ascending, Walk: during})
				if err != nil || len(list.Items) != rows-kept || list.Items[0].ID != all[kept].ID {
					t.Errorf("in use %t, %d rows: the walk meets %d, %v", inUse, rows, len(list.Items), err)
				}
				if !slices.EqualFunc(Applications.All(v), all, func(a, b Application) bool { return a.ID == b.ID }) {
					t.Errorf("in use %t, %d rows: the order is another one", inUse, rows)
				}
				s.Reset()
			}
		}
	}
}
