package command

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/caddyserver/caddy/v2"
	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/summary"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// reportFixturesCommand is `caddy workos fixtures report`.
func reportFixturesCommand() *cobra.Command {
	c := newCommand(`report [--fail-on miss,unused,drift] [--format table|json] [--instance <name>] [<address>]
Tells what a running Caddy has done with its fixtures, and whether that is good

Asks a running Caddy, by the address of its admin endpoint, what was done with the
fixtures in this run: hits, misses, what was recorded or could not be, the fixtures
that no request used, and what mode 'verify' found to differ.

With --fail-on, the exit code is 1 where there is any of what it names:
  miss    a request was not answered for want of a fixture, or 'verify' has none
  unused  a fixture was not asked for
  drift   the upstream's answer differs from the fixture (mode 'verify')
What could not be recorded counts with each of them. A list that has its local items
alone, as nothing was recorded for its path, is no miss: it is listed as local only.
Examples:
  caddy workos fixtures report
  caddy workos fixtures report --fail-on miss,drift
  caddy workos fixtures report --fail-on miss,unused,drift --instance staging localhost:2020
  caddy workos fixtures report --format json > report.json
  caddy workos fixtures report unix//run/caddy/admin.sock`, func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return fmt.Errorf("one address at a time, got %d arguments", len(args))
		}
		return nil
	})
	flags := c.Flags()
	words := flags.String("fail-on", "", "What makes the exit code 1: some of miss, unused and drift, separated by commas")
	format := flags.String("format", "table", "How it is printed: table or json")
	name := flags.String("instance", instance.Default, "Name of the instance")
	c.RunE = func(c *cobra.Command, args []string) error {
		failOn, err := parseFailOn(*words, []string{summary.Miss, summary.Unused, summary.Drift})
		if err != nil {
			return err
		}
		if formats := []string{"table", "json"}; !slices.Contains(formats, *format) {
			return fmt.Errorf("--format: want table or json, got %s%s", option.Quoted(*format), option.DidYouMean(*format, formats))
		}
		address := caddy.DefaultAdminListen
		if len(args) == 1 {
			address = args[0]
		}
		report, err := askForReport(c.Context(), address, *name)
		if err != nil {
			return err
		}
		if *format == "json" {
			err = printJSON(c.OutOrStdout(), report)
		} else {
			err = printReport(c.OutOrStdout(), report)
		}
		if err != nil {
			return err
		}
		return judge(report, failOn)
	}
	return c
}

// printJSON prints a value as indented JSON.
func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// printReport prints a report for people.
func printReport(w io.Writer, report *fixture.Report) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range []struct {
		name string
		n    int64
	}{
		{"hits", report.Hits}, {"misses", report.Misses}, {"recorded", report.Recorded}, {"write failures", report.WriteFailures},
		{"unused", int64(len(report.NeverUsed))}, {"drift", int64(len(report.Drift))}, {"local only", int64(len(report.LocalOnly))},
	} {
		fmt.Fprintf(table, "%s\t%d\n", row.name, row.n)
	}
	list := func(title string, n int) {
		if n > 0 {
			fmt.Fprintf(table, "\n%s:\n", title)
		}
	}
	list("misses", len(report.Missed))
	for _, miss := range report.Missed {
		fmt.Fprintf(table, "  %s\n", option.OneLine(strings.TrimPrefix(miss.Message, "No fixture for ")))
	}
	list("unused", len(report.NeverUsed))
	for _, name := range report.NeverUsed {
		fmt.Fprintf(table, "  %s\n", option.OneLine(name))
	}
	list("drift", len(report.Drift))
	for _, d := range report.Drift {
		fmt.Fprintf(table, "  %s %s\t%s\t%s\n", option.OneLine(d.Method), option.OneLine(d.Path), option.OneLine(d.Pointer), option.OneLine(d.Difference))
	}
	list("local only", len(report.LocalOnly))
	for _, request := range report.LocalOnly {
		fmt.Fprintf(table, "  %s\n", option.OneLine(request))
	}
	return table.Flush()
}
