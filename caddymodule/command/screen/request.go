package screen

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
)

// clock is how the time of a line is written.
const clock = time.TimeOnly

// IsShown tells whether a request has a line: health checks that went well have none, as they come every few seconds.
func IsShown(r requestlog.Request) bool {
	return r.Path != "/health" || r.Status != http.StatusOK
}

// Request is the line of a request: when it came, what was asked, the status, who answered, how long it took, and what else there
// is to say.
func (s Style) Request(r requestlog.Request) string {
	words := []string{
		s.in(dim, r.Began.Format(clock)), s.in(bold, r.ShownMethod()), r.ShownPath(), s.status(r.Status), sourceOf(r), took(r.Took),
		s.in(dim, r.Detail()),
	}
	return strings.TrimRight(strings.Join(words, " "), " ")
}

// Notice is a line that is about no request.
func (s Style) Notice(at time.Time, text string) string {
	return s.in(dim, at.Format(clock)) + " " + text
}

// status is that of an answer, or a dash where there was none.
func (s Style) status(status int) string {
	switch {
	case status == 0:
		return s.in(red, "-")
	case status >= http.StatusInternalServerError:
		return s.in(red, strconv.Itoa(status))
	case status >= http.StatusBadRequest:
		return s.in(yellow, strconv.Itoa(status))
	}
	return s.in(green, strconv.Itoa(status))
}

func sourceOf(r requestlog.Request) string {
	if r.Source == "" {
		return "-"
	}
	return r.Source
}

// took is a time in whole milliseconds, and at least one.
func took(d time.Duration) string {
	return fmt.Sprintf("%dms", max(1, d.Round(time.Millisecond).Milliseconds()))
}
