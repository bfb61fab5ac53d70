package command

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/har"
)

// defaultBaseURL is where the requests of an archive are said to go.
const defaultBaseURL = "https://api.workos.com"

// exportFixturesCommand is `caddy workos fixtures export`.
func exportFixturesCommand() *cobra.Command {
	c := newCommand(`export <dir> [--har] [--base-url <url>] [<file>]
Writes fixtures as an HTTP Archive (HAR 1.2)

Writes the fixtures of a folder as an HTTP Archive, which browsers and most recorders
can load, into a file or to the standard output. The file must not exist yet.

The fixtures are written as they are: redacted values by their tags, and a token or a
time that a replay makes anew as the JSON object [jwt] or [time] that it is in the
file. They have no time, so that the times in the archive only tell their order.
Examples:
  caddy workos fixtures export ./fixtures fixtures.har
  caddy workos fixtures export ./fixtures --har --base-url http://localhost:4100 > fixtures.har`, func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return errors.New("which folder? Give that of the fixtures")
		case len(args) > 2:
			return fmt.Errorf("want a folder and a file, got %d arguments", len(args))
		}
		return nil
	})
	asHAR := c.Flags().Bool("har", true, "Write an HTTP Archive, which is the one format that there is")
	baseURL := c.Flags().String("base-url", defaultBaseURL, "Where the requests are said to go")
	c.RunE = func(c *cobra.Command, args []string) error {
		if !*asHAR {
			return errors.New("--har: there is no other format yet")
		}
		base, err := parseBaseURL(*baseURL)
		if err != nil {
			return err
		}
		library, err := openFolder(args[0])
		if err != nil {
			return err
		}
		names, err := library.Names()
		switch {
		case err != nil:
			return err
		case len(names) == 0:
			return fmt.Errorf("%s holds no fixtures", option.Shown(args[0]))
		case len(args) == 1 || args[1] == "-":
			return writeArchive(c.OutOrStdout(), library, names, base.String())
		}
		return writeArchiveFile(args[1], library, names, base.String())
	}
	return c
}

// writeArchiveFile writes an archive into a new file, which is deleted again where that fails.
func writeArchiveFile(path string, library *fixture.Library, names []string, base string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // less the umask
	switch {
	case errors.Is(err, os.ErrExist):
		return fmt.Errorf("%s is there already: give another file, or delete it", option.Shown(path))
	case err != nil:
		return fmt.Errorf("%s: %w", option.Shown(path), withoutFile(err))
	}
	err = writeArchive(file, library, names, base)
	if closed := file.Close(); err == nil && closed != nil {
		err = fmt.Errorf("%s: %w", option.Shown(path), withoutFile(closed))
	}
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

func writeArchive(w io.Writer, library *fixture.Library, names []string, base string) error {
	buffered := bufio.NewWriter(w)
	if err := har.Write(buffered, versionOfPlugin(), recordedExchanges(library, names, base)); err != nil {
		return err
	}
	return buffered.Flush()
}

// exportedFrom is when the first exchange of an archive is said to have been, and each other one a second after another: it
// is the same each time.
var exportedFrom = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// recordedExchanges are those of fixtures in order of their files.
func recordedExchanges(library *fixture.Library, names []string, base string) iter.Seq2[har.Exchange, error] {
	return func(yield func(har.Exchange, error) bool) {
		at := exportedFrom
		for _, name := range names {
			document, err := library.Read(name)
			var exchanges []fixture.Exchange
			if err == nil {
				exchanges, err = document.Exchanges()
			}
			if err != nil {
				yield(har.Exchange{}, err)
				return
			}
			for _, x := range exchanges {
				next := yield(har.Exchange{
					Started: at, Method: x.Method, URL: strings.TrimSuffix(base, "/") + x.Target, Header: x.RequestHeader, Body: x.RequestBody,
					Status: x.Status, AnswerHeader: x.Header, AnswerBody: x.Body,
				}, nil)
				if !next {
					return
				}
				at = at.Add(time.Second)
			}
		}
	}
}

// modulePath is the module of this plugin.
const modulePath = "github.com/caddy-workos/caddy-workos"

// versionOfPlugin is that of the build.
func versionOfPlugin() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, module := range info.Deps {
		if module.Path == modulePath {
			return module.Version
		}
	}
	return info.Main.Version
}
