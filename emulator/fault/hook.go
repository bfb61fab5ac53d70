// Package fault holds the hooks that make requests fail, for tests of what a caller does about it: by a status, by a
// connection that breaks off, or by being slow. It decides which request fails, and how; to do it is the emulator's.
package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// Hook says which requests fail, and how. It needs a Status, a Delay or Abort; one that has nothing but a Delay makes
// requests slow and lets them go on.
type Hook struct {
	// ID is given by [Hooks].
	ID string

	// Method is an HTTP method, or "*" for any.
	Method string
	// Path is "*" for any path, or a path in which a segment "*" stands for any one segment and, at the end, for all
	// that is below: "/users/*" is "/users" and what is below it.
	Path string

	// Status is what to answer with, from LeastStatus to MostStatus; 0 for no answer. A Path that covers an endpoint whose
	// answers clients trust needs one of at least 400: see [Hook.CheckTrusted].
	Status int
	// Body is the JSON to answer with; nil for one that suits the status.
	Body json.RawMessage
	// Delay passes first.
	Delay time.Duration
	// Abort breaks the connection off in the place of an answer.
	Abort bool

	// Count is how many requests the hook has left, after which it is gone; 0 for no end.
	Count int
	// Probability is the share of the matching requests that fail, in (0, 1]; 0 for all.
	Probability float64
}

// The statuses that a hook can answer with: those that end a request.
const (
	LeastStatus = http.StatusOK
	MostStatus  = 599
)

var httpToken = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$") // RFC 9110 §5.6.2

// IsMethod tells whether a hook can have this Method.
func IsMethod(method string) bool { return httpToken.MatchString(method) }

// IsPath tells whether a hook can have this Path.
func IsPath(path string) bool { return path == "*" || strings.HasPrefix(path, "/") }

// HasEffect tells whether the hook does anything to a request.
func (h Hook) HasEffect() bool { return h.Delay != 0 || h.ends() }

// ends tells whether a request that the hook strikes goes no further.
func (h Hook) ends() bool { return h.Status != 0 || h.Abort }

// Check returns an error that names the field which is not as described, in lower case.
func (h Hook) Check() error {
	switch {
	case !IsMethod(h.Method):
		return fmt.Errorf(`method: want an HTTP method, or "*" for any, got %q`, h.Method)
	case !IsPath(h.Path):
		return fmt.Errorf(`path: want a path that starts with "/", or "*" for any, got %q`, h.Path)
	case h.Status != 0 && (h.Status < LeastStatus || h.Status > MostStatus):
		return fmt.Errorf("status: want one from %d to %d, got %d", LeastStatus, MostStatus, h.Status)
	case limits.CheckDepth(h.Body) != nil:
		return fmt.Errorf("body: %w", limits.ErrTooDeep)
	case h.Body != nil && !json.Valid(h.Body):
		return errors.New("body: is not JSON")
	case h.Delay < 0:
		return fmt.Errorf("delay: is negative: %s", h.Delay)
	case h.Count < 0:
		return fmt.Errorf("count: is negative: %d", h.Count)
	case !(h.Probability >= 0 && h.Probability <= 1):
		return fmt.Errorf("probability: want more than 0 and at most 1, got %g", h.Probability)
	case !h.HasEffect():
		return errors.New("status: a hook needs one, a Delay, or Abort")
	}
	if err := h.CheckTrusted(); err != nil {
		return fmt.Errorf("status: %w", err)
	}
	return nil
}

func (h Hook) matches(method, path string) bool {
	return (h.Method == "*" || strings.EqualFold(h.Method, method)) && matchPath(h.Path, path)
}

func matchPath(pattern, path string) bool {
	if pattern == "*" {
		return true
	}
	pattern, below := strings.CutSuffix(pattern, "/*")
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(got) < len(want) || len(got) > len(want) && !below {
		return false
	}
	for i, segment := range want {
		if segment != got[i] && (segment != "*" || got[i] == "") {
			return false
		}
	}
	return true
}
