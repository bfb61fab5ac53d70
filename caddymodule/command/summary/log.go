// Package summary tells what a run has done: who answered its requests, what was refused, what had no fixture, and what else a
// reader is to look at. It is written for a terminal, as JUnit XML and as Markdown, and holds no secret.
package summary

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// What answered a request, beside the values of [source.Header].
const (
	noFixture = "no fixture" // it should have been replayed
	noAnswer  = "no answer"  // the connection was dropped, or what is behind the emulator failed
)

// sources are what answers requests, in the order in which they are listed.
var sources = []string{source.Emulator, source.Upstream, source.Merged, source.Fixture, source.Fault, noFixture, noAnswer}

// maxKept is how many different refusals are kept, and how many faults. The others are counted.
const maxKept = 1000

// Log counts requests. Its zero value is ready. It is safe for concurrent use.
type Log struct {
	mu       sync.Mutex
	answered map[string]int // by source
	refusals happenings
	faults   happenings
	secrets  []redact.Known // of the last request
}

// happening is what has happened to requests of one kind.
type happening struct {
	status              int // 0 for none
	method, path, about string
}

func (h happening) String() string {
	status := "no answer to"
	if h.status != 0 {
		status = fmt.Sprint(h.status)
	}
	return fmt.Sprintf("%s %s %s", status, h.method, h.path)
}

// happenings counts them.
type happenings struct {
	counts map[happening]int
	more   int // that are not kept
}

func (h *happenings) add(new happening) {
	if h.counts == nil {
		h.counts = map[happening]int{}
	}
	if h.counts[new] == 0 && len(h.counts) >= maxKept {
		h.more++
		return
	}
	h.counts[new]++
}

// list returns them in one line each, the most frequent ones first, and how many requests they are.
func (h *happenings) list() (lines []string, n int) {
	all := slices.SortedFunc(maps.Keys(h.counts), func(a, b happening) int {
		return cmp.Or(cmp.Compare(h.counts[b], h.counts[a]), cmp.Compare(a.String(), b.String()), cmp.Compare(a.about, b.about))
	})
	for _, kind := range all {
		line := kind.String()
		if times := h.counts[kind]; times > 1 {
			line += fmt.Sprintf(" (%d times)", times)
		}
		if kind.about != "" {
			line += ": " + kind.about
		}
		lines, n = append(lines, line), n+h.counts[kind]
	}
	if h.more > 0 {
		lines, n = append(lines, fmt.Sprintf("and %d more requests", h.more)), n+h.more
	}
	return lines, n
}

// Add notes a request.
func (l *Log) Add(r requestlog.Request) {
	by := sourceOf(r)
	about, isRefused := refusal(r)
	isFault := by == source.Fault
	var kind happening
	if isRefused || isFault {
		kind = happening{status: r.Status, method: r.ShownMethod(), path: r.ShownPath(), about: about}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answered == nil {
		l.answered = map[string]int{}
	}
	l.answered[by]++
	l.secrets = r.Secrets
	switch {
	case isFault:
		l.faults.add(kind)
	case isRefused:
		l.refusals.add(kind)
	}
}

// sourceOf returns what has answered a request: one of sources.
func sourceOf(r requestlog.Request) string {
	switch {
	case r.Miss != "":
		return noFixture
	case slices.Contains(sources, r.Source):
		return r.Source
	}
	return noAnswer
}
