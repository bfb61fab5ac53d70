package store

import "github.com/hashicorp/go-memdb"

// tables has all tables, in no particular order. All code about the whole store ranges over it: the schema, the memory of deleted rows,
// [Txn.Clear], [Txn.Follow], and the tests in conformance_test.go.
//
// No table can be missing: only [newTable] makes a table, and it adds it.
var tables []anyTable

// anyTable is a [Table] of any row type.
type anyTable interface {
	schema() *memdb.TableSchema
	retiredIndexes() []retiredIndex
	clear(t *Txn) error
	follow(t, baseline *Txn)
}

// newTable completes the description of a table and adds it to [tables]. It is for variables of this package only.
func newTable[T any, R row[T]](d Table[T]) *Table[T] {
	d.meta = func(r *T) *Meta { return R(r).meta() }
	d.clone = func(r *T) T { return R(r).clone() }
	id := unique[T]{field: primary, value: func(r *T) string { return R(r).meta().ID }}
	d.unique = append([]unique[T]{id}, d.unique...)
	d.lists = append([]list[T]{{byCreation, func(*T) (string, bool) { return "", true }}}, d.lists...)
	tables = append(tables, &d)
	return &d
}

func schema() *memdb.DBSchema {
	byName := map[string]*memdb.TableSchema{deletions: deletionsSchema()}
	for _, table := range tables {
		s := table.schema()
		byName[s.Name] = s
	}
	return &memdb.DBSchema{Tables: byName}
}

// Clear deletes every row, and does not change the baseline. Deleted rows are remembered as by [Table.Delete].
func (t *Txn) Clear() error {
	for _, table := range tables {
		if err := table.clear(t); err != nil {
			return err
		}
	}
	return nil
}
