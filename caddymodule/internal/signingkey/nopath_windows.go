package signingkey

import "syscall"

// noPath are Windows' errors for a text that is no path: ERROR_INVALID_NAME, ERROR_BAD_PATHNAME and ERROR_FILENAME_EXCED_RANGE.
var noPath = []syscall.Errno{123, 161, 206}
