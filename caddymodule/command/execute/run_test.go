//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package execute

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestExitCodes are those of a shell.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	for lines, want := range map[string]int{
		"exit 0": 0, "exit 3": 3, "exit 255": 255, "kill -SEGV $$": 139, "kill -KILL $$": 137, "kill -TERM $$": 143, "kill -INT $$": 130,
		"sh -c 'kill -ABRT $$'; exit $?": 134,
	} {
		t.Run(lines, func(t *testing.T) {
			t.Parallel()
			_, end := newScript(t, lines).begin(t)
			if got := end().Code; got != want {
				t.Errorf("the exit code is %d, want %d", got, want)
			}
		})
	}
}

// TestCommandsThatCannotBeRun are told from those that fail.
func TestCommandsThatCannotBeRun(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, mode := range map[string]os.FileMode{"plain": 0o644, "garbage": 0o755} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("\x00\x01garbage"), mode); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		code int
		says string
	}{
		"no-such-command-of-all":          {CodeNotFound, "no-such-command-of-all: command not found"},
		filepath.Join(folder, "missing"):  {CodeNotFound, "command not found"},
		filepath.Join(folder, "plain"):    {CodeNotRunnable, "permission denied"},
		filepath.Join(folder, "garbage"):  {CodeNotRunnable, "exec format error"},
		folder:                            {CodeNotRunnable, "is a directory"},
		filepath.Join(folder, "plain/no"): {CodeNotRunnable, "not a directory"},
		"":                                {CodeNotFound, "command not found"},
		"no\x1b[2Jcommand\n":              {CodeNotFound, "command: command not found"},
	} {
		command, err := Find([]string{name})
		if err == nil {
			_, err = command.Run(nil)
		}
		var failed *NotRunError
		switch {
		case !errors.As(err, &failed):
			t.Errorf("%s: it says %v", name, err)
		case failed.Code != test.code || !strings.Contains(err.Error(), strings.TrimPrefix(test.says, "command: ")) || strings.ContainsAny(err.Error(), "\x1b\n"):
			t.Errorf("%s: it says %q with code %d", name, err, failed.Code)
		}
	}
}

// TestStandardStreamsAreTheCommandsOwn, whatever their size.
func TestStandardStreamsAreTheCommandsOwn(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	s := newScript(t, "cat; echo complaints >&2")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.Stdin = reader
	complaints, err := os.Create(filepath.Join(s.folder, "err"))
	if err != nil {
		t.Fatal(err)
	}
	s.Stderr = complaints
	_, end := s.begin(t)
	if _, err := writer.WriteString(strings.Repeat("0123456\n", size/8)); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	if code := end().Code; code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	if got, err := os.Stat(filepath.Join(s.folder, "out")); err != nil || got.Size() != size {
		t.Errorf("of %d bytes, it has printed %v, %v", size, got, err)
	}
	if s.file("err") != "complaints" {
		t.Errorf("the standard error has %q", s.file("err"))
	}
}

// TestSignalsReachTheCommand and what it has started: the signal goes to the group.
func TestSignalsReachTheCommand(t *testing.T) {
	t.Parallel()
	for signal, name := range map[syscall.Signal]string{
		syscall.SIGINT: "INT", syscall.SIGTERM: "TERM", syscall.SIGHUP: "HUP", syscall.SIGQUIT: "QUIT", syscall.SIGUSR1: "USR1", syscall.SIGUSR2: "USR2",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, `trap 'exit 7' `+name+`
sh -c "trap 'echo got >below; exit' `+name+`; echo ready >started; while :; do sleep 0.01; done"
exit 8`)
			send, end := s.begin(t)
			eventually(t, "the start", s.has("started"))
			send(signal)
			eventually(t, "the signal", s.has("below"))
			if code := end().Code; code != 7 {
				t.Errorf("the exit code is %d", code)
			}
		})
	}
}

// TestSignalEndsTheCommand that does nothing about it.
func TestSignalEndsTheCommand(t *testing.T) {
	t.Parallel()
	s := newScript(t, "echo ready >started; exec sleep 1000")
	send, end := s.begin(t)
	eventually(t, "the start", s.has("started"))
	send(syscall.SIGTERM)
	if result := end(); result.Code != 143 || result.Signal != syscall.SIGTERM {
		t.Errorf("it ended with %+v", result)
	}
}

// TestSecondInterruptEndsACommandThatIgnoresIt, with all that it has started.
func TestSecondInterruptEndsACommandThatIgnoresIt(t *testing.T) {
	t.Parallel()
	s := newScript(t, `trap '' INT
sleep 1000 & echo $! >below
echo ready >started; while :; do sleep 0.01; done`)
	send, end := s.begin(t)
	eventually(t, "the start", s.has("started"))
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case <-ended:
				return
			case <-time.After(10 * time.Millisecond): // nine of them are one
				send(syscall.SIGINT)
			}
		}
	}()
	result := end()
	close(ended)
	if result.Code != 137 {
		t.Errorf("the exit code is %d", result.Code)
	}
	below := s.pid(t, "below")
	eventually(t, "the end of what it has started", func() bool { return isGone(below) })
}

