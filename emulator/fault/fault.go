package fault

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"
)

// Fault is what the hooks do to one request.
type Fault struct {
	// Delay is the time to wait before anything else.
	Delay time.Duration
	// Abort drops the connection. Without Abort and Status, the request is handled as usual.
	Abort bool
	// Status is the status to answer with, or 0.
	Status int
	// Body is the JSON to answer with. Nil stands for the usual body of the status.
	Body json.RawMessage
}

// Take returns what the hooks do to a request, and counts the request for each hook that applies. The first hook with a status or
// abort is the last that applies. The delays add up. Take reports false where no hook applies.
func (h *Hooks) Take(method, path string) (f Fault, applies bool) {
	for _, a := range h.active() {
		if !a.matches(method, path) || !h.isChosen(a.Probability) || !h.countDown(a) {
			continue
		}
		applies = true
		f.Delay += a.Delay
		if a.ends() {
			f.Abort, f.Status, f.Body = a.Abort, a.Status, a.Body
			break
		}
	}
	return f, applies
}

// countDown takes one request off a hook's count, and removes the hook after the last one. It reports false for a hook that has none
// left.
func (h *Hooks) countDown(a *active) bool {
	if a.Count == 0 {
		return true
	}
	left := a.left.Add(-1)
	if left == 0 {
		h.drop(func(other *active) bool { return other == a })
	}
	return left >= 0
}

// Clock is the time and the randomness that hooks use. Its zero value is the real one. It must not be changed once requests come.
type Clock struct {
	// After is used to wait for delays. Default: [time.After].
	After func(time.Duration) <-chan time.Time
	// Chance returns a number in [0, 1). A hook applies if the number is below its probability. Default: [rand.Float64].
	Chance func() float64
}

// isChosen reports whether a hook with a probability applies to a matching request. 0 stands for 1.
func (c Clock) isChosen(probability float64) bool {
	if probability == 0 || probability >= 1 {
		return true
	}
	if c.Chance != nil {
		return c.Chance() < probability
	}
	return rand.Float64() < probability
}

// Wait waits for a delay. It fails when the context ends first.
func (c Clock) Wait(ctx context.Context, delay time.Duration) error {
	after := c.After
	if after == nil {
		after = time.After
	}
	select {
	case <-after(delay):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
