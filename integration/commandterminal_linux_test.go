package integration

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// TestColoursAreForATerminal: on one, it has them, unless the environment asks for none.
func TestColoursAreForATerminal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		env  []string
		want bool
	}{"a terminal": {[]string{"TERM=xterm"}, true}, "NO_COLOR": {[]string{"TERM=xterm", "NO_COLOR=1"}, false}, "a dumb one": {[]string{"TERM=dumb"}, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ours, theirs := openTerminal(t)
			shown := &syncBuffer{}
			go func() { _, _ = io.Copy(shown, ours) }()
			p := startCommandTo(t, theirs, &syncBuffer{}, exampleFolder(t), test.env, "workos", "-p", "0")
			eventually(t, "the screen", func() bool { return strings.Contains(shown.String(), lastOfBanner) })
			if got := bytes.Contains([]byte(shown.String()), []byte("\x1b[")); got != test.want {
				t.Errorf("it has colours: %t", got)
			}
			p.stop()
		})
	}
}

// openTerminal opens a pseudo-terminal: our side of it, and that of a program.
func openTerminal(t testing.TB) (ours, theirs *os.File) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		lacks(t, "no pseudo-terminals here: ", err)
	}
	t.Cleanup(func() { ours.Close() })
	var number, unlocked int32
	for request, value := range map[uintptr]*int32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &unlocked} {
		if _, _, failed := syscall.Syscall(syscall.SYS_IOCTL, ours.Fd(), request, uintptr(unsafe.Pointer(value))); failed != 0 {
			t.Fatal(failed)
		}
	}
	theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { theirs.Close() })
	return ours, theirs
}
