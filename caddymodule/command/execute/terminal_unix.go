//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package execute

import (
	"os"
	"os/signal"
	"syscall"
	"time"
	"unsafe"
)

// terminal is the controlling terminal, in whose foreground this process was started. All methods may be called on nil, for
// none.
type terminal struct{ fd int }

// terminalOf returns the terminal of a file, or nil where it is none, or where this process is in its background: a shell
// has started it with &.
func terminalOf(file *os.File) *terminal {
	if file == nil {
		return nil
	}
	t := &terminal{int(file.Fd())}
	if group, err := t.foreground(); err != nil || group != syscall.Getpgrp() {
		return nil
	}
	return t
}

// foreground returns the process group in the foreground.
func (t *terminal) foreground() (int, error) {
	var group int32
	if _, _, err := syscall.Syscall(syscall.SYS_IOCTL, uintptr(t.fd), syscall.TIOCGPGRP, uintptr(unsafe.Pointer(&group))); err != 0 {
		return 0, err
	}
	return int(group), nil
}

// put puts a process group into the foreground.
func (t *terminal) put(group int) {
	id := int32(group)
	_, _, _ = syscall.Syscall(syscall.SYS_IOCTL, uintptr(t.fd), syscall.TIOCSPGRP, uintptr(unsafe.Pointer(&id)))
}

// ignoreTTOU lets this process write to the terminal and take it back from the background, which would stop it otherwise. A
// command inherits what is ignored, so it comes after its start.
func (t *terminal) ignoreTTOU() {
	if t != nil {
		signal.Ignore(syscall.SIGTTOU)
	}
}

// takeBack puts this process into the foreground again.
func (t *terminal) takeBack() {
	if t != nil {
		signal.Ignore(syscall.SIGTTOU)
		t.put(syscall.Getpgrp())
	}
}

// resumed is how long this process waits to be stopped. One that no shell controls is not stopped at all.
const resumed = 200 * time.Millisecond

// suspend stops the process group of this process, until its shell continues it, and puts the command into the foreground
// again if the shell has put this process there. It returns false where there is no terminal.
func (t *terminal) suspend() bool {
	if t == nil {
		return false
	}
	command, err := t.foreground()
	t.takeBack()
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer signal.Stop(continued)
	_ = syscall.Kill(0, syscall.SIGTSTP)
	select {
	case <-continued:
	case <-time.After(resumed):
	}
	if group, now := t.foreground(); err == nil && now == nil && group == syscall.Getpgrp() {
		t.put(command)
	}
	return true
}
