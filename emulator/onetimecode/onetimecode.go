// Package onetimecode makes and checks the codes that users prove their address or a second factor with: six digits that are valid for ten
// minutes and once (LOGIN.md §5).
//
// A wrong code is counted by the transaction in which it is checked. So a caller must commit that transaction where [Refused] holds of the
// error, and must not return the error from the function that it passes to [store.Store.Update].
package onetimecode

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"time"
)

// TTL is how long a code is valid (LOGIN.md §5).
const TTL = 10 * time.Minute

// MaxTries is how many wrong codes are allowed while a code is valid. After that, the right one is refused too.
const MaxTries = 5

// Why a code is refused.
var (
	ErrIncorrect = errors.New("the code is incorrect")
	ErrExpired   = errors.New("the code has expired")
	ErrUsed      = errors.New("the code was used before")
	ErrTooMany   = errors.New("there were too many wrong codes")
)

// Refused reports whether an error says that a code was refused. Any other error is a failure.
func Refused(err error) bool {
	return slices.ContainsFunc([]error{ErrIncorrect, ErrExpired, ErrUsed, ErrTooMany}, func(refused error) bool { return errors.Is(err, refused) })
}

// newCode returns six random digits. It fails only when random does.
func newCode(random io.Reader) (string, error) {
	n, err := rand.Int(random, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("make a code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}
