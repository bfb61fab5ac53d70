package emulator

import (
	"errors"
	"net/http"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/contentcoding"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// reply is what next answered to a request of the emulator's own.
type reply struct {
	status int
	header http.Header
	missed bool   // it is about a recording that there should have been, and not from the upstream
	among  bool   // of such a one: other requests to the path were recorded
	raw    []byte // as next sent it
	body   []byte // decoded
}

// collector is a writer that keeps an answer. One that grows larger than limits.AnswerBody goes on to the relay, if there is one.
type collector struct {
	reply
	relay    http.ResponseWriter
	relaying bool
	cut      bool // too large, with nobody to relay it to
}

func newCollector(relay http.ResponseWriter) *collector {
	return &collector{reply: reply{header: http.Header{}}, relay: relay}
}

// Header is the answer's own: it is not that of the caller's answer.
func (c *collector) Header() http.Header { return c.header }

// WriteHeader ignores informational answers.
func (c *collector) WriteHeader(status int) {
	if c.status == 0 && status >= 200 {
		c.status = status
	}
}

func (c *collector) Write(p []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	switch {
	case c.relaying:
		return c.relay.Write(p)
	case c.cut:
	case len(c.raw)+len(p) <= limits.AnswerBody:
		c.raw = append(c.raw, p...)
	case c.relay == nil:
		c.cut = true
	default:
		c.relaying = true
		copyHeader(c.relay.Header(), c.header)
		c.relay.WriteHeader(c.status)
		if _, err := c.relay.Write(c.raw); err != nil {
			return 0, err
		}
		return c.relay.Write(p)
	}
	return len(p), nil
}

// Flush has nothing to do before the answer is whole.
func (c *collector) Flush() {
	if c.relaying {
		_ = http.NewResponseController(c.relay).Flush()
	}
}

// answered tells whether there is an answer.
func (c *collector) answered() bool { return c.status != 0 }

func copyHeader(to, from http.Header) {
	for name, values := range from {
		to[name] = append([]string(nil), values...)
	}
}

// decode undoes the content coding that next chose although it was asked for none.
func (r *reply) decode() (err error) {
	r.body, err = contentcoding.Decode(r.header.Get("Content-Encoding"), r.raw, limits.AnswerBody)
	return err
}

// relayed says that the answer is to be one of next's, as it is.
type relayed struct{ *reply }

func (relayed) Error() string { return "next's answer is relayed" }

// errAnswered says that the answer has been written already.
var errAnswered = errors.New("answered already")

// nextFailed is an error of next's, which Serve returns.
type nextFailed struct{ error }

func (e nextFailed) Unwrap() error { return e.error }

// notMerged relays an answer that cannot be merged.
func (c *call) notMerged(r *reply, why error) error {
	c.warn("next's answer is not a list that can be merged: it was relayed", why)
	return relayed{r}
}

func (c *call) warn(message string, why error) {
	c.emulator.Logger.Warn(message, zap.Stringer("route", c.route), zap.Error(why))
}

// isBareFailure tells an answer that a proxy makes up where it cannot reach the upstream: it has no body.
func (r *reply) isBareFailure() bool {
	return r.status >= http.StatusBadGateway && r.status <= http.StatusGatewayTimeout && len(r.raw) == 0
}

// relay writes an answer of next's as it is.
func (c *call) relay(r *reply) {
	copyHeader(c.writer.Header(), r.header)
	w := c.writer.forwarding()
	c.status = r.status
	w.WriteHeader(r.status)
	_, _ = w.Write(r.raw) // the caller is gone: nobody is left to tell
}
