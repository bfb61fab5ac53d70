package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/summary"
	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/admin"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// askForReport asks a running Caddy what was done with the fixtures of an instance.
func askForReport(ctx context.Context, address, instance string) (*fixture.Report, error) {
	client, err := admin.NewClient(address, instance)
	if err != nil {
		return nil, err
	}
	text, err := client.Get(ctx, "fixtures?of=run")
	if err != nil {
		return nil, err
	}
	report, err := parseReport(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", client.Address(), err)
	}
	return report, nil
}

// readReport reads a report from a file, or from the standard input for "-".
func readReport(path string, stdin io.Reader) (*fixture.Report, error) {
	from, name := stdin, "the standard input"
	if path != "-" {
		opened, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("--report: %s: %w", option.Shown(path), withoutFile(err))
		}
		defer opened.Close()
		from, name = opened, option.Shown(path)
	}
	text, err := io.ReadAll(io.LimitReader(from, admin.MaxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("--report: %s: %w", name, withoutFile(err))
	case len(text) > admin.MaxAnswer:
		return nil, fmt.Errorf("--report: %s is larger than %d MiB", name, admin.MaxAnswer>>20)
	}
	report, err := parseReport(text)
	if err != nil {
		return nil, fmt.Errorf("--report: %s: %w", name, err)
	}
	return report, nil
}

// withoutFile is what went wrong with a file, without its path, which may be secret.
func withoutFile(err error) error {
	var failed *os.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// errNoReport says that something else answers, or a version of this plugin whose report is another one.
var errNoReport = errors.New("it is no report on fixtures, as 'caddy workos fixtures report --format json' prints it: does it come from another version of this plugin?")

// parseReport decodes a report. Each member that decides anything must be there.
func parseReport(text []byte) (*fixture.Report, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return nil, errNoReport
	}
	for _, name := range []string{"hits", "misses", "recorded", "write_failures", "missed", "used", "never_used", "drift", "resets"} {
		if value, ok := members[name]; !ok || string(value) == "null" {
			return nil, errNoReport
		}
	}
	report := &fixture.Report{}
	if json.Unmarshal(text, report) != nil {
		return nil, errNoReport
	}
	return report, nil
}

// parseFailOn reads the value of --fail-on, which is some of the words.
func parseFailOn(value string, words []string) ([]string, error) {
	if strings.TrimSpace(value) == "" {
		return nil, nil
	}
	var found []string
	for word := range strings.SplitSeq(value, ",") {
		word = strings.TrimSpace(word)
		if !slices.Contains(words, word) {
			got := "something else"
			if option.IsName(word) {
				got = fmt.Sprintf("%q%s", word, option.DidYouMean(word, words))
			}
			return nil, fmt.Errorf("--fail-on: want one or more of %s, separated by commas, got %s", strings.Join(words, ", "), got)
		}
		found = append(found, word)
	}
	return found, nil
}

// judge returns an error for what a report is to fail on. What could not be written always counts, where anything does: the
// run has recorded less than it was to.
func judge(report *fixture.Report, failOn []string) error {
	if len(failOn) == 0 {
		return nil
	}
	var why []string
	note := func(n int, word, thing string) {
		if n > 0 && (word == "" || slices.Contains(failOn, word)) {
			why = append(why, text.Count(n, thing))
		}
	}
	note(max(int(report.Misses), len(report.Missed)), summary.Miss, "missing fixture")
	note(len(report.NeverUsed), summary.Unused, "unused fixture")
	note(len(report.Drift), summary.Drift, "difference")
	note(int(report.WriteFailures), "", "write failure")
	if why == nil {
		return nil
	}
	return errors.New(strings.Join(why, ", "))
}
