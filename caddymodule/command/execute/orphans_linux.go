package execute

import "syscall"

// adoptOrphans makes this process the parent of what a command leaves behind, in the place of process 1, so that it sees it end at
// once: process 1 of a container may take seconds to wait for it, or never does.
func adoptOrphans() {
	const setChildSubreaper = 36 // PR_SET_CHILD_SUBREAPER of <linux/prctl.h>
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0)
}
