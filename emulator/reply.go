package emulator

import (
	"errors"
	"net/http"
	"net/url"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/contentcoding"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// reply is what next answered to a request of the emulator's own.
type reply struct {
	status int
	header http.Header
	missed bool   // it is about a recording that there should have been, and not from the upstream
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

// errNotSent says that next was not asked, because the caller's key does not stand for the real one.
var errNotSent = errors.New("not sent")

// fetch asks next for a resource, and returns nil where nobody answers. The error is nextFailed, or errAnswered for an answer
// that is too large to be read and was relayed, or errNotSent, or the answer to a request that must not be sent.
func (c *call) fetch(path string, query url.Values) (*reply, error) {
	r, ctx := c.outgoing()
	r.Method = http.MethodGet
	r.Body, r.ContentLength, r.TransferEncoding = http.NoBody, 0, nil
	r.URL = &url.URL{Path: mergeSlashes(path), RawPath: mergeSlashes(c.http.URL.RawPath), RawQuery: query.Encode()}
	if path != c.http.URL.Path {
		r.URL.RawPath = ""
	}
	r.RequestURI = r.URL.RequestURI()
	r.Header.Set("Accept-Encoding", "identity")

	refusal := refusalOf(guard.Head(c.emulator.Secrets.Set(), r))
	if c.sealed {
		refusal = errNotSent
	}
	if refusal != nil {
		if c.reach() == reachUpstream {
			return nil, c.refused(refusal)
		}
		ctx.seal()
		r = r.WithContext(ctx)
	}
	got := newCollector(c.writer.forwarding())
	if c.emulator.Prepare != nil {
		r = c.emulator.Prepare(got, r, c.http)
	}
	err := c.collect(got, r, refusal != nil)
	switch {
	case refusal != nil && (err != nil || notSent(got.status, r)):
		return nil, c.refused(refusal)
	case err != nil:
		return nil, nextFailed{err}
	case got.relaying:
		c.warn("next's answer is larger than 10 MiB: it was relayed and not merged", nil)
		return nil, errAnswered
	case got.status == 0:
		return nil, nil
	}
	if got.missed = source.Missed(r.Context()); !got.missed {
		c.source = source.Merged
	}
	return &got.reply, nil
}

// refused notes that a request of the emulator's own was not made.
func (c *call) refused(refusal error) error {
	if !c.sealed {
		c.warn("a request was not passed on", refusal)
	}
	return refusal
}

// collect asks next for an answer. A proxy panics in its way of saying that it could not send a sealed request.
func (c *call) collect(got *collector, r *http.Request, sealed bool) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			if !sealed {
				panic(failure)
			}
			err = errNotSent
		}
	}()
	return c.emulator.timed(c.next, got, r, got.answered)
}

// notMerged relays an answer that cannot be merged.
func (c *call) notMerged(r *reply, why error) error {
	c.warn("next's answer is not a list that can be merged: it was relayed", why)
	return relayed{r}
}

func (c *call) warn(message string, why error) {
	c.emulator.Logger.Warn(message, zap.Stringer("route", c.route), zap.Error(why))
}

// relay writes an answer of next's as it is.
func (c *call) relay(r *reply) {
	copyHeader(c.writer.Header(), r.header)
	w := c.writer.forwarding()
	c.status = r.status
	w.WriteHeader(r.status)
	_, _ = w.Write(r.raw) // the caller is gone: nobody is left to tell
}
