package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

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

// errNotSent says that next was not asked, because the caller's key does not stand for the real one.
var errNotSent = errors.New("not sent")

// fetch asks next for a resource, and returns nil where nobody answers. The error is nextFailed, the 502 of errUnreachable
// where the answer was cut off, errAnswered for one that is too large to be read and was relayed, errNotSent, or the answer to
// a request that must not be sent.
func (c *call) fetch(path string, query url.Values) (*reply, error) {
	r, refusal, err := c.fetchRequest(path, query)
	if err != nil {
		return nil, err
	}
	got := newCollector(c.writer.forwarding())
	r = c.prepare(got, r)
	err = c.emulator.collect(c.next, got, r, refusal != nil)
	if err == nil && got.relaying {
		c.warn(fmt.Sprintf("next's answer is larger than %d MiB: it was relayed and not merged", limits.AnswerBody/limits.MiB), nil)
		return nil, errAnswered
	}
	return c.fetched(got, r, refusal, err)
}

// fetchRequest makes the request of a fetch. Where it must not be sent, the refusal says why: it is sealed then, and an error
// where it would reach the upstream.
func (c *call) fetchRequest(path string, query url.Values) (r *http.Request, refusal, err error) {
	r, ctx := c.outgoing()
	r.Method = http.MethodGet
	r.Body, r.ContentLength, r.TransferEncoding = http.NoBody, 0, nil
	r.URL = &url.URL{Path: mergeSlashes(path), RawPath: mergeSlashes(c.http.URL.RawPath), RawQuery: query.Encode()}
	if path != c.http.URL.Path {
		r.URL.RawPath = ""
	}
	r.RequestURI = r.URL.RequestURI()
	r.Header.Set("Accept-Encoding", "identity")

	refusal = refusalOf(guard.Head(c.emulator.Secrets.Set(), r))
	if c.sealed {
		refusal = errNotSent
	}
	if refusal == nil {
		return r, nil, nil
	}
	if c.reach() == reachUpstream {
		return nil, refusal, c.refused(refusal)
	}
	ctx.seal()
	return r.WithContext(ctx), refusal, nil
}

func (c *call) prepare(w http.ResponseWriter, r *http.Request) *http.Request {
	if c.emulator.Prepare == nil {
		return r
	}
	return c.emulator.Prepare(w, r, c.http)
}

// fetched returns what was collected, or nil where nobody answered. err is that of next, which means nothing where the request
// was sealed.
func (c *call) fetched(got *collector, r *http.Request, refusal, err error) (*reply, error) {
	switch {
	case refusal != nil && (err != nil || notSent(got.status, r)):
		return nil, c.refused(refusal)
	case err != nil:
		return nil, err
	case got.status == 0:
		return nil, nil
	}
	got.missed, got.among = source.Missed(r.Context()), source.MissedAmongNeighbours(r.Context())
	if !got.missed {
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

// collect asks next for an answer, as a whole. One that is cut off before any of it was relayed is the 502 of
// errUnreachable: a proxy panics then, as net/http wants it, or leaves it shorter than its Content-Length. A panic without
// an answer is next's way to drop the connection, or to say that it could not send a sealed request.
func (e *Emulator) collect(next Next, got *collector, r *http.Request, sealed bool) (err error) {
	defer func() {
		switch failure := recover(); {
		case failure == nil:
		case sealed:
			err = errNotSent
		case failure == http.ErrAbortHandler && got.answered() && !got.relaying:
			err = e.cutOff()
		default:
			panic(failure)
		}
	}()
	if err := e.timed(next, got, r, got.answered); err != nil {
		return nextFailed{err}
	}
	if length, err := strconv.Atoi(got.header.Get("Content-Length")); err == nil && len(got.raw) < length && !got.relaying && !got.cut {
		return e.cutOff()
	}
	return nil
}

func (e *Emulator) cutOff() error {
	e.Logger.Warn("next's answer was cut off")
	return errUnreachable(http.StatusBadGateway)
}

// endingTime is how long next may take to end when its request has.
const endingTime = 100 * time.Millisecond

// errSlow says that next did not answer in time.
var errSlow = errors.New("next did not answer in time")

// fetchInTime is fetch for at most a time, after which next is left to end by itself. Whatever next does is nextFailed at
// worst. A sealed request takes the time of what answers it here.
func (c *call) fetchInTime(path string, query url.Values, most time.Duration) (*reply, error) {
	r, refusal, err := c.fetchRequest(path, query)
	if err != nil {
		return nil, err
	}
	got := newCollector(nil)
	if refusal != nil {
		r = c.prepare(got, r)
		err = c.emulator.collect(c.next, got, r, true)
	} else {
		ctx, cancel := context.WithTimeout(r.Context(), most)
		defer cancel()
		r = c.prepare(got, r.WithContext(ctx))
		err = c.emulator.collectInTime(c.next, got, r)
		if errors.Is(err, errSlow) {
			return nil, nextFailed{err} // next may still write
		}
	}
	if err == nil && got.cut {
		err = fmt.Errorf("the answer is larger than %d MiB", limits.AnswerBody/limits.MiB)
	}
	if err != nil {
		err = nextFailed{err}
	}
	return c.fetched(got, r, refusal, err)
}

// collectInTime is collect until the request has ended.
func (e *Emulator) collectInTime(next Next, got *collector, r *http.Request) error {
	ended := make(chan error, 1)
	go func() {
		defer func() {
			if failure := recover(); failure != nil {
				ended <- fmt.Errorf("next panicked: %T", failure)
			}
		}()
		ended <- e.collect(next, got, r, false)
	}()
	select {
	case err := <-ended:
		return err
	case <-r.Context().Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(endingTime):
		return errSlow
	}
}

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
