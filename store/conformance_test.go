package store

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

// TestEveryTable checks the contract of [Table] for each table. A new table needs no change here: the rows are made by reflection.
func TestEveryTable(t *testing.T) {
	t.Parallel()
	for _, table := range tables {
		t.Run(table.schema().Name, func(t *testing.T) {
			t.Parallel()
			c := table.(interface {
				conformance() map[string]func(*testing.T)
			}).conformance()
			for name, test := range c {
				t.Run(name, test)
			}
		})
	}
}

func (d *Table[T]) conformance() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"rows are copied":         d.testCopies,
		"unique values":           d.testUnique,
		"pages":                   d.testPages,
		"lists":                   d.testLists,
		"cursors of deleted rows": d.testDeletedCursor,
		"clear":                   d.testClear,
		"reset":                   d.testReset,
	}
}

// sizes are numbers of rows below and above which a table is written as a whole.
var sizes = []int{5, bulk + 5}

// samples returns the sample rows of a range.
func samples[T any](from, to int) []T {
	var rows []T
	for n := from; n < to; n++ {
		rows = append(rows, sample[T](n))
	}
	return rows
}

func (d *Table[T]) sampleID(n int) string {
	row := sample[T](n)
	return d.id(&row)
}

// with returns a store with the first sample rows.
func (d *Table[T]) with(t *testing.T, rows int) *Store {
	t.Helper()
	s := New()
	mustUpdate(t, s, func(tx *Txn) error { return d.Edit(tx, nil, samples[T](0, rows)) })
	return s
}

func (d *Table[T]) testCopies(t *testing.T) {
	for _, rows := range sizes {
		s, n := d.with(t, rows), rows+1
		check := func(way string) {
			t.Helper()
			got, ok := d.Get(s.View(), d.sampleID(n))
			if want := sample[T](n); !ok || !reflect.DeepEqual(fieldsOf(got), fieldsOf(want)) {
				t.Errorf("%s: the row is %+v, want %+v", way, got, want)
			}
		}
		in := sample[T](n)
		mustUpdate(t, s, func(tx *Txn) error { return d.Insert(tx, in) })
		check("insert")
		scramble(&in)
		check("a row passed to Insert is changed")

		var changing *T
		var updated T
		mustUpdate(t, s, func(tx *Txn) (err error) {
			updated, err = d.Update(tx, d.sampleID(n), func(r *T) error { changing = r; return nil })
			return err
		})
		scramble(changing)
		check("a row passed by Update is changed")
		scramble(&updated)
		check("a row returned by Update is changed")

		out, _ := d.Get(s.View(), d.sampleID(n))
		scramble(&out)
		check("a row returned by Get is changed")
		for _, r := range d.All(s.View()) {
			scramble(&r)
		}
		check("a row returned by All is changed")
		page, err := d.Page(s.View(), Page{Limit: rows + 1}, func(r T) bool { scramble(&r); return true })
		if err != nil || len(page.Items) != rows+1 {
			t.Fatalf("a page of %d rows: %v", len(page.Items), err)
		}
		check("a row returned by Page is changed")
	}
}

