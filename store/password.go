package store

// Password is a password as it is kept: a hash, or what will become one. Package password makes them. It must not change after it was
// made, but for what it remembers by itself, as all copies of a row share it.
type Password interface {
	// Matches reports whether a text is the password.
	Matches(text string) bool
}
