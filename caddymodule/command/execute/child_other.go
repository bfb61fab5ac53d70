//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package execute

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// CatchSignals catches the interrupts that end a command, from now until release is called: what follows the command, such as
// its summary, is not cut off by them.
func CatchSignals() (received <-chan os.Signal, release func()) {
	caught := make(chan os.Signal, 16)
	signal.Notify(caught, os.Interrupt)
	return caught, func() { signal.Stop(caught) }
}

// Run runs the command to its end. The console interrupts all of its processes, so that nothing is sent on; the second interrupt ends
// the command.
func (c *Command) Run(received <-chan os.Signal) (Result, error) {
	began := time.Now()
	run := &exec.Cmd{Path: c.Path, Args: c.Args, Env: c.Env, Stdin: c.Stdin, Stdout: c.Stdout, Stderr: c.Stderr}
	if err := run.Start(); err != nil {
		return Result{}, notRun(c.Args[0], err)
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil && !errors.As(err, new(*exec.ExitError)) {
				return Result{}, fmt.Errorf("wait for %s: %w", option.OneLine(c.Args[0]), err)
			}
			return Result{Code: run.ProcessState.ExitCode(), Took: time.Since(began)}, nil
		case s := <-received:
			if c.signals.received(s, time.Now()) == kill {
				_ = run.Process.Kill()
			}
		}
	}
}
