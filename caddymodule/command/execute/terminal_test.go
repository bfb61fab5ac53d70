//go:build linux

package execute

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"
)

// openTerminal returns the two ends of a pseudo-terminal.
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		lacks(t, "there are no pseudo-terminals here: ", err)
	}
	t.Cleanup(func() { master.Close() })
	var unlocked, number int32
	for request, value := range map[uintptr]*int32{syscall.TIOCSPTLCK: &unlocked, syscall.TIOCGPTN: &number} {
		if _, _, err := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request, uintptr(unsafe.Pointer(value))); err != 0 {
			t.Fatal(err)
		}
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// screen is what was printed on a terminal.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) shows(text string) func() bool {
	return func() bool { return strings.Contains(s.String(), text) }
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// onTerminal starts a program on a terminal of its own, in a session of its own.
func onTerminal(t *testing.T, args ...string) (program *exec.Cmd, typed func(string), s *screen) {
	t.Helper()
	master, slave := openTerminal(t)
	program = exec.Command(args[0], args[1:]...)
	program.Env = append(os.Environ(), "PS1=prompt> ", "HISTFILE=")
	program.Stdin, program.Stdout, program.Stderr = slave, slave, slave
	program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	s = &screen{}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := master.Read(buffer)
			s.mu.Lock()
			s.text.Write(buffer[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait()
		if t.Failed() {
			t.Logf("the screen:\n%s", s)
		}
	})
	return program, func(text string) { _, _ = master.WriteString(text) }, s
}

// TestInterruptOnATerminalGoesToTheCommand, which is in the foreground; then this process is.
func TestInterruptOnATerminalGoesToTheCommand(t *testing.T) {
	t.Parallel()
	program, typed, s := onTerminal(t, "env", asRunner+"=1", os.Args[0], "sh", "-c",
		`trap 'echo inter''rupted; exit 9' INT; read line; echo "read <$line>"; echo rea''dy; while :; do sleep 0.01; done`)
	typed("hello\n")
	eventually(t, "the line", s.shows("read <hello>"))
	eventually(t, "the command", s.shows("ready"))
	typed("\x03")
	eventually(t, "the interrupt", s.shows("interrupted"))
	eventually(t, "the runner", s.shows("in the foreground again"))
	_ = program.Wait()
	if code := program.ProcessState.ExitCode(); code != 9 {
		t.Errorf("the exit code is %d", code)
	}
}

// TestStopWithoutAShell: nothing could continue the command, so that it goes on at once.
func TestStopWithoutAShell(t *testing.T) {
	t.Parallel()
	program, _, s := onTerminal(t, "env", asRunner+"=1", os.Args[0], "sh", "-c", `kill -TSTP $$; echo conti''nued; exit 3`)
	eventually(t, "the command", s.shows("continued"))
	_ = program.Wait()
	if code := program.ProcessState.ExitCode(); code != 3 {
		t.Errorf("the exit code is %d", code)
	}
}

// TestStopInAShell gives the terminal back to the shell, until the shell continues the job.
func TestStopInAShell(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		lacks(t, "there is no bash here")
	}
	_, typed, s := onTerminal(t, "bash", "--norc", "--noprofile", "--noediting", "-i")
	eventually(t, "the shell", s.shows("prompt>"))
	typed(asRunner + "=1 " + os.Args[0] + ` sh -c 'echo rea""dy; read line; echo "read <$line>"; exit 4'` + "\n")
	eventually(t, "the command", s.shows("ready"))
	typed("\x1a")
	eventually(t, "the shell", s.shows("Stopped"))
	typed("echo in the sh''ell\n")
	eventually(t, "the shell's turn", s.shows("in the shell"))
	typed("fg\n")
	typed("hello\n")
	eventually(t, "the command's turn", s.shows("read <hello>"))
	eventually(t, "its end", s.shows("in the foreground again"))
	typed("echo co''de $?\n")
	eventually(t, "the exit code", s.shows("code 4"))
	typed("exit\n")
}

// TestInTheBackground the terminal stays with the shell.
func TestInTheBackground(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		lacks(t, "there is no bash here")
	}
	_, typed, s := onTerminal(t, "bash", "--norc", "--noprofile", "--noediting", "-i")
	eventually(t, "the shell", s.shows("prompt>"))
	typed(asRunner + "=1 " + os.Args[0] + ` sh -c 'echo rea""dy; sleep 0.05; exit 4' & wait $!; echo co''de $?` + "\n")
	eventually(t, "the exit code", s.shows("code 4"))
	if s.shows("in the foreground again")() {
		t.Error("it has taken the terminal")
	}
}
