package upstream

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/contentcoding"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// Reply is what the next handler answered to a request of the emulator's own.
type Reply struct {
	Status int
	// Missed tells that the reply is about a recording that there should have been, and not from the upstream, and Among of
	// such a one that other requests to the path were recorded.
	Missed, Among bool

	header http.Header
	raw    []byte // the body as it was sent
}

// Body returns the body without the content coding that the next handler chose although it was asked for none. The error
// says that it cannot be decoded, or is larger than limits.AnswerBody.
func (r *Reply) Body() ([]byte, error) {
	return contentcoding.Decode(r.header.Get("Content-Encoding"), r.raw, limits.AnswerBody)
}

// IsBareFailure tells an answer that a proxy makes up where it cannot reach the upstream: it has no body.
func (r *Reply) IsBareFailure() bool {
	return r.Status >= http.StatusBadGateway && r.Status <= http.StatusGatewayTimeout && len(r.raw) == 0
}

// Relay writes a reply to the caller as it is.
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

// collector is an http.ResponseWriter that keeps an answer. One that grows larger than limits.AnswerBody is relayed, if there is a
// writer for that, and cut off else.
type collector struct {
	reply    Reply
	relay    http.ResponseWriter // may be nil
	relaying bool
	cut      bool
}

func newCollector(relay http.ResponseWriter) *collector {
	return &collector{reply: Reply{header: http.Header{}}, relay: relay}
}

// Header is the answer's own: it is not that of the caller's answer.
func (c *collector) Header() http.Header { return c.reply.header }

// WriteHeader ignores informational answers.
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

// Flush has nothing to do before the answer is whole.
func (c *collector) Flush() {
	if c.relaying {
		_ = http.NewResponseController(c.relay).Flush()
	}
}

// answered tells whether there is an answer.
func (c *collector) answered() bool { return c.reply.Status != 0 }

// isCutOff tells whether the answer is shorter than it says, although all of it was kept.
func (c *collector) isCutOff(length int) bool {
	return len(c.reply.raw) < length && !c.relaying && !c.cut
}