// TestTwoInterruptsAtOnceAreOne: the command has its time to end.
func TestTwoInterruptsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	s := newScript(t, `trap 'echo got >interrupted' INT
trap 'exit 6' USR1
echo ready >started; while :; do sleep 0.01; done`)
	send, end := s.begin(t)
	eventually(t, "the start", s.has("started"))
	send(syscall.SIGINT)
	send(syscall.SIGINT)
	eventually(t, "the interrupt", s.has("interrupted"))
	send(syscall.SIGUSR1)
	if code := end().Code; code != 6 {
		t.Errorf("the exit code is %d", code)
	}
}

// TestSignalOnTheWayToACommandThatEnds changes nothing but perhaps how it ends.
func TestSignalOnTheWayToACommandThatEnds(t *testing.T) {
	t.Parallel()
	for range 40 {
		send, end := newScript(t, "exit 7").begin(t)
		go send(syscall.SIGTERM)
		if code := end().Code; code != 7 && code != 143 {
			t.Fatalf("the exit code is %d", code)
		}
	}
}

// TestWhatIsLeftIsEnded when the command has ended.
func TestWhatIsLeftIsEnded(t *testing.T) {
	t.Parallel()
	for name, trap := range map[string]string{"as it is asked": "", "as it is not": "trap '' TERM; "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, `sh -c "`+trap+`echo ready >started; while :; do sleep 0.01; done" & echo $! >below
while [ ! -s started ]; do sleep 0.01; done
exit 4`)
			s.Grace = 50 * time.Millisecond
			_, end := s.begin(t)
			if code := end().Code; code != 4 {
				t.Errorf("the exit code is %d", code)
			}
			below := s.pid(t, "below")
			eventually(t, "its end", func() bool { return isGone(below) })
		})
	}
}

// TestASecondSignalWaitsForNothing that the command has left behind.
func TestASecondSignalWaitsForNothing(t *testing.T) {
	t.Parallel()
	s := newScript(t, `sh -c "trap '' TERM; echo ready >started; while :; do sleep 0.01; done" & echo $! >below
while [ ! -s started ]; do sleep 0.01; done
echo $$ >self; exit 4`)
	s.Grace = 10 * wait
	send, end := s.begin(t)
	self, below := s.pid(t, "self"), s.pid(t, "below")
	eventually(t, "the end of the command", func() bool { return isGone(self) })
	send(syscall.SIGINT)
	time.AfterFunc(2*oneSignal, func() { send(syscall.SIGINT) })
	if code := end().Code; code != 4 {
		t.Errorf("the exit code is %d", code)
	}
	eventually(t, "the end of what it left", func() bool { return isGone(below) })
}

// TestWhatHasEndedIsNotWaitedFor, also where process 1 is slow to do so.
func TestWhatHasEndedIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s := newScript(t, "sleep 1000 & sleep 1000 & exit 4")
	s.Grace = 2 * wait
	if _, end := s.begin(t); end().Code != 4 {
		t.Error("it is not the exit code of the command")
	}
}

// TestStoppedCommandIsWaitedFor until it is continued, or a signal ends it.
func TestStoppedCommandIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"continued": 5, "ended": 143} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t, "echo $$ >self; kill -STOP $$; exit 5")
			send, end := s.begin(t)
			self := s.pid(t, "self")
			eventually(t, "the stop", func() bool { return stateOf(self) == "T" })
			if name == "continued" {
				_ = syscall.Kill(self, syscall.SIGCONT)
			} else {
				send(syscall.SIGTERM)
			}
			if code := end().Code; code != want {
				t.Errorf("the exit code is %d, want %d", code, want)
			}
		})
	}
}

// TestTerminatedRunnerLeavesNoProcess sends signals to a process that runs the command.
func TestTerminatedRunnerLeavesNoProcess(t *testing.T) {
	t.Parallel()
	for sent, want := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGINT: 130, syscall.SIGHUP: 129} {
		t.Run(sent.String(), func(t *testing.T) {
			t.Parallel()
			s := newScript(t, "")
			runner := exec.Command(os.Args[0], "sh", "-c", `cd "`+s.folder+`"; trap - INT; sh -c 'trap - INT; echo $$ >below; while :; do sleep 0.01; done' &
echo $$ >self; while :; do sleep 0.01; done`)
			runner.Env = append(os.Environ(), asRunner+"=1")
			caught := make(chan os.Signal, 1)
			signal.Notify(caught, sent) // so that the runner does not inherit that it is ignored
			defer signal.Stop(caught)
			if err := runner.Start(); err != nil {
				t.Fatal(err)
			}
			self, below := s.pid(t, "self"), s.pid(t, "below")
			_ = runner.Process.Signal(sent)
			err := runner.Wait()
			if code := runner.ProcessState.ExitCode(); code != want {
				t.Errorf("it ended with %v", err)
			}
			eventually(t, "the end of both", func() bool { return isGone(self) && isGone(below) })
		})
	}
}

// TestRunDoesNotLeakDescriptors to a command: it has the three of its own.
func TestRunDoesNotLeakDescriptors(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		lacks(t, "it looks into /proc")
	}
	opened, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	s := newScript(t, "ls -l /proc/$$/fd >fds")
	_, end := s.begin(t)
	end()
	if strings.Contains(s.file("fds"), opened.Name()) {
		t.Errorf("it has\n%s", s.file("fds"))
	}
}
