//go:build !windows

package signingkey

import "syscall"

// noPath are the system's errors for a text that is no path.
var noPath = []syscall.Errno{syscall.ENAMETOOLONG, syscall.ENOTDIR}
