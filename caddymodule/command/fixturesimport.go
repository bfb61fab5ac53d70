package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/har"
)

// importFixturesCommand is `caddy workos fixtures import`.
func importFixturesCommand() *cobra.Command {
	c := newCommand(`import <file.har> <dir> [--host <host>]... [--base-url <url>]... [the options of your configuration]
Makes fixtures of an HTTP Archive (HAR 1.2)

Makes fixtures of the requests to WorkOS in an HTTP Archive, as Chrome, Firefox,
Playwright, Polly and mitmproxy save them, by the rules of recording: secrets are
replaced by tags, and what would not be recorded is not imported. The first answer to
a request replaces what was recorded of that request before; other fixtures stay. The
file - is the standard input.

Taken are the requests to api.workos.com and to *.authkit.app, those to each --host,
and those below each --base-url, whose path is left out of the fixtures: give the URL
of your own proxy or custom domain. A summary tells how many were imported, and why
each other one was not.

The signatures of the tokens in an archive cannot be verified. They are replaced by tags,
and a replay gives the client these tags: for logins that verify, record with mode
'record' or 'once'. Chrome leaves Authorization and cookies out of an archive unless
it is saved "with sensitive data"; requests that are matched by whose token they bear,
such as GET /oauth2/userinfo, need it.

Give it what your configuration says of matching and of secrets: --ignore-query,
--ignore-body, --unordered, --match-header, --keep-header, --times, --redact, --keep
and --redact-email. The fixtures are not found otherwise.
Examples:
  caddy workos fixtures import login.har ./fixtures
  caddy workos fixtures import app.har ./fixtures --base-url https://auth.example.com/workos
  caddy workos fixtures import app.har ./fixtures --host auth.example.com --ignore-query cursor --redact ssn`, func(_ *cobra.Command, args []string) error {
		if len(args) != 2 {
			return fmt.Errorf("want the file of an archive and the folder of fixtures, got %s", text.Count(len(args), "argument"))
		}
		return nil
	})
	flags := c.Flags()
	taken := &archiveSources{}
	flags.StringArrayVar(&taken.hosts, "host", nil, "Host whose requests are taken too, such as auth.example.com; repeatable")
	flags.Var(&taken.bases, "base-url", "URL below which requests are taken too; its path is left out of the fixtures; repeatable")
	rules := addRedactionFlags(flags)
	var o fixture.Options
	times := flags.String("times", "living", "Whether times that lay ahead are imported as distances, living, or as they are, recorded; as with the option 'times'")
	flags.StringArrayVar(&o.IgnoreQuery, "ignore-query", nil, "Query parameter that does not take part in matching, as with the option 'ignore_query'; repeatable")
	flags.StringArrayVar(&o.IgnoreBody, "ignore-body", nil, "Member of bodies that does not take part in matching, as with the option 'ignore_body'; repeatable")
	flags.StringArrayVar(&o.Unordered, "unordered", nil, "JSON pointer to an array whose order does not matter, as with the option 'unordered'; repeatable")
	flags.StringArrayVar(&o.MatchHeader, "match-header", nil, "Header of requests that takes part in matching, as with the option 'match_header'; repeatable")
	flags.StringArrayVar(&o.KeepHeader, "keep-header", nil, "Header of answers that is kept too, as with the option 'keep_header'; repeatable")
	flags.BoolVar(&o.RecordErrors, "record-errors", false, "Import faults of the moment too, such as 429 and 500, as with the option 'record_errors'")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := taken.check(); err != nil {
			return err
		}
		if *times != "living" && *times != "recorded" {
			return fmt.Errorf("--times: want living or recorded, got %s", option.Quoted(*times))
		}
		o.RecordedTimes = *times == "recorded"
		o.Logger = warnings(c.ErrOrStderr())
		o.Redact, o.Keep, o.RedactEmail, o.Secrets = rules.names, rules.keep, rules.emails, secretsOfCommand
		i := &archiveImport{from: taken, out: c.OutOrStdout(), others: map[string]int{}}
		if err := i.read(args[0], c.InOrStdin()); err != nil {
			return err
		}
		return i.into(args[1], o, rules)
	}
	return c
}

