package serving

import (
	"errors"
	"syscall"
)

// errInUse is Windows' WSAEADDRINUSE. syscall.EADDRINUSE is another number there, which the system never returns.
const errInUse = syscall.Errno(10048)

// wsaAccess is Windows' WSAEACCES.
const wsaAccess = syscall.Errno(10013)

// isInUse tells whether an address is taken. Windows denies the access to one that a process has for itself.
func isInUse(err error) bool {
	return errors.Is(err, errInUse) || errors.Is(err, wsaAccess) || errors.Is(err, syscall.EADDRINUSE)
}
