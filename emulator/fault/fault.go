package fault

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"
)

// Fault is what happens to one request.
type Fault struct {
	// Delay passes first.
	Delay time.Duration
	// Abort breaks the connection off. Without it and a Status, the request goes on.
	Abort bool
	// Status is what to answer with, or 0.
	Status int
	// Body is the JSON to answer with; nil for one that suits the status.
	Body json.RawMessage
}

// Take decides what happens to a request, and counts it. The first hook that ends a request counts, and the delays of
// those before it add up. It reports false where nothing happens.
func (h *Hooks) Take(method, path string) (f Fault, struck bool) {
	for _, a := range h.armed() {
		if !a.matches(method, path) || !h.strikes(a.Probability) || !h.spend(a) {
			continue
		}
		struck = true
		f.Delay += a.Delay
		if a.ends() {
			f.Abort, f.Status, f.Body = a.Abort, a.Status, a.Body
			break
		}
	}
	return f, struck
}

// spend takes one of the requests that a hook has left. The last one takes the hook away.
func (h *Hooks) spend(a *armed) bool {
	if a.Count == 0 {
		return true
	}
	left := a.left.Add(-1)
	if left == 0 {
		h.drop(func(other *armed) bool { return other == a })
	}
	return left >= 0
}

// Clock is what hooks need of the world. Its zero value is the real one; it must not be changed once requests come.
type Clock struct {
	// After is the clock of delays. Default: [time.After].
	After func(time.Duration) <-chan time.Time
	// Chance returns a number in [0, 1), which a hook strikes if it lies below its probability. Default: [rand.Float64].
	Chance func() float64
}

func (c Clock) strikes(probability float64) bool {
	if probability == 0 || probability >= 1 {
		return true
	}
	if c.Chance != nil {
		return c.Chance() < probability
	}
	return rand.Float64() < probability
}

// Wait lets a delay pass. It fails when the context ends first.
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