// archiveImport is one run of the command.
type archiveImport struct {
	from *archiveSources
	out  io.Writer

	entries []*har.Entry   // that are taken, or were to be
	total   int            // of all entries
	others  map[string]int // entries of other hosts
	noHTTP  int            // entries that are no requests in HTTP
}

// read reads the archive.
func (i *archiveImport) read(path string, stdin io.Reader) error {
	from, name := stdin, "the standard input"
	if path != "-" {
		opened, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("%s: %w", option.Shown(path), withoutFile(err))
		}
		defer opened.Close()
		from, name = opened, option.Shown(path)
	}
	err := har.Read(from, i.from.takes, func(e *har.Entry) {
		i.total++
		switch {
		case e.URL == nil:
			i.noHTTP++
		case errors.Is(e.Problem, har.ErrNotWanted):
			i.others[e.URL.Host]++
		default:
			i.entries = append(i.entries, e)
		}
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, withoutFile(err))
	}
	slices.SortStableFunc(i.entries, func(a, b *har.Entry) int { return a.Started.Compare(b.Started) })
	return nil
}

// into imports the entries into a folder, and tells what became of each.
func (i *archiveImport) into(dir string, o fixture.Options, rules *redactionFlags) error {
	library, err := openFolder(dir)
	if err != nil {
		return err
	}
	var at time.Time
	o.Library, o.Mode, o.Now = library, fixture.Record, func() time.Time { return at }
	fixtures, err := fixture.New(o)
	if err != nil {
		return serving.FlagOfOption(err)
	}
	defer fixtures.Close()
	redactor, imported, unwritten := rules.redactor(library), 0, 0
	for _, e := range i.entries {
		why := e.Problem
		if why == nil {
			at = e.Started
			r := e.Request(i.from.pathOf(e.URL))
			why = fixtures.Import(r, e.Status, e.AnswerHeader, e.AnswerBody)
		}
		switch {
		case why == nil:
			imported++
			continue
		case errors.Is(why, fixture.ErrNotWritten):
			unwritten++
		}
		fmt.Fprintf(i.out, "entry %d: %s %s%s: %s\n", e.Number, option.OneLine(e.Method), option.OneLine(e.URL.Host), option.OneLine(redactor.Path(e.URL.EscapedPath())), option.OneLine(why.Error()))
	}
	i.summarize(imported)
	switch {
	case unwritten > 0:
		return fmt.Errorf("%s could not be written", entries(unwritten))
	case imported == 0:
		return errors.New("nothing was imported")
	}
	fmt.Fprintf(i.out, "Look at what is to be committed: caddy workos fixtures list %s\n", option.Shown(dir))
	return nil
}

// summarize tells how many entries were imported, and what the others were.
func (i *archiveImport) summarize(imported int) {
	fmt.Fprintf(i.out, "imported %d of %s\n", imported, entries(i.total))
	if n := len(i.entries) - imported; n > 0 {
		fmt.Fprintf(i.out, "not imported: %s of WorkOS, for the reasons above\n", entries(n))
	}
	if i.noHTTP > 0 {
		fmt.Fprintf(i.out, "not imported: %s without a URL in HTTP, such as data: and WebSockets\n", entries(i.noHTTP))
	}
	const most = 20
	hosts := make([]string, 0, len(i.others))
	for host := range i.others {
		hosts = append(hosts, host)
	}
	slices.SortFunc(hosts, func(a, b string) int {
		if more := i.others[b] - i.others[a]; more != 0 {
			return more
		}
		return strings.Compare(a, b)
	})
	for n, host := range hosts {
		if n == most {
			fmt.Fprintf(i.out, "not imported: those of %d more hosts\n", len(hosts)-most)
			break
		}
		fmt.Fprintf(i.out, "not imported: %s of another host: %s (to take them: --host %s)\n", entries(i.others[host]), shownHost(host), shownHost(host))
	}
}

// entries is a number of entries.
func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// warnings is a log of the warnings of a command.
func warnings(w io.Writer) *zap.Logger {
	encoder := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{
		MessageKey: "message", LevelKey: "level", EncodeLevel: zapcore.CapitalLevelEncoder, ConsoleSeparator: ": ",
	})
	return zap.New(zapcore.NewCore(encoder, zapcore.AddSync(w), zap.WarnLevel))
}
