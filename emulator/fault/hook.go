// Package fault has the hooks that make requests fail, to test how a client handles failures: by a status, by a dropped connection,
// or by a delay. [Hooks.Take] decides which request fails, and how. The emulator then delays, answers or drops it.
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

// Hook says which requests fail, and how. It needs a Status, a Delay or Abort. With a Delay only, requests are handled as usual after
// the delay.
type Hook struct {
	// ID is set by [Hooks].
	ID string

	// Method is an HTTP method, or "*" for any.
	Method string
	// Path is "*" for any path, or a path in which a segment "*" stands for any one segment. At the end, "*" stands for the path
	// before it and all paths below: "/users/*" matches "/users" and "/users/a/b".
	Path string

	// Status is the status to answer with, from LeastStatus to MostStatus, or 0. For a Path that covers an endpoint whose answers
	// clients trust, it must be at least 400: see [Hook.CheckTrusted].
	Status int
	// Body is the JSON to answer with. Nil stands for the usual body of the status.
	Body json.RawMessage
	// Delay is the time to wait before anything else.
	Delay time.Duration
	// Abort drops the connection instead of an answer.
	Abort bool

	// Count is for how many more requests the hook applies. Then it is removed. 0 stands for no limit.
	Count int
	// Probability is the share of the matching requests to which the hook applies, in (0, 1]. 0 stands for all.
	Probability float64
}

// The statuses that a hook can answer with: those that end a request.
const (
	LeastStatus = http.StatusOK
	MostStatus  = 599
)

var httpToken = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$") // RFC 9110 §5.6.2

// IsMethod reports whether a value is a valid Hook.Method.
func IsMethod(method string) bool { return httpToken.MatchString(method) }

// IsPath reports whether a value is a valid Hook.Path.
func IsPath(path string) bool { return path == "*" || strings.HasPrefix(path, "/") }

// HasEffect reports whether the hook does anything to a request.
func (h Hook) HasEffect() bool { return h.Delay != 0 || h.ends() }

// ends reports whether a request to which the hook applies is not handled further.
func (h Hook) ends() bool { return h.Status != 0 || h.Abort }

// Check returns an error for a field that is not valid. It begins with the name of the field, in lower case.
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
