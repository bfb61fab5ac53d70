package execute

import (
	"os"
	"syscall"
	"testing"
	"time"
)

// TestSignals goes through sequences of them, with the milliseconds at which they come.
func TestSignals(t *testing.T) {
	t.Parallel()
	type event struct {
		at     int
		signal os.Signal
		want   reaction
	}
	for name, events := range map[string][]event{
		"one":                       {{0, os.Interrupt, forward}},
		"npm sends it on":           {{0, os.Interrupt, forward}, {20, os.Interrupt, drop}, {99, os.Interrupt, drop}},
		"twice":                     {{0, os.Interrupt, forward}, {100, os.Interrupt, kill}},
		"twice, each of them twice": {{0, os.Interrupt, forward}, {5, os.Interrupt, drop}, {900, os.Interrupt, kill}, {905, os.Interrupt, kill}},
		"INT, then TERM":            {{0, os.Interrupt, forward}, {7500, syscall.SIGTERM, kill}},
		"INT and TERM at once":      {{0, os.Interrupt, forward}, {10, syscall.SIGTERM, forward}, {15, syscall.SIGTERM, drop}, {200, syscall.SIGTERM, kill}},
		"others are sent on":        {{0, syscall.SIGHUP, forward}, {10, syscall.SIGHUP, forward}, {500, syscall.SIGQUIT, forward}, {900, syscall.SIGTERM, forward}},
	} {
		var s signals
		for i, e := range events {
			if got := s.received(e.signal, time.UnixMilli(int64(e.at))); got != e.want {
				t.Errorf("%s: number %d, %v, is answered %d, want %d", name, i, e.signal, got, e.want)
			}
		}
	}
}
