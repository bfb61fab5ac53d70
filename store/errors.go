package store

import (
	"errors"
	"fmt"
)

var (
	// ErrConflict matches the error of a write that would give two rows the same unique value: see [ConflictError].
	ErrConflict = errors.New("value already taken")
	// ErrNotFound is returned when the row to change or delete does not exist.
	ErrNotFound = errors.New("no such row")
	// ErrCursor is returned for a cursor that was never the id of a row, or of a row whose deletion is no longer remembered.
	ErrCursor = errors.New("unknown cursor")
)

// ConflictError names the unique index of a conflict. It does not have the value, which may be derived from a secret.
type ConflictError struct {
	Table string // as in "api_keys"
	Field string // as in "digest"
	// ID is the id of the row that was to be written, and Holder the id of the row that has the value.
	ID, Holder string
}

// Error names the table and the field.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s.%s: %v", e.Table, e.Field, ErrConflict)
}

// Is makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }
