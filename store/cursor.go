package store

import "time"

// maxCursors is how many cursors a store remembers: the newest.
const maxCursors = 8192

// Cursor is what is known of an id that was given out as the cursor of a list, of which this store has only a part.
type Cursor struct {
	Foreign bool      // it was the id of an item from elsewhere, even if this store has a row with that id
	Walk    Moment    // when the first page of its walk was read
	Began   time.Time // that moment, by the caller's clock
}

// NoteCursor remembers a cursor of a list, which any string may name. It is no part of a transaction.
func (s *Store) NoteCursor(list, id string, c Cursor) { s.cursors.Add(shortHashOf(list+"\x00"+id), c) }

// Cursor returns what was noted last of a cursor.
func (s *Store) Cursor(list, id string) (Cursor, bool) {
	return s.cursors.Get(shortHashOf(list + "\x00" + id))
}
