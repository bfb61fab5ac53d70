package fault

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestTheFirstHookThatEndsARequestCounts(t *testing.T) {
	t.Parallel()
	slow := func(delay time.Duration) Hook { return Hook{Method: "*", Path: "*", Delay: delay} }
	for name, test := range map[string]struct {
		hooks []Hook
		want  Fault
	}{
		"none":       {nil, Fault{}},
		"another":    {[]Hook{failing("/other")}, Fault{}},
		"status":     {[]Hook{{Method: "*", Path: "*", Status: 503, Body: []byte(`1`)}, failing("*")}, Fault{Status: 503, Body: []byte(`1`)}},
		"abort":      {[]Hook{{Method: "*", Path: "*", Abort: true, Delay: 2}, failing("*")}, Fault{Abort: true, Delay: 2}},
		"slow":       {[]Hook{slow(1), slow(2)}, Fault{Delay: 3}},
		"slow first": {[]Hook{slow(1), failing("*"), slow(2)}, Fault{Delay: 1, Status: 500}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &Hooks{}
			h.Seed(test.hooks)
			got, applies := h.Take("GET", "/a")
			if got.Delay != test.want.Delay || got.Status != test.want.Status || got.Abort != test.want.Abort || string(got.Body) != string(test.want.Body) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if want := name != "none" && name != "another"; applies != want {
				t.Errorf("applies is %t", applies)
			}
		})
	}
}

// TestCountIsExact has many concurrent requests for a hook, while others change the list.
func TestCountIsExact(t *testing.T) {
	t.Parallel()
	const count, requests = 25, 400
	h := &Hooks{}
	h.Seed([]Hook{counting("/a", count)})
	var failed atomic.Int64
	var wait sync.WaitGroup
	for range requests {
		wait.Go(func() {
			h.Remove(h.Add(failing("/other")).ID)
			if _, ok := h.Take("GET", "/a"); ok {
				failed.Add(1)
			}
			h.List()
		})
	}
	wait.Wait()
	if failed.Load() != count {
		t.Errorf("%d requests failed, want %d", failed.Load(), count)
	}
	if got := paths(h); got != "" {
		t.Errorf("the hook is still there: %s", got)
	}
}

// TestProbability also checks that a hook does not count a request that it does not apply to, and that the following hook may apply.
func TestProbability(t *testing.T) {
	t.Parallel()
	chance := 0.0
	h := &Hooks{Clock: Clock{Chance: func() float64 { return chance }}}
	rare := counting("*", 2)
	rare.Probability = 0.25
	h.Add(rare)
	always := Hook{Method: "*", Path: "*", Status: 503, Probability: 1}
	h.Add(always)
	for _, test := range []struct {
		chance float64
		status int
	}{{0.25, 503}, {0.99, 503}, {0.2499, 500}, {0, 500}, {0, 503}} {
		chance = test.chance
		if f, _ := h.Take("GET", "/"); f.Status != test.status {
			t.Errorf("at %v the status is %d, want %d", test.chance, f.Status, test.status)
		}
	}
}

// TestChanceByDefault has bounds that a working source of randomness never exceeds.
func TestChanceByDefault(t *testing.T) {
	t.Parallel()
	h := &Hooks{}
	half := failing("*")
	half.Probability = 0.5
	h.Add(half)
	failed := 0
	for range 1000 {
		if _, ok := h.Take("GET", "/"); ok {
			failed++
		}
	}
	if failed < 300 || failed > 700 {
		t.Errorf("%d of 1000 requests failed", failed)
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	asked := time.Duration(0)
	passed := make(chan time.Time)
	close(passed)
	clock := Clock{After: func(delay time.Duration) <-chan time.Time { asked = delay; return passed }}
	if err := clock.Wait(t.Context(), time.Hour); err != nil || asked != time.Hour {
		t.Errorf("it waits for %s: %v", asked, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (Clock{}).Wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the request gives %v", err)
	}
	if err := (Clock{}).Wait(t.Context(), time.Nanosecond); err != nil {
		t.Errorf("the clock by default: %v", err)
	}
}
