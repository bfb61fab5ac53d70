package store

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/hashicorp/go-memdb"
)

// Meta is what every row has.
type Meta struct {
	ID        string
	CreatedAt time.Time
	UpdatedAt time.Time
	// Seed is the digest of the seed entry that a row came from, and empty for a row created at run time.
	Seed string
	// RandomSecret tells a seeded row whose secret was made at random, because its entry pins none.
	RandomSecret bool

	place place // given by the store
}

func (m *Meta) meta() *Meta { return m }

// seededAfter tells a row that came from the seed, and has not been there all the time since a moment.
func (m *Meta) seededAfter(at Moment) bool { return m.Seed != "" && m.place.changedSince(at) }

// row is a pointer to a table's row type. clone returns a copy that shares no memory that either side may change.
type row[T any] interface {
	*T
	meta() *Meta
	clone() T
}

// table describes one table: its unique indexes, and the lists that it can be paged by.
type table[T any] struct {
	name   string
	unique []unique[T]
	claims []claim[T]
	lists  []list[T]
	// retire names the unique indexes whose values stay known for a while after a row is gone: primary for a table with
	// pages, which also gives a row that comes back its old place.
	retire []string
}

// unique is an index in which no two rows may have the same value. A row whose value is empty is not in it.
type unique[T any] struct {
	field string
	value func(*T) string
}

// list is an index by scope and order of creation. A row that is not in any scope is not in it.
type list[T any] struct {
	name  string
	scope func(*T) (scope string, ok bool)
}

const primary = "id" // go-memdb requires this name

// tableSchema is a function and not a method for the sake of R, which a method could not name.
func tableSchema[T any, R row[T]](d table[T]) *memdb.TableSchema {
	indexes := map[string]*memdb.IndexSchema{
		primary: {Name: primary, Unique: true, Indexer: indexer[T]{func(r *T) (string, bool) { return R(r).meta().ID, true }}},
	}
	for _, u := range d.unique {
		indexes[u.field] = &memdb.IndexSchema{
			Name: u.field, Unique: true, AllowMissing: true,
			Indexer: indexer[T]{func(r *T) (string, bool) { v := u.value(r); return v, v != "" }},
		}
	}
	for _, c := range d.claims {
		indexes[c.field] = c.schema()
	}
	for _, l := range d.lists {
		// Unique for go-memdb's sake: the order of creation in the key makes it so.
		indexes[l.name] = &memdb.IndexSchema{
			Name: l.name, Unique: true, AllowMissing: true,
			Indexer: indexer[T]{func(r *T) (string, bool) {
				scope, ok := l.scope(r)
				return listKey(scope, R(r).meta().place.seq), ok
			}},
		}
	}
	return &memdb.TableSchema{Name: d.name, Indexes: indexes}
}

func (d table[T]) scopeOf(listName string) func(*T) (string, bool) {
	for _, l := range d.lists {
		if l.name == listName {
			return l.scope
		}
	}
	panic("store: " + d.name + " has no list " + listName)
}

// everything is the scope of the list by creation.
func everything[T any](*T) (string, bool) { return "", true }

// listKey sorts by scope, then by order of creation.
func listKey(scope string, seq Moment) string {
	key := make([]byte, 0, len(scope)+9)
	key = append(key, scope...)
	key = append(key, 0)
	return string(binary.BigEndian.AppendUint64(key, uint64(seq)))
}

// indexer gives go-memdb the index keys of a row without reflection.
type indexer[T any] struct {
	key func(*T) (string, bool)
}

func (i indexer[T]) FromObject(raw any) (bool, []byte, error) {
	key, ok := i.key(raw.(*T))
	return ok, []byte(key), nil
}

func (i indexer[T]) FromArgs(args ...any) ([]byte, error) {
	if len(args) != 1 {
		return nil, fmt.Errorf("want one index key, got %d", len(args))
	}
	key, ok := args[0].(string)
	if !ok {
		return nil, fmt.Errorf("want an index key of type string, got %T", args[0])
	}
	return []byte(key), nil
}
