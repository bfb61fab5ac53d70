//go:build unix

package foreground

import (
	"os"
	"os/signal"
	"syscall"
)

// trapMore does with other signals what Caddy does: it ignores those that would end the process without being meant to, such as
// that of an output that is closed, and ends at once with SIGQUIT.
func trapMore(endNow func()) {
	signal.Ignore(syscall.SIGPIPE, syscall.SIGUSR1, syscall.SIGUSR2)
	quit := make(chan os.Signal, 1)
	signal.Notify(quit, syscall.SIGQUIT)
	go func() {
		<-quit
		endNow()
	}()
}
