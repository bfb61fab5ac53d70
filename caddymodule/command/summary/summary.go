package summary

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/text"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// The words of --fail-on.
const (
	Miss   = "miss"
	Unused = "unused"
	Drift  = "drift"
	Fault  = "fault"
)

// Words are all of them.
var Words = []string{Miss, Unused, Drift, Fault}

// Summary is what a run has done.
type Summary struct {
	// Command is the name of the program that was run.
	Command string
	// Code is its exit code, and Signal what has ended it; 0 for none.
	Code   int
	Signal syscall.Signal
	Took   time.Duration
	// Requests are those of the run.
	Requests *Log
	// Fixtures tells what was done with the fixtures; nil where there are none.
	Fixtures *fixture.Report
	// FailOn are the words of --fail-on.
	FailOn []string
}

// Check is something that a reader may want to be right.
type Check struct {
	// Name is what is wrong, for a line of numbers, and Right is how it should be.
	Name, Right string
	// Found is what is wrong, each in one line, and Count how much of it there is.
	Found []string
	Count int
	// Fails tells whether the run fails by it.
	Fails bool
	// Unlisted tells that the text for terminals says it elsewhere.
	Unlisted bool
}

// Checks returns everything there is to look at, right or not.
func (s *Summary) Checks() []Check {
	checks := []Check{s.command()}
	add := func(word, name, right string, found []string, count int) {
		fails := slices.Contains(s.FailOn, word) || word == "" && len(s.FailOn) > 0
		checks = append(checks, Check{Name: name, Right: right, Found: found, Count: count, Fails: fails && count > 0})
	}
	report := s.Fixtures
	if report == nil {
		report = &fixture.Report{}
	}
	s.Requests.mu.Lock()
	defer s.Requests.mu.Unlock()
	var misses, drift, unused, failures []string
	for _, miss := range report.Missed {
		said := requestlog.WithoutKnown(strings.TrimPrefix(miss.Message, "No fixture for "), s.Requests.secrets)
		misses = append(misses, option.OneLine(said))
	}
	for _, name := range report.NeverUsed {
		unused = append(unused, option.OneLine(name))
	}
	for _, d := range report.Drift {
		drift = append(drift, option.OneLine(strings.Join(strings.Fields(d.Method+" "+d.Path+" "+d.Pointer), " ")+": "+d.Difference))
	}
	if report.WriteFailures > 0 {
		failures = []string{"the log says why: look at the folder of fixtures"}
	}
	refusals, refused := s.Requests.refusals.list()
	faults, faulty := s.Requests.faults.list()
	add("never", "refused", "no request is refused", refusals, refused)
	add(Miss, "without a fixture", "each request that is to be replayed has a fixture", misses, max(int(report.Misses), len(misses)))
	add(Unused, "unused fixtures", "each fixture is used", unused, len(unused))
	add(Drift, "drift", "the upstream answers as the fixtures do", drift, len(drift))
	add(Fault, "faults", "no error hook answers", faults, faulty)
	add("", "recordings not written", "each recording is written", failures, int(report.WriteFailures))
	return checks
}

// command is the check that the command has ended well.
func (s *Summary) command() Check {
	c := Check{Name: s.Command, Right: s.Command + " ends with exit code 0", Unlisted: true}
	if s.Code != 0 {
		c.Found, c.Count, c.Fails = []string{s.ended()}, 1, true
	}
	return c
}

// ended says how the command has ended.
func (s *Summary) ended() string {
	if s.Signal != 0 {
		return fmt.Sprintf("%s was ended by a signal (%s): exit code %d", s.Command, s.Signal, s.Code)
	}
	return fmt.Sprintf("%s ended with exit code %d", s.Command, s.Code)
}

// ExitCode is that of the command, or 1 where it ended well and the run fails by what it did.
func (s *Summary) ExitCode() int {
	if s.Code == 0 && s.failures() != "" {
		return 1
	}
	return s.Code
}

// failures says what --fail-on has found. It is empty for nothing.
func (s *Summary) failures() string {
	var found []string
	for _, c := range s.Checks() {
		if c.Fails && !c.Unlisted {
			found = append(found, fmt.Sprintf("%s: %d", c.Name, c.Count))
		}
	}
	return strings.Join(found, ", ")
}

// requests says how many there were, and who answered.
func (s *Summary) requests() string {
	counts, total := s.counts()
	if total == 0 {
		return "no requests: does the command read the environment variables? See caddy workos exec --help"
	}
	var by []string
	for _, c := range counts {
		by = append(by, fmt.Sprintf("%d %s", c.n, c.source))
	}
	return text.Count(total, "request") + ": " + strings.Join(by, ", ")
}

type count struct {
	source string
	n      int
}

// counts returns who has answered how many requests, without those who have answered none.
func (s *Summary) counts() (by []count, total int) {
	s.Requests.mu.Lock()
	defer s.Requests.mu.Unlock()
	for _, name := range sources {
		if n := s.Requests.answered[name]; n > 0 {
			by, total = append(by, count{name, n}), total+n
		}
	}
	return by, total
}