func (d *Table[T]) testUnique(t *testing.T) {
	for _, u := range d.unique {
		for _, rows := range sizes {
			s, first, other := d.with(t, rows), sample[T](0), rows+1
			twin := sharing(t, first, other, func(r *T) bool {
				for v := range u.of(&first) {
					return u.has(r, v)
				}
				t.Fatalf("%s: the sample row has none", u.field)
				return false
			})
			refused := func(way string, write func(*Txn) error) {
				t.Helper()
				var conflict *ConflictError
				err := s.Update(write)
				if want := (ConflictError{d.name, u.field, d.id(&twin), d.id(&first)}); !errors.As(err, &conflict) || *conflict != want {
					t.Errorf("%s, %d rows: %s gives %v, want %+v", u.field, rows, way, err, want)
				}
			}
			more := samples[T](rows+2, 2*rows)
			refused("Insert", func(tx *Txn) error { return d.Insert(tx, twin) })
			refused("Edit", func(tx *Txn) error { return d.Edit(tx, nil, slices.Concat(more, []T{twin})) })
			refused("Edit of both", func(tx *Txn) error {
				if err := d.Delete(tx, d.id(&first)); err != nil {
					return err
				}
				return d.Edit(tx, nil, slices.Concat(more, []T{first, twin}))
			})
			if u.field != primary {
				mustUpdate(t, s, func(tx *Txn) error { return d.Insert(tx, sample[T](other)) })
				refused("Update", func(tx *Txn) error {
					_, err := d.Update(tx, d.sampleID(other), func(r *T) error { *r = twin; return nil })
					return err
				})
				mustUpdate(t, s, func(tx *Txn) error { return d.Delete(tx, d.sampleID(other)) })
			}
			mustUpdate(t, s, func(tx *Txn) error {
				return errors.Join(d.Delete(tx, d.id(&first)), d.Insert(tx, twin))
			})
		}
	}
}

func (d *Table[T]) testPages(t *testing.T) {
	for _, rows := range sizes {
		s := d.with(t, rows)
		mustUpdate(t, s, func(tx *Txn) error {
			return errors.Join(d.Delete(tx, d.sampleID(1)), d.Insert(tx, sample[T](rows)), d.Insert(tx, sample[T](rows+1)))
		})
		want := slices.Delete(d.idsOf(samples[T](0, rows+2)), 1, 2)
		if got := d.idsOf(d.All(s.View())); !slices.Equal(got, want) {
			t.Errorf("%d rows: all are %v", rows, got)
		}
		if got := d.pages(t, s.View(), Page{Limit: max(2, rows/4), Order: Ascending}); !slices.Equal(got, want) {
			t.Errorf("%d rows, ascending: the pages have %v", rows, got)
		}
		slices.Reverse(want)
		if got := d.pages(t, s.View(), Page{Limit: max(2, rows/4), Order: Descending}); !slices.Equal(got, want) {
			t.Errorf("%d rows, descending: the pages have %v", rows, got)
		}
	}
}

// pages reads page after page, and returns the ids of the rows.
func (d *Table[T]) pages(t *testing.T, v *Txn, p Page) []string {
	t.Helper()
	var ids []string
	for {
		list, err := d.Page(v, p, nil)
		if err != nil || len(list.Items) == 0 {
			t.Fatalf("a page of %d rows: %v", len(list.Items), err)
		}
		ids = append(ids, d.idsOf(list.Items)...)
		if p.After = list.After; p.After == "" {
			return ids
		}
	}
}

func (d *Table[T]) testLists(t *testing.T) {
	for _, rows := range sizes {
		s := d.with(t, rows)
		for _, l := range d.lists {
			first := sample[T](0)
			scope, ok := l.scope(&first)
			if !ok {
				t.Fatalf("%s: the sample row is not in it", l.name)
			}
			want := []string{d.id(&first)}
			if l.name == byCreation {
				want = d.idsOf(samples[T](0, rows))
			}
			list, err := d.page(s.View(), l.name, scope, Page{Limit: rows, Order: Ascending}, nil)
			if got := d.idsOf(list.Items); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %v, %v", l.name, got, err)
			}
			if !d.hasAny(s.View(), l.name, scope) || d.hasAny(s.View(), l.name, "no such scope") {
				t.Errorf("%s: the wrong scope has rows", l.name)
			}
		}
	}
}

