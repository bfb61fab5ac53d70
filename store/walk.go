package store

import (
	"fmt"
	"iter"
	"math"
)

// direction is the direction of reading a list.
type direction bool

const (
	older direction = false
	newer direction = true
)

// origin returns the place from which a walk in this direction reads every row.
func (way direction) origin() Moment {
	if way == newer {
		return 0
	}
	return math.MaxUint64
}

// walk yields the stored rows of a list after start, in a direction. start itself is left out.
func (d *Table[T]) walk(t *Txn, listName, scope string, way direction, start Moment) iter.Seq[*T] {
	b := d.base(t)
	if b == nil {
		return d.walkWritten(t, listName, scope, way, start)
	}
	return func(yield func(*T) bool) {
		based := d.beyond(b, listName, scope, way, start)
		// yieldBased yields the rows of the base that come before a place.
		yieldBased := func(until Moment) bool {
			for len(based) > 0 {
				next, rest := based[0], based[1:]
				if way == older {
					next, rest = based[len(based)-1], based[:len(based)-1]
				}
				stored := b.rows[next]
				if seq := d.seq(stored); seq == until || (seq > until) == (way == newer) {
					return true
				}
				based = rest
				if !t.hidden(d.name, d.id(stored)) && !yield(stored) {
					return false
				}
			}
			return true
		}
		for stored := range d.walkWritten(t, listName, scope, way, start) {
			if !yieldBased(d.seq(stored)) || !yield(stored) {
				return
			}
		}
		yieldBased((!way).origin())
	}
}

// walkWritten is [Table.walk] without the rows of the table's base: it reads go-memdb only.
func (d *Table[T]) walkWritten(t *Txn, listName, scope string, way direction, start Moment) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		bound := t.memdb.ReverseLowerBound
		if way == newer {
			bound = t.memdb.LowerBound
		}
		rows, err := bound(d.name, listName, listKey(scope, start))
		if err != nil {
			panic(fmt.Sprintf("store: list %s of %s: %v", listName, d.name, err)) // a list that the schema lacks
		}
		inScope := d.scopeOf(listName)
		for raw := rows.Next(); raw != nil; raw = rows.Next() {
			stored := raw.(*T)
			if s, ok := inScope(stored); !ok || s != scope {
				return
			}
			if d.seq(stored) != start && !yield(stored) {
				return
			}
		}
	}
}
