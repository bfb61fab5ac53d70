package execute

import (
	"os"
	"syscall"
	"time"
)

// oneSignal is the time in which two signals are one: npm sends on what the terminal has already sent.
const oneSignal = 100 * time.Millisecond

// reaction is what is done about a signal.
type reaction int

const (
	drop reaction = iota
	forward
	kill
)

// signals decides what is done about the signals that come.
type signals struct {
	asked time.Time // when the command was asked to end last; zero for never
	by    os.Signal
}

// received returns what is done about a signal that comes at a time. The first SIGINT or SIGTERM asks the command to end, and
// the second one ends it.
func (s *signals) received(signal os.Signal, at time.Time) reaction {
	if signal != os.Interrupt && signal != syscall.SIGTERM {
		return forward
	}
	isFirst, isSame := s.asked.IsZero(), signal == s.by
	isOne := !isFirst && at.Sub(s.asked) < oneSignal
	switch {
	case isOne && isSame:
		return drop
	case isFirst, isOne:
		s.asked, s.by = at, signal
		return forward
	}
	return kill
}