func (d *Table[T]) testDeletedCursor(t *testing.T) {
	for _, rows := range sizes {
		s, deleted := d.with(t, rows), d.sampleID(2)
		before := s.View().Moment()
		mustUpdate(t, s, func(tx *Txn) error { return d.Delete(tx, deleted) })
		if err := s.Update(func(tx *Txn) error { return d.Delete(tx, deleted) }); !errors.Is(err, ErrNotFound) {
			t.Errorf("the second deletion gives %v", err)
		}
		if _, ok := d.Get(s.View(), deleted); ok {
			t.Error("a deleted row is there")
		}
		list, err := d.Page(s.View(), Page{Limit: rows, Order: Ascending, After: deleted}, nil)
		if !slices.Contains(d.retire, primary) {
			if !errors.Is(err, ErrCursor) {
				t.Errorf("the cursor of a deleted row gives %v", err)
			}
			continue
		}
		if got := d.idsOf(list.Items); err != nil || !slices.Equal(got, d.idsOf(samples[T](3, rows))) {
			t.Errorf("after a deleted row come %v, %v", got, err)
		}
		if got := d.Presence(s.View(), deleted, before); got != (Presence{Then: true, Known: true}) {
			t.Errorf("a deleted row is %+v", got)
		}
		mustUpdate(t, s, func(tx *Txn) error { return d.Insert(tx, sample[T](2)) })
		if got := d.idsOf(d.All(s.View())); !slices.Equal(got, d.idsOf(samples[T](0, rows))) {
			t.Errorf("with a row that came back, the order is %v", got)
		}
	}
}

func (d *Table[T]) testClear(t *testing.T) {
	for _, rows := range sizes {
		s := d.with(t, rows)
		mustUpdate(t, s, func(tx *Txn) error { return d.Insert(tx, sample[T](rows)) })
		mustUpdate(t, s, (*Txn).Clear)
		if left := d.All(s.View()); len(left) != 0 {
			t.Errorf("of %d rows, %d are left", rows, len(left))
		}
		mustUpdate(t, s, func(tx *Txn) error { return d.Edit(tx, nil, samples[T](0, rows)) })
	}
}

// testReset has a store that is reset, and one that follows a new baseline.
func (d *Table[T]) testReset(t *testing.T) {
	for _, rows := range sizes {
		s := New()
		follow := func(change func(baseline *Txn) error) {
			mustUpdate(t, s, func(tx *Txn) error {
				err := change(tx.Baseline())
				tx.Follow()
				return err
			})
		}
		check := func(when string, want []T) {
			t.Helper()
			got := d.All(s.View())
			same := func(a, b T) bool { return reflect.DeepEqual(fieldsOf(a), fieldsOf(b)) }
			if !slices.EqualFunc(got, want, same) {
				t.Errorf("%d rows, %s: the rows are %v, want %v", rows, when, d.idsOf(got), d.idsOf(want))
			}
		}
		follow(func(baseline *Txn) error { return d.Edit(baseline, nil, samples[T](0, rows)) })
		check("at first", samples[T](0, rows))
		for _, made := range sizes {
			mustUpdate(t, s, func(tx *Txn) error {
				_, err := d.Update(tx, d.sampleID(1), func(r *T) error { scramble(r); return nil })
				return errors.Join(err, d.Delete(tx, d.sampleID(2)), d.Edit(tx, nil, samples[T](rows, rows+made)))
			})
			during := s.View().Moment()
			s.Reset()
			check("after a reset", samples[T](0, rows))
			want := Presence{}
			if slices.Contains(d.retire, primary) {
				want = Presence{Then: true, Known: true}
			}
			if got := d.Presence(s.View(), d.sampleID(rows), during); got != want {
				t.Errorf("%d rows, %d made: one that a reset took is %+v", rows, made, got)
			}
		}
		follow(func(baseline *Txn) error { return d.Edit(baseline, []string{d.sampleID(0)}, samples[T](rows, rows+1)) })
		check("with another baseline", samples[T](1, rows+1))
	}
}

func (d *Table[T]) idsOf(rows []T) []string {
	var ids []string
	for i := range rows {
		ids = append(ids, d.id(&rows[i]))
	}
	return ids
}
