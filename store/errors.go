package store

import (
	"errors"
	"fmt"
)

var (
	// ErrConflict is matched by the error of a write that would give two rows the same unique value.
	ErrConflict = errors.New("value already taken")
	// ErrNotFound is returned when the row to change or delete does not exist.
	ErrNotFound = errors.New("no such row")
	// ErrCursor is returned for a page that starts at a row that the list has never had, or whose deletion is no longer
	// remembered.
	ErrCursor = errors.New("unknown cursor")
)

// ConflictError says which unique index a write ran into. It does not have the value, which may be derived from a
// secret.
type ConflictError struct {
	Table string // as in "api_keys"
	Field string // as in "digest"
	// ID is that of the row that was to be written, and Holder that of the row that has the value.
	ID, Holder string
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s.%s: %v", e.Table, e.Field, ErrConflict)
}

// Is makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }
