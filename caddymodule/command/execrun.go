package command

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/execute"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/summary"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// execution is one run of `caddy workos exec`.
type execution struct {
	server *serving.Server
	failOn []string
	files  summary.Files

	requests summary.Log
}

// run runs the command while it serves, and returns the exit code. An error has not been told yet.
func (e *execution) run(c *cobra.Command, args []string) (code int, err error) {
	command, err := execute.Find(args)
	if err != nil {
		return codeOf(err), err
	}
	if err := e.files.Check(); err != nil {
		return 1, err
	}
	running, target, err := e.serve(c)
	if err != nil {
		return 1, err
	}
	if command.Env, err = execute.Environment(os.Environ(), target); err != nil {
		return 1, errors.Join(err, running.Stop())
	}
	fmt.Fprintf(c.ErrOrStderr(), "caddy workos: %s is run with %s, served by %s\n", e.name(args), target.URL, e.served())
	received, release := execute.CatchSignals()
	defer release()
	result, err := command.Run(received)
	if err != nil {
		return codeOf(err), errors.Join(err, running.Stop())
	}
	concluded := make(chan struct{})
	defer close(concluded)
	go endNow(command, received, concluded, result.Code)
	return e.conclude(c.ErrOrStderr(), args, result, running)
}

// endNow ends the process with the second signal that asks for it, until all is concluded.
func endNow(command *execute.Command, received <-chan os.Signal, concluded <-chan struct{}, code int) {
	for {
		select {
		case s := <-received:
			if command.EndsNow(s) {
				os.Exit(max(code, 1))
			}
		case <-concluded:
			return
		}
	}
}

// codeOf is the exit code for a command that was not run.
func codeOf(err error) int {
	if notRun := new(execute.NotRunError); errors.As(err, &notRun) {
		return notRun.Code
	}
	return 1
}

// serve starts the server, and returns what the command is to be told of it.
func (e *execution) serve(c *cobra.Command) (*serving.Running, execute.Target, error) {
	s := e.server
	running, err := s.Prepare()
	if err != nil {
		return nil, execute.Target{}, err
	}
	credentials := running.Credentials()
	key, err := execute.ChooseKey(credentials, running.Site, os.Getenv(execute.KeyVariable))
	if err != nil {
		return nil, execute.Target{}, err
	}
	values, err := s.Resolve()
	if err != nil {
		return nil, execute.Target{}, err
	}
	if running.Port() == 0 && running.Socket() != "" && values.PublicURL.Value == "" {
		return nil, execute.Target{}, errors.New("--listen: a command reaches no Unix socket by a URL: say how it is reached with --public-url")
	}
	if key.Made {
		s.AcceptKeys = append(s.AcceptKeys, key.Value)
	}
	requestlog.Subscribe(e.requests.Add)
	if err := running.Start(c.Context()); err != nil {
		return nil, execute.Target{}, err
	}
	if running.Warning != "" {
		fmt.Fprintln(c.ErrOrStderr(), running.Warning)
	}
	target := execute.Target{
		URL: running.BaseURL, Key: key.Value,
		ClientID: execute.ChooseClient(credentials, cmp.Or(s.FirstClientID(), values.Audience.Value), os.Getenv(execute.ClientVariable)),
	}
	if values.PublicURL.Value != "" {
		target.URL = values.PublicURL.Value
	}
	return running, target, nil
}

// served says what answers, in a few words.
func (e *execution) served() string {
	s := e.server.Site
	parts := []string{"the emulator"}
	if s.Seed != "" {
		parts[0] += " (" + option.Shown(s.Seed) + ")"
	}
	if s.Fixtures != "" {
		parts = append(parts, option.Shown(s.Fixtures)+" ("+option.Shown(s.Mode)+")")
	}
	for _, origin := range []string{s.Upstream, s.AuthKit} {
		if origin != "" {
			parts = append(parts, option.Shown(origin))
		}
	}
	return strings.Join(parts, ", ")
}

// name is what the command is called: its arguments may hold a secret.
func (*execution) name(args []string) string { return option.OneLine(option.Shown(args[0])) }

// conclude stops the server, tells what the run has done, and returns the exit code.
func (e *execution) conclude(stderr io.Writer, args []string, result execute.Result, running *serving.Running) (int, error) {
	libraries := librariesInUse() // which are not in use any more when the server has stopped
	failed := running.Stop()      // when the last requests have been answered
	requestlog.Subscribe(nil)
	report, err := reportOn(libraries)
	failed = errors.Join(failed, err)

	told := &summary.Summary{
		Command: e.name(args), Code: result.Code, Signal: result.Signal, Took: result.Took,
		Requests: &e.requests, Fixtures: report, FailOn: e.failOn,
	}
	more := "--summary-md and --junit have all"
	if e.files != (summary.Files{}) {
		more = "the file has all"
	}
	_ = told.Text(stderr, more) // the files are still to be written where the standard error is closed
	failed = errors.Join(failed, e.files.Write(told))
	code := told.ExitCode()
	if failed != nil && code == 0 {
		code = 1
	}
	return code, failed
}

// librariesInUse are the folders of fixtures of all instances.
func librariesInUse() (all []*fixture.Library) {
	for _, i := range instance.All() {
		all = append(all, i.Libraries()...)
	}
	return all
}

// reportOn tells what was done with fixtures in the whole run. It returns nil for no folder.
func reportOn(libraries []*fixture.Library) (*fixture.Report, error) {
	if len(libraries) == 0 {
		return nil, nil
	}
	var whole fixture.Report
	for _, library := range libraries {
		report, err := library.RunReport()
		if err != nil {
			return nil, fmt.Errorf("report on the fixtures: %w", err)
		}
		whole.Add(report)
	}
	return &whole, nil
}
