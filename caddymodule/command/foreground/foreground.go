// Package foreground runs a server as `caddy workos` does: it shows where everything is and each request, follows the files that
// say what is served, and ends with a signal.
package foreground

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/screen"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
)

// Flags are those of `caddy workos` beside the ones of a [serving.Server].
type Flags struct {
	json, watch, version bool
	readyFile            string
}

// AddFlags adds the flags.
func (f *Flags) AddFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&f.watch, "watch", false, "Follow the seed, the signing key and the fixtures: an edit takes effect within two seconds")
	flags.BoolVar(&f.json, "json", false, "Print one line of JSON when it listens, and nothing else: url, port, apiKey, health and pid")
	flags.StringVar(&f.readyFile, "ready-file", "", "File that is made when it listens, with the same JSON, and removed at the end")
	flags.BoolVar(&f.version, "version", false, "Print the versions of this plugin and of Caddy")
}

// Run serves until the process is interrupted.
func Run(c *cobra.Command, s *serving.Server, f *Flags) error {
	if f.version {
		_, err := fmt.Fprint(c.OutOrStdout(), versions())
		return err
	}
	ready, err := option.Resolve("--ready-file", f.readyFile)
	if err != nil {
		return err
	}
	v := &served{
		flags: f, out: c.OutOrStdout(), style: screen.StyleOf(c.OutOrStdout(), os.Getenv),
		ready: screen.NewReadyFile(ready), requests: make(chan requestlog.Request, 1024), notices: make(chan string, 16),
	}
	if f.json {
		v.out, v.style = c.ErrOrStderr(), screen.StyleOf(c.ErrOrStderr(), os.Getenv)
	}
	signals := trapSignals(v.endNow)
	s.Taken = v.ready.Clear
	requestlog.Subscribe(v.note)
	defer requestlog.Subscribe(nil)
	caddy.OnExit(func(context.Context) { v.ready.Remove() }) // POST /stop of the admin endpoint ends the process
	defer v.ready.Remove()
	running, interrupted, err := v.start(c.Context(), s, signals)
	switch {
	case err != nil:
		return err
	case interrupted:
		return v.stop(signals, running)
	}
	if running.Warning != "" {
		fmt.Fprintln(c.ErrOrStderr(), running.Warning)
	}
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	if f.watch {
		if err := v.follow(ctx, running); err != nil {
			return errors.Join(err, running.Stop())
		}
	}
	if err := v.announce(c.OutOrStdout(), running); err != nil {
		return errors.Join(err, running.Stop())
	}
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		v.show(ctx)
	}()
	<-signals
	err = v.stop(signals, running)
	cancel()
	select {
	case <-shown:
	case <-time.After(oneSignal): // for an output that takes nothing any more
	}
	return err
}

// served is a server, and what it shows.
type served struct {
	flags    *Flags
	out      io.Writer // of notices and requests
	style    screen.Style
	ready    *screen.ReadyFile
	requests chan requestlog.Request
	notices  chan string
	missed   atomic.Int64 // requests for which there was no room
}

// announce says where everything is.
func (v *served) announce(stdout io.Writer, running *serving.Running) error {
	line := screen.JSON(running)
	if err := v.ready.Write(line); err != nil {
		return err
	}
	if v.flags.json {
		_, err := stdout.Write(line)
		return err
	}
	_ = v.style.Banner(stdout, running) // it serves without a reader too
	return nil
}

// note has a request shown. It does not wait for a terminal that is slow.
func (v *served) note(r requestlog.Request) {
	if v.flags.json || !screen.IsShown(r) {
		return
	}
	select {
	case v.requests <- r:
	default:
		v.missed.Add(1)
	}
}

// start starts the server. A signal that comes meanwhile lets it end in order when it has started. It may wait for a storage: so a
// second signal ends the process at once, and the first one does after a while.
func (v *served) start(ctx context.Context, s *serving.Server, signals <-chan os.Signal) (running *serving.Running, interrupted bool, err error) {
	started := make(chan struct{})
	go func() {
		defer close(started)
		if running, err = s.Prepare(); err == nil {
			err = running.Start(ctx)
		}
	}()
	select {
	case <-started:
		return running, false, err
	case <-signals:
	}
	v.orEnd(signals, started, serving.GracePeriod)
	return running, true, err
}

// orEnd waits for something that is to be done after a signal. Another signal ends the process at once, and so does the timeout; 0 is
// no timeout.
func (v *served) orEnd(signals <-chan os.Signal, done <-chan struct{}, timeout time.Duration) {
	began := time.Now()
	var timedOut <-chan time.Time
	if timeout > 0 {
		timedOut = time.After(timeout)
	}
	for {
		select {
		case <-done:
			return
		case <-signals:
			if time.Since(began) >= oneSignal {
				v.endNow()
			}
		case <-timedOut:
			v.endNow()
		}
	}
}

// show shows requests and notices until the context ends, and then what is left of them.
func (v *served) show(ctx context.Context) {
	for {
		select {
		case r := <-v.requests:
			v.showRequest(r)
		case notice := <-v.notices:
			v.say(notice)
		case <-ctx.Done():
			for {
				select {
				case r := <-v.requests:
					v.showRequest(r)
				default:
					return
				}
			}
		}
	}
}

func (v *served) showRequest(r requestlog.Request) {
	fmt.Fprintln(v.out, v.style.Request(r))
	if n := v.missed.Swap(0); n > 0 {
		v.say(fmt.Sprintf("(%d requests more than can be shown)", n))
	}
}

// say shows a notice of one or more lines.
func (v *served) say(notice string) {
	fmt.Fprintln(v.out, v.style.Notice(time.Now(), strings.TrimRight(notice, "\n")))
}

// stop ends the server. Another signal ends the process at once.
func (v *served) stop(signals <-chan os.Signal, running *serving.Running) (err error) {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		err = running.Stop()
	}()
	v.orEnd(signals, stopped, 0)
	return err
}

// endNow ends the process, without waiting for requests.
func (v *served) endNow() {
	v.ready.Remove()
	os.Exit(caddy.ExitCodeForceQuit)
}

// oneSignal is how long after a signal another one is the same: a terminal sends it to all processes of a group, and npm, which
// is one of them, passes it on.
const oneSignal = 100 * time.Millisecond
