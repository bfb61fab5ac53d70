package store

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

// bulk is from how many changes on a table is written as a whole.
const bulk = 1000

// Table is a table, for what is done with many rows at once.
type Table[T any] struct {
	// Get looks a row up by id.
	Get func(t *Txn, id string) (T, bool)
	// All is what every row has, oldest first.
	All func(t *Txn) iter.Seq[Meta]
	// Meta is that of a row.
	Meta func(*T) *Meta
	// Edit deletes rows, and nothing that belongs to them, and writes others: with the place in the order of creation that
	// a new row has, or with that of the seeded row with the same id, whose use it keeps. The rows that go or are written again do not stand in the way of
	// those that are written. The error of one that another row stands in the way of is a [ConflictError].
	//
	// The rows are the store's from then on. What they refer to must not change any more.
	Edit func(t *Txn, remove []string, rows []T) error
}

// The tables that can be edited as a whole.
var (
	OrganizationTable   = tableOf(organizations)
	UserTable           = tableOf(users)
	ApplicationTable    = tableOf(applications)
	ClientSecretTable   = tableOf(clientSecrets)
	APIKeyTable         = tableOf(apiKeys)
	EnvironmentKeyTable = tableOf(environmentKeys)
)

func tableOf[T any, R row[T]](d table[T]) Table[T] {
	return Table[T]{
		Get: func(t *Txn, id string) (T, bool) { return get[T, R](t, d, primary, id) },
		All: func(t *Txn) iter.Seq[Meta] {
			return func(yield func(Meta) bool) {
				for stored := range walk[T, R](t, d, byCreation, "", newer, newer.origin()) {
					if !yield(*R(stored).meta()) {
						return
					}
				}
			}
		},
		Meta: func(r *T) *Meta { return R(r).meta() },
		Edit: func(t *Txn, remove []string, rows []T) error { return edit[T, R](t, d, remove, rows) },
	}
}

func edit[T any, R row[T]](t *Txn, d table[T], remove []string, rows []T) error {
	if len(remove)+len(rows) == 0 {
		return nil
	}
	t.atBaseline = false
	leaving := map[string]*T{}
	for _, id := range remove {
		leaving[id] = find[T, R](t, d, primary, id)
	}
	written := make([]*T, len(rows))
	for i := range rows {
		written[i] = &rows[i]
		id := R(&rows[i]).meta().ID
		if id == "" {
			return fmt.Errorf("write to %s: a row has no id", d.name)
		}
		before := find[T, R](t, d, primary, id)
		if before != nil {
			if R(before).meta().Seed == "" {
				return &ConflictError{Table: d.name, Field: primary, ID: id, Holder: id}
			}
			leaving[id] = before
		}
		succeed[T, R](t, d, &rows[i], before)
	}
	if err := available[T, R](t, d, written, leaving); err != nil {
		return err
	}
	for _, id := range remove {
		if stored := leaving[id]; stored != nil {
			retireRow[T, R](t, d, stored)
		}
	}
	return replace[T, R](t, d, leaving, written, len(remove)+len(rows))
}

// replace takes rows out, by id, and writes others. changes says how many these are.
func replace[T any, R row[T]](t *Txn, d table[T], leaving map[string]*T, written []*T, changes int) error {
	if changes >= bulk {
		return rewrite[T, R](t, d, written, leaving)
	}
	for id, stored := range leaving {
		if stored != nil {
			if err := erase[T, R](t, d, id); err != nil {
				return err
			}
		}
	}
	for _, r := range written {
		if err := t.memdb.Insert(d.name, r); err != nil {
			return fmt.Errorf("insert into %s: %w", d.name, err)
		}
	}
	return nil
}

// succeed gives a row the place of the one before it, if there is one, or that of a new row.
func succeed[T any, R row[T]](t *Txn, d table[T], r, before *T) {
	if before == nil {
		R(r).meta().place = placeFor[T, R](t, d, R(r).meta().ID)
	} else {
		R(r).meta().place = R(before).meta().place
	}
	if u, ok := any(r).(used); ok {
		if before != nil {
			*u.use() = *any(before).(used).use()
		}
		u.use().begin(t.store)
	}
}

// available checks that no other row has a unique value of the rows.
func available[T any, R row[T]](t *Txn, d table[T], rows []*T, leaving map[string]*T) error {
	check := func(field, value string, r *T) error {
		holder := find[T, R](t, d, field, value)
		if holder == nil || leaving[R(holder).meta().ID] != nil {
			return nil
		}
		return &ConflictError{Table: d.name, Field: field, ID: R(r).meta().ID, Holder: R(holder).meta().ID}
	}
	uniques := append([]unique[T]{{primary, func(r *T) string { return R(r).meta().ID }}}, d.unique...)
	for _, u := range uniques {
		taken := make(map[string]string, len(rows))
		for _, r := range rows {
			value, id := u.value(r), R(r).meta().ID
			if value == "" {
				continue
			}
			if holder, ok := taken[value]; ok {
				return &ConflictError{Table: d.name, Field: u.field, ID: id, Holder: holder}
			}
			taken[value] = id
			if err := check(u.field, value, r); err != nil {
				return err
			}
		}
	}
	for _, c := range d.claims {
		taken := make(map[string]string, len(rows))
		for _, r := range rows {
			id := R(r).meta().ID
			for _, value := range c.values(r) {
				if holder, ok := taken[value]; ok && holder != id {
					return &ConflictError{Table: d.name, Field: c.field, ID: id, Holder: holder}
				}
				taken[value] = id
				if err := check(c.field, value, r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// rewrite makes a new base of all the rows that a table is to hold.
func rewrite[T any, R row[T]](t *Txn, d table[T], written []*T, leaving map[string]*T) error {
	var rows, loose []*T
	for stored := range walk[T, R](t, d, byCreation, "", newer, newer.origin()) {
		if leaving[R(stored).meta().ID] == nil {
			rows = append(rows, stored)
		}
	}
	rows = append(rows, written...)
	bySeq := func(a, b *T) int { return cmp.Compare(R(a).meta().place.seq, R(b).meta().place.seq) }
	if !slices.IsSortedFunc(rows, bySeq) {
		slices.SortFunc(rows, bySeq)
	}
	for stored := range rowsOf[T](t, d.name, "") {
		loose = append(loose, stored)
	}
	for _, stored := range loose {
		if err := t.memdb.Delete(d.name, stored); err != nil {
			return fmt.Errorf("delete from %s: %w", d.name, err)
		}
	}
	for _, id := range t.deleted(d.name) {
		if err := t.memdb.Delete(deletions, &deletion{deletionKey(d.name, id)}); err != nil {
			return fmt.Errorf("delete from %s: %w", deletions, err)
		}
	}
	setBase(t, d, newBase[T, R](d, rows))
	return nil
}

// rowsOf yields the rows that go-memdb has of a table, from an id on.
func rowsOf[T any](t *Txn, table, from string) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		rows, err := t.memdb.LowerBound(table, primary, from)
		if err != nil {
			panic(fmt.Sprintf("store: %s: %v", table, err)) // a table that the schema lacks
		}
		for raw := rows.Next(); raw != nil; raw = rows.Next() {
			if !yield(raw.(*T)) {
				return
			}
		}
	}
}
