//go:build !windows

package serving

import (
	"errors"
	"syscall"
)

// errInUse is the system's error for an address on which another process listens.
const errInUse = syscall.EADDRINUSE

// isInUse tells whether an address is taken.
func isInUse(err error) bool { return errors.Is(err, errInUse) }
