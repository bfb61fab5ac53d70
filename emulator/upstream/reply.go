package upstream

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/contentcoding"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// Reply is the next handler's answer to a request of the emulator's own.
type Reply struct {
	Status int
	// Missed is set where the reply reports a replay miss: no recording matched, and the upstream was not asked.
	Missed bool
	// Among is set where Missed is, and other requests to the same path were recorded.
	Among bool

	header http.Header
	raw    []byte // the body as it was sent
}

// Body returns the body without its content coding, if the next handler has used one. It fails where the body cannot be decoded or
// is larger than [limits.AnswerBody], decoded.
func (r *Reply) Body() ([]byte, error) {
	return contentcoding.Decode(r.header.Get("Content-Encoding"), r.raw, limits.AnswerBody)
}

// IsBareFailure reports whether this is how a proxy answers that cannot reach the upstream: 502, 503 or 504 without a body.
func (r *Reply) IsBareFailure() bool {
	return r.Status >= http.StatusBadGateway && r.Status <= http.StatusGatewayTimeout && len(r.raw) == 0
}

// Relay writes a reply to the caller, unchanged.
func (w *Writer) Relay(r *Reply) {
	copyHeader(w.Header(), r.header)
	to := w.forwarding()
	to.WriteHeader(r.Status)
	_, _ = to.Write(r.raw) // an error says that the client has disconnected
}

func copyHeader(to, from http.Header) {
	for name, values := range from {
		to[name] = append([]string(nil), values...)
	}
}

// collector is an http.ResponseWriter that stores an answer. An answer larger than limits.AnswerBody is relayed where there is a
// writer for that, and truncated otherwise.
type collector struct {
	reply    Reply
	relay    http.ResponseWriter // may be nil
	relaying bool
	cut      bool // the answer was truncated
}

func newCollector(relay http.ResponseWriter) *collector {
	return &collector{reply: Reply{header: http.Header{}}, relay: relay}
}

// Header is the header of the collected answer, and not of the answer to the caller.
func (c *collector) Header() http.Header { return c.reply.header }

// WriteHeader ignores informational (1xx) answers.
func (c *collector) WriteHeader(status int) {
	if c.reply.Status == 0 && status >= 200 {
		c.reply.Status = status
	}
}

func (c *collector) Write(p []byte) (int, error) {
	if c.reply.Status == 0 {
		c.reply.Status = http.StatusOK
	}
	switch {
	case c.relaying:
		return c.relay.Write(p)
	case c.cut:
	case len(c.reply.raw)+len(p) <= limits.AnswerBody:
		c.reply.raw = append(c.reply.raw, p...)
	case c.relay == nil:
		c.cut = true
	default:
		c.relaying = true
		copyHeader(c.relay.Header(), c.reply.header)
		c.relay.WriteHeader(c.reply.Status)
		if _, err := c.relay.Write(c.reply.raw); err != nil {
			return 0, err
		}
		return c.relay.Write(p)
	}
	return len(p), nil
}

// Flush does nothing, unless the answer is relayed.
func (c *collector) Flush() {
	if c.relaying {
		_ = http.NewResponseController(c.relay).Flush()
	}
}

// answered reports whether the next handler has answered.
func (c *collector) answered() bool { return c.reply.Status != 0 }

// isCutOff reports whether the stored answer is shorter than its Content-Length, although nothing of it was dropped.
func (c *collector) isCutOff(length int) bool {
	return len(c.reply.raw) < length && !c.relaying && !c.cut
}
