package emulator

import (
	"bufio"
	"context"
	"io"
	"maps"
	"net"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// nextContext is the context of a request for next: next may say in it who answers, and is told where the real key may be
// put. One context does for both, as each request that goes on has one.
type nextContext struct {
	source.Context
	grant realkey.Grant
}

// Value returns what the packages source and realkey look for.
func (c *nextContext) Value(key any) any {
	if key == realkey.ContextKey {
		return &c.grant
	}
	return c.Context.Value(key)
}

// nextContext returns the context of a request for next, in which next may say who answers. asUs allows the real key in the
// Authorization header.
func (c *call) nextContext(asUs bool) *nextContext {
	ctx := &nextContext{source.Context{Context: c.http.Context()}, realkey.Grant{Header: asUs}}
	c.writer.context = ctx
	return ctx
}

// seal makes the context that of a request that must not be sent anywhere. isTrusted tells that this is not for want of a good
// key.
func (c *nextContext) seal(isTrusted bool) {
	c.Context.Context = source.Seal(c.Context.Context)
	c.grant = realkey.Grant{Withheld: isTrusted && (c.grant.Header || len(c.grant.Body) > 0)}
}

// withhold takes a field out of a header, and returns what puts it back: a request that only goes on, as most do, costs
// no copy of its header. A request with the field must not be served meanwhile.
func withhold(h http.Header, name string) (restore func()) {
	values, ok := h[name]
	delete(h, name)
	return func() {
		if ok {
			h[name] = values
		}
	}
}

// outgoing returns a request of the emulator's own for next, made after the caller's: a copy without the local key, for
// which the real one is allowed.
func (c *call) outgoing() (*http.Request, *nextContext) {
	ctx := c.nextContext(true)
	ctx.HoldMisses(c.misses)
	r := c.http.WithContext(ctx)
	r.Header = maps.Clone(r.Header)
	r.Trailer = nil
	for _, name := range notForOwn {
		r.Header.Del(name)
	}
	return r, ctx
}

// notForOwn are the fields of the caller's request that are not for one of the emulator's own: its key, what says how its
// body and its connection are to be read, and what would make the answer a part of the whole, or none.
var notForOwn = []string{
	"Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Idempotency-Key", "Te", "Trailer", "Upgrade",
	"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range",
}

// watchedWriter notices whether an answer was begun, and buffers nothing.
type watchedWriter struct {
	http.ResponseWriter
	answered bool
	passing  bool                  // what is written now comes from next
	refused  func(status int) bool // tells that next's answer with a status does not count; may be nil
	dropping bool                  // it does not
	began    func(status int)      // is told the status when the answer begins; may be nil
	status   int                   // of the answer
	source   string                // of the answer, as its header says
	context  context.Context       // in which next may say that it is not simply the upstream
}

// forwarding returns the writer for next.
func (w *watchedWriter) forwarding() http.ResponseWriter {
	w.passing = true
	return w
}

// discards tells whether what next writes is to be dropped.
func (w *watchedWriter) discards(status int) bool {
	if w.passing && !w.answered && !w.dropping && w.refused != nil {
		w.dropping = w.refused(status)
	}
	return w.passing && w.dropping
}

func (w *watchedWriter) begin(status int) {
	if w.answered {
		return
	}
	w.answered, w.status = true, status
	if w.began != nil {
		w.began(status)
	}
	if !w.passing {
		w.source = w.Header().Get(source.Header)
		return
	}
	w.source = source.Get(w.context)
	source.SetHeader(w.Header(), w.source)
}

// WriteHeader passes informational answers through: they do not begin the answer.
func (w *watchedWriter) WriteHeader(status int) {
	if w.discards(status) {
		return
	}
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.begin(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	if w.discards(http.StatusOK) {
		return len(p), nil
	}
	w.begin(http.StatusOK)
	return w.ResponseWriter.Write(p)
}

// ReadFrom keeps the way open for sendfile.
func (w *watchedWriter) ReadFrom(r io.Reader) (int64, error) {
	if w.discards(http.StatusOK) {
		return io.Copy(io.Discard, r)
	}
	w.begin(http.StatusOK)
	return io.Copy(w.ResponseWriter, r)
}

// FlushError makes http.ResponseController count a flush as the beginning of an answer.
func (w *watchedWriter) FlushError() error {
	if w.discards(http.StatusOK) {
		return nil
	}
	w.begin(http.StatusOK)
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush is FlushError for those who look for an http.Flusher.
func (w *watchedWriter) Flush() { _ = w.FlushError() }

// Hijack makes http.ResponseController count taking the connection over as an answer.
func (w *watchedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.answered = true
	}
	return conn, buffered, err
}

// Unwrap serves http.ResponseController.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
