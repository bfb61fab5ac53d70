package execute

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// The exit codes of a command that was not run, as those of a shell.
const (
	CodeNotRunnable = 126
	CodeNotFound    = 127
)

// fromSignal is the exit code of a command that a signal has ended, less the number of the signal.
const fromSignal = 128

// Command is a command to be run, without a shell.
type Command struct {
	// Path is the file of the program, and Args its name and arguments.
	Path string
	Args []string
	// Env is the whole environment.
	Env []string
	// Stdin, Stdout and Stderr are the command's own.
	Stdin, Stdout, Stderr *os.File
	// Grace is how long what is left of the command's processes has to end when they are asked to. 0 stands for two seconds.
	Grace time.Duration

	signals signals // that have come
}

// EndsNow tells whether a signal that comes when the command has ended is the second one to ask for the end: then what is still to
// be done is not waited for.
func (c *Command) EndsNow(s os.Signal) bool { return c.signals.received(s, time.Now()) == kill }

const defaultGrace = 2 * time.Second

// Result is how a command has ended.
type Result struct {
	// Code is its exit code, or 128 and the number of the signal that has ended it.
	Code int
	// Signal is that signal; 0 for none.
	Signal syscall.Signal
	// Took is how long it ran.
	Took time.Duration
}

// NotRunError says why a command cannot be run, and with which exit code that is told.
type NotRunError struct {
	Code int
	Name string
	Err  error
}

func (e *NotRunError) Error() string { return fmt.Sprintf("%s: %v", option.OneLine(e.Name), e.Err) }

func (e *NotRunError) Unwrap() error { return e.Err }

// Find finds the program of a command. The error is a [NotRunError].
func Find(args []string) (*Command, error) {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return nil, notRun(args[0], err)
	}
	return &Command{Path: path, Args: args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}, nil
}

// notRun says what is wrong with the program of a command.
func notRun(name string, err error) *NotRunError {
	failed := &NotRunError{Code: CodeNotRunnable, Name: name}
	var path *fs.PathError
	var lookup *exec.Error
	switch {
	case errors.Is(err, exec.ErrDot):
		failed.Err = errors.New("it is in this folder, and is run only by its path, with ./ in front")
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		failed.Code, failed.Err = CodeNotFound, errors.New("command not found")
	case errors.As(err, &lookup):
		failed.Err = lookup.Err
	case errors.As(err, &path):
		failed.Err = path.Err
	default:
		failed.Err = err
	}
	return failed
}
