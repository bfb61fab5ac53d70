package seed

import (
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// ErrorHook makes requests fail, for testing how a client takes it.
type ErrorHook struct {
	Method string // upper case, or "*" for any
	Path   string // a path, a prefix that ends in "/*", or "*" for any
	Status int
	Body   json.RawMessage // nil for the default body of the status
	// Count is how many requests the hook answers; 0 for all.
	Count int
	// Delay passes before the answer.
	Delay time.Duration
	// Abort breaks the connection off in the place of an answer.
	Abort bool
	// Probability is the share of matching requests that the hook answers, in (0, 1].
	Probability float64
}

type errorHook struct {
	place
	ErrorHook
}

var errorHookBlock = block[errorHook]{
	name: "errorHooks",
	fields: []field[errorHook]{
		{"method", true, func(h *errorHook, v value) { h.Method = v.method() }},
		{"path", true, func(h *errorHook, v value) { h.Path = v.urlPath() }},
		{"status", true, func(h *errorHook, v value) { h.Status, _ = v.integer(http.StatusOK, 599) }},
		{"body", false, func(h *errorHook, v value) { h.Body = v.json() }},
		{"count", false, func(h *errorHook, v value) { h.Count = v.count() }},
		{"delay", false, func(h *errorHook, v value) { h.Delay = v.delay() }},
		{"abort", false, func(h *errorHook, v value) { h.Abort = v.isTrue() }},
		{"probability", false, func(h *errorHook, v value) { h.Probability = v.probability() }},
	},
}

var httpToken = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$") // RFC 9110 §5.6.2

func (v value) method() string {
	t := v.required()
	if t.set && !httpToken.MatchString(t.value) {
		v.fail(`must be an HTTP method, or "*"`)
	}
	return strings.ToUpper(t.value)
}

func (v value) urlPath() string {
	t := v.required()
	if t.set && t.value != "*" && !strings.HasPrefix(t.value, "/") {
		v.fail(`must start with "/", or be "*"`)
	}
	return t.value
}

func (v value) count() int {
	if v.isNull() {
		return 0
	}
	count, _ := v.integer(1, math.MaxInt32)
	return count
}

func (v value) delay() time.Duration {
	delay, _ := v.duration()
	if delay < 0 {
		v.fail("must not be negative")
	}
	return delay
}

func (v value) probability() float64 {
	if v.isNull() {
		return 1
	}
	p, ok := v.number()
	if ok && (p <= 0 || p > 1) {
		v.fail("must be more than 0 and at most 1")
	}
	return p
}
