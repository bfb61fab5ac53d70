package seed

import (
	"math"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
)

// errorHook makes requests fail, for testing how a client takes it.
type errorHook struct {
	place
	fault.Hook
	statusPlace place
}

var errorHookBlock = block[errorHook]{
	name: "errorHooks",
	fields: []field[errorHook]{
		{"method", true, func(h *errorHook, v value) { h.Method = v.method() }},
		{"path", true, func(h *errorHook, v value) { h.Path = v.urlPath() }},
		{"status", false, func(h *errorHook, v value) { h.Status, h.statusPlace = v.status(), v.place }},
		{"body", false, func(h *errorHook, v value) { h.Body = v.json() }},
		{"count", false, func(h *errorHook, v value) { h.Count = v.count() }},
		{"delay", false, func(h *errorHook, v value) { h.Delay = v.delay() }},
		{"abort", false, func(h *errorHook, v value) { h.Abort = v.isTrue() }},
		{"probability", false, func(h *errorHook, v value) { h.Probability = v.probability() }},
	},
}

// check reports a hook that does nothing, and one that answers where clients trust the answer.
func (h errorHook) check(d *decoder) {
	if !h.HasEffect() {
		d.fail(h.place, `needs a status, a delay, or "abort: true"`)
	}
	if err := h.CheckTrusted(); err != nil {
		d.fail(h.statusPlace, "%v", err)
	}
}

func (v value) method() string {
	t := v.required()
	if t.set && !fault.IsMethod(t.value) {
		v.fail(`must be an HTTP method, or "*"`)
	}
	return strings.ToUpper(t.value)
}

func (v value) urlPath() string {
	t := v.required()
	if t.set && !fault.IsPath(t.value) {
		v.fail(`must start with "/", or be "*"`)
	}
	return t.value
}

// status decodes a status; 0 for null. What is wrong gives one that every hook may have, so that it is reported once.
func (v value) status() int {
	if v.isNull() {
		return 0
	}
	if status, ok := v.integer(fault.LeastStatus, fault.MostStatus); ok {
		return status
	}
	return fault.MostStatus
}

// count decodes how many requests a hook concerns; 0 for all of them.
func (v value) count() int {
	if v.isNull() {
		return 0
	}
	count, _ := v.integer(0, math.MaxInt32)
	return count
}

func (v value) delay() time.Duration {
	if v.isNull() {
		return 0
	}
	delay, ok := v.duration()
	if !ok {
		return time.Nanosecond // it is there, if wrong
	}
	if delay < 0 {
		v.fail("must not be negative")
	}
	return delay
}

// probability decodes a share; 0 for null.
func (v value) probability() float64 {
	if v.isNull() {
		return 0
	}
	p, ok := v.number()
	if ok && (p <= 0 || p > 1) {
		v.fail("must be more than 0 and at most 1")
	}
	return p
}
