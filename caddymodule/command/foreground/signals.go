package foreground

import (
	"os"
	"os/signal"
	"syscall"
)

// trapSignals returns the signals that ask the process to end. A terminal that is closed is one, unless the process was started to
// outlive it. endNow is called for one that asks for more than that.
func trapSignals(endNow func()) <-chan os.Signal {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	trapMore(endNow)
	return signals
}
