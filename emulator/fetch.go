package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

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
	ctx.seal(!c.sealed)
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
