//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package execute

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asRunner makes the test binary run a command as `caddy workos exec` does, so that signals of all kinds can be sent to it.
const asRunner = "EXECUTE_TEST_RUNNER"

func TestMain(m *testing.M) {
	if os.Getenv(asRunner) == "" {
		os.Exit(m.Run())
	}
	command, err := Find(os.Args[1:])
	if err != nil {
		os.Exit(1)
	}
	command.Env = os.Environ()
	received, _ := CatchSignals()
	result, err := command.Run(received)
	if err != nil {
		os.Exit(1)
	}
	if terminalOf(os.Stdin) != nil {
		fmt.Println("in the foreground again")
	}
	os.Exit(result.Code)
}

// wait is how long a test waits for what is sure to come.
const wait = 20 * time.Second

// eventually polls until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(wait); !holds(); <-time.After(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// script is a command that runs lines of a shell in a folder of its own, with the output in the file out.
type script struct {
	*Command
	folder string
}

func newScript(t *testing.T, lines string) script {
	t.Helper()
	s := script{folder: t.TempDir()}
	var err error
	if s.Command, err = Find([]string{"sh", "-c", "cd '" + s.folder + "' || exit 99\n" + lines}); err != nil {
		t.Fatal(err)
	}
	s.Env = os.Environ()
	s.Stdin, err = os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if s.Stdout, err = os.Create(filepath.Join(s.folder, "out")); err != nil {
		t.Fatal(err)
	}
	s.Stderr = s.Stdout
	t.Cleanup(func() { s.Stdin.Close(); s.Stdout.Close() })
	return s
}

// file returns what a file of the folder holds by now.
func (s script) file(name string) string {
	text, _ := os.ReadFile(filepath.Join(s.folder, name))
	return strings.TrimSpace(string(text))
}

// has tells whether a file of the folder is there, whole: its last line has ended.
func (s script) has(name string) func() bool {
	return func() bool {
		text, _ := os.ReadFile(filepath.Join(s.folder, name))
		return strings.HasSuffix(string(text), "\n")
	}
}

// pid returns the process that a file of the folder names.
func (s script) pid(t *testing.T, name string) int {
	t.Helper()
	eventually(t, name, s.has(name))
	pid, err := strconv.Atoi(s.file(name))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// begin runs the command, and returns what sends it signals and what waits for its end.
func (s script) begin(t *testing.T) (send func(os.Signal), end func() Result) {
	t.Helper()
	received := make(chan os.Signal, 16)
	ended := make(chan Result, 1)
	go func() {
		result, err := s.Run(received)
		if err != nil {
			t.Error(err)
		}
		ended <- result
	}()
	return func(signal os.Signal) { received <- signal }, func() Result {
		t.Helper()
		select {
		case result := <-ended:
			return result
		case <-time.After(wait):
			t.Fatal("it does not end")
			panic("unreachable")
		}
	}
}

// isGone tells whether a process has ended, whether its parent knows or not.
func isGone(pid int) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return true
	}
	return stateOf(pid) == "Z"
}

// stateOf is a letter: Z for a process that has ended, and T for one that is stopped.
func stateOf(pid int) string {
	said, err := exec.Command("ps", "-o", "state=", "-p", strconv.Itoa(pid)).Output()
	if err != nil || len(said) == 0 {
		return "Z"
	}
	return strings.TrimSpace(string(said))[:1]
}

// lacks skips a test for want of something that the system does not have. In CI it fails instead.
func lacks(t testing.TB, what ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what...)
	}
	t.Skip(what...)
}
