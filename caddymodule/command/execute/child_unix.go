//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package execute

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// forwarded are the signals that are sent on to the command.
var forwarded = []os.Signal{
	syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2,
}

// CatchSignals catches the signals that are sent on to a command, from now until release is called: what follows the command,
// such as its summary, is not cut off by them. A closed standard error does not end this process either.
func CatchSignals() (received <-chan os.Signal, release func()) {
	caught := make(chan os.Signal, 16)
	for _, s := range append(forwarded, syscall.SIGPIPE) {
		// What nohup has ignored stays so, and a command inherits that. A shell ignores SIGINT for what it runs in the background,
		// where one that comes is meant.
		if s == syscall.SIGINT || !signal.Ignored(s) {
			signal.Notify(caught, s)
		}
	}
	return caught, func() { signal.Stop(caught) }
}

// child is a running command. It is the leader of a process group of its own, which signals go to: its own children may have
// others.
type child struct {
	pid      int
	terminal *terminal // nil where there is none to be handed over
	stopped  bool      // by a signal such as SIGSTOP, and perhaps continued since
	signals  *signals  // that have come
}

// Run runs the command to its end, and sends on the signals that are received meanwhile. What is left of its process group is then
// ended as well.
func (c *Command) Run(received <-chan os.Signal) (Result, error) {
	began := time.Now()
	terminal := terminalOf(c.Stdin)
	adoptOrphans()
	started, err := c.start(terminal)
	if err != nil {
		return Result{}, err
	}
	defer terminal.takeBack()
	started.signals = &c.signals
	ended := started.handle(received)
	took := time.Since(began)
	started.endGroup(c.grace(), received)
	switch {
	case ended.err != nil:
		return Result{}, fmt.Errorf("wait for %s: %w", option.OneLine(c.Args[0]), ended.err)
	case ended.Signaled():
		return Result{Code: fromSignal + int(ended.Signal()), Signal: ended.Signal(), Took: took}, nil
	}
	return Result{Code: ended.ExitStatus(), Took: took}, nil
}

func (c *Command) grace() time.Duration {
	if c.Grace == 0 {
		return defaultGrace
	}
	return c.Grace
}

// start starts the command, in the foreground where this process is there.
func (c *Command) start(t *terminal) (*child, error) {
	attributes := &syscall.SysProcAttr{Setpgid: true}
	if t != nil {
		attributes.Foreground, attributes.Ctty = true, t.fd
	}
	process, err := os.StartProcess(c.Path, c.Args, &os.ProcAttr{
		Env: c.Env, Files: []*os.File{c.Stdin, c.Stdout, c.Stderr}, Sys: attributes,
	})
	if err != nil {
		t.takeBack()
		return nil, notRun(c.Args[0], err)
	}
	pid := process.Pid
	_ = process.Release() // it is waited for here, for os.Process does not tell that it is stopped
	t.ignoreTTOU()
	return &child{pid: pid, terminal: t}, nil
}

// state is what became of a command: it was stopped, or has ended.
type state struct {
	syscall.WaitStatus
	err error
}

func (s state) hasEnded() bool { return s.err != nil || s.Exited() || s.Signaled() }

// handle sends signals on until the command has ended, and returns how.
func (c *child) handle(received <-chan os.Signal) state {
	changes := c.watch()
	for {
		select {
		case change := <-changes:
			if change.hasEnded() {
				return change
			}
			c.stop()
		case s := <-received:
			if s != syscall.SIGPIPE {
				c.react(c.signals.received(s, time.Now()), s.(syscall.Signal))
			}
		}
	}
}

// watch returns how the command is stopped, each time, and how it ends.
func (c *child) watch() <-chan state {
	changes := make(chan state)
	go func() {
		for {
			var now state
			_, now.err = syscall.Wait4(c.pid, &now.WaitStatus, syscall.WUNTRACED, nil)
			if now.err == syscall.EINTR {
				continue
			}
			changes <- now
			if now.hasEnded() {
				return
			}
		}
	}()
	return changes
}

// react does what was decided about a signal.
func (c *child) react(r reaction, s syscall.Signal) {
	switch r {
	case drop:
		return
	case kill:
		s = syscall.SIGKILL
	case forward:
	}
	_ = syscall.Kill(-c.pid, s) // it may have ended meanwhile
	if c.stopped {
		_ = syscall.Kill(-c.pid, syscall.SIGCONT) // it gets the signal when it goes on
	}
}

// stop stops this process as well, where the command was stopped in the foreground: the shell is then in the foreground again,
// and what it continues is this process. A command that was stopped elsewhere is left to the one who has done it.
func (c *child) stop() {
	c.stopped = true
	if c.terminal.suspend() {
		_ = syscall.Kill(-c.pid, syscall.SIGCONT)
	}
}

// endGroup ends what is left of the command's process group, which may take so long, unless a second signal asks for the end.
func (c *child) endGroup(grace time.Duration, received <-chan os.Signal) {
	if syscall.Kill(-c.pid, syscall.SIGTERM) != nil {
		return // nothing is left
	}
	_ = syscall.Kill(-c.pid, syscall.SIGCONT)
	const pause = 5 * time.Millisecond
	isLate := time.After(grace)
	for waiting := true; waiting; {
		// What has lost its parent may be a child of this process, and is there until it is waited for.
		for pid := 1; pid > 0; {
			pid, _ = syscall.Wait4(-c.pid, nil, syscall.WNOHANG, nil)
		}
		if syscall.Kill(-c.pid, 0) != nil {
			return
		}
		select {
		case s := <-received:
			waiting = c.signals.received(s, time.Now()) != kill
		case <-isLate:
			waiting = false
		case <-time.After(pause):
		}
	}
	_ = syscall.Kill(-c.pid, syscall.SIGKILL)
}
