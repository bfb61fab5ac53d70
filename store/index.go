package store

import (
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"github.com/hashicorp/go-memdb"
)

// unique is an index in which no two rows may have the same value. A row has one value, or several, such as the domains of an
// organization. An empty value is not in the index.
type unique[T any] struct {
	field  string
	value  func(*T) string   // nil where a row may have several
	values func(*T) []string // nil where a row has one
}

// of yields the row's values, none of them empty.
func (u unique[T]) of(r *T) iter.Seq[string] {
	return func(yield func(string) bool) {
		if u.value != nil {
			if v := u.value(r); v != "" {
				yield(v)
			}
			return
		}
		for _, v := range u.values(r) {
			if v != "" && !yield(v) {
				return
			}
		}
	}
}

// has reports whether the row has the value.
func (u unique[T]) has(r *T, value string) bool {
	if u.value != nil {
		return u.value(r) == value
	}
	return slices.Contains(u.values(r), value)
}

// list is an index by scope and order of creation. It contains only rows that are in a scope.
type list[T any] struct {
	name  string
	scope func(*T) (scope string, ok bool)
}

const (
	primary = "id" // go-memdb requires this name

	byCreation     = "creation" // every table has this list, with the empty scope
	byOrganization = "organization"
	byApplication  = "application"
	byUser         = "user"
	byEmail        = "email"
	byFactor       = "factor"
	bySession      = "session"
)

// schema returns the indexes for go-memdb, which does not enforce unique ones except for the id.
func (d *Table[T]) schema() *memdb.TableSchema {
	indexes := map[string]*memdb.IndexSchema{}
	for _, u := range d.unique {
		indexes[u.field] = &memdb.IndexSchema{Name: u.field, Unique: true, AllowMissing: true, Indexer: valuesIndexer[T]{u}}
	}
	indexes[primary] = &memdb.IndexSchema{
		Name: primary, Unique: true, Indexer: indexer[T]{func(r *T) (string, bool) { return d.id(r), true }},
	}
	for _, l := range d.lists {
		// go-memdb requires it to be unique. It is, as the key has the order of creation.
		indexes[l.name] = &memdb.IndexSchema{
			Name: l.name, Unique: true, AllowMissing: true,
			Indexer: indexer[T]{func(r *T) (string, bool) {
				scope, ok := l.scope(r)
				return listKey(scope, d.seq(r)), ok
			}},
		}
	}
	return &memdb.TableSchema{Name: d.name, Indexes: indexes}
}

// uniqueIndex returns the unique index of a field.
func (d *Table[T]) uniqueIndex(field string) unique[T] {
	for _, u := range d.unique {
		if u.field == field {
			return u
		}
	}
	panic("store: " + d.name + " has no unique index " + field)
}

func (d *Table[T]) scopeOf(listName string) func(*T) (string, bool) {
	for _, l := range d.lists {
		if l.name == listName {
			return l.scope
		}
	}
	panic("store: " + d.name + " has no list " + listName)
}

// listKey sorts by scope, then by order of creation.
func listKey(scope string, seq Moment) string {
	key := make([]byte, 0, len(scope)+9)
	key = append(key, scope...)
	key = append(key, 0)
	return string(binary.BigEndian.AppendUint64(key, uint64(seq)))
}

// indexer gives go-memdb the index key of a row without reflection.
type indexer[T any] struct {
	key func(*T) (string, bool)
}

func (i indexer[T]) FromObject(raw any) (bool, []byte, error) {
	key, ok := i.key(raw.(*T))
	return ok, []byte(key), nil
}

func (i indexer[T]) FromArgs(args ...any) ([]byte, error) { return keyOf(args) }

// valuesIndexer gives go-memdb the values of a row in a unique index.
type valuesIndexer[T any] struct{ unique[T] }

func (i valuesIndexer[T]) FromObject(raw any) (bool, [][]byte, error) {
	var keys [][]byte
	for v := range i.of(raw.(*T)) {
		keys = append(keys, []byte(v))
	}
	return len(keys) > 0, keys, nil
}

func (i valuesIndexer[T]) FromArgs(args ...any) ([]byte, error) { return keyOf(args) }

func keyOf(args []any) ([]byte, error) {
	if len(args) != 1 {
		return nil, fmt.Errorf("want one index key, got %d", len(args))
	}
	key, ok := args[0].(string)
	if !ok {
		return nil, fmt.Errorf("want an index key of type string, got %T", args[0])
	}
	return []byte(key), nil
}
