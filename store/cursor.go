package store

import "time"

// maxCursors is how many cursors a store remembers: the newest ones.
const maxCursors = 8192

// Cursor is what the store remembers of a cursor of a merged list. Such a list has items of the upstream, which the store does not have.
type Cursor struct {
	Foreign bool      // it was the id of an item of the upstream, even if the store has a row with that id
	Walk    Moment    // when the first page of the walk was read
	Began   time.Time // the same moment, by the clock of the emulator
}

// NoteCursor remembers a cursor of a list. Any string may name the list. It is not part of a transaction.
func (s *Store) NoteCursor(list, id string, c Cursor) { s.cursors.Add(shortHashOf(list+"\x00"+id), c) }

// Cursor returns what was last remembered of a cursor.
func (s *Store) Cursor(list, id string) (Cursor, bool) {
	return s.cursors.Get(shortHashOf(list + "\x00" + id))
}
