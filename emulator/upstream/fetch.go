package upstream

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
	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

// Get sends a GET to the next handler. It returns nil where that does not answer. The error is a *[Failure], [ErrCutOff],
// [ErrAnswered], or a *[Refusal].
func (c *Client) Get(path string, query url.Values) (*Reply, error) {
	r, refusal, err := c.fetchRequest(path, query)
	if err != nil {
		return nil, err
	}
	got := newCollector(c.call.Writer.forwarding())
	r = c.upstream.prepare(got, r, c.call.Request)
	err = c.upstream.collect(c.call.Next, got, r, refusal != nil)
	if err == nil && got.relaying {
		c.Warn(fmt.Sprintf("the upstream's answer is larger than %d MiB: it was relayed and not merged", limits.AnswerBody/limits.MiB), nil)
		return nil, ErrAnswered
	}
	return c.fetched(got, r, refusal, err)
}

// fetchRequest makes the request of a fetch. Where that must not be sent, refusal says why. Then the request is sealed, so that a
// recording may answer it. Where it would reach the upstream, fetchRequest returns an error instead.
func (c *Client) fetchRequest(path string, query url.Values) (r *http.Request, refusal, err error) {
	r, ctx := c.outgoing()
	original := c.call.Request.URL
	r.Method = http.MethodGet
	r.Body, r.ContentLength, r.TransferEncoding = http.NoBody, 0, nil
	r.URL = &url.URL{Path: urlpath.MergeSlashes(path), RawPath: urlpath.MergeSlashes(original.RawPath), RawQuery: query.Encode()}
	if path != original.Path {
		r.URL.RawPath = ""
	}
	r.RequestURI = r.URL.RequestURI()
	r.Header.Set("Accept-Encoding", "identity")

	refusal = guard.Head(c.upstream.Keys.Secrets().Set(), r)
	if c.sealed() {
		refusal = ErrNoAccess
	}
	if refusal == nil {
		return r, nil, nil
	}
	if c.reach() == reachUpstream {
		return nil, refusal, c.refused(refusal)
	}
	ctx.seal(!c.sealed())
	return r.WithContext(ctx), refusal, nil
}

// fetched returns what was collected, or nil where nothing answered. err is the error of the next handler. A refused request with
// an error was not answered by a recording, so the error is the refusal.
func (c *Client) fetched(got *collector, r *http.Request, refusal, err error) (*Reply, error) {
	switch {
	case refusal != nil && (err != nil || notSent(got.reply.Status, r)):
		return nil, c.refused(refusal)
	case err != nil:
		return nil, err
	case !got.answered():
		return nil, nil
	}
	got.reply.Missed, got.reply.Among = source.Missed(r.Context()), source.MissedAmongNeighbours(r.Context())
	return &got.reply, nil
}

// refused returns the error of a request of the emulator's own that was not sent, and logs it.
func (c *Client) refused(reason error) error {
	if !c.sealed() {
		c.Warn("a request was not passed on", reason)
	}
	return &Refusal{reason}
}

// collect calls the next handler and collects its answer. The error is a *[Failure], or [ErrCutOff] for an answer that ended early:
// then a proxy panics with http.ErrAbortHandler, or the answer is shorter than its Content-Length.
//
// A panic for a sealed request says that a proxy could not send it. Any other panic is passed on.
func (u *Upstream) collect(next Next, got *collector, r *http.Request, sealed bool) (err error) {
	defer func() {
		switch failure := recover(); {
		case failure == nil:
		case sealed:
			err = ErrNoAccess
		case failure == http.ErrAbortHandler && got.answered() && !got.relaying:
			err = u.cutOff()
		default:
			panic(failure)
		}
	}()
	if err := u.timed(next, got, r, got.answered); err != nil {
		return &Failure{err}
	}
	if length, err := strconv.Atoi(got.Header().Get("Content-Length")); err == nil && got.isCutOff(length) {
		return u.cutOff()
	}
	return nil
}

func (u *Upstream) cutOff() error {
	u.Logger.Warn("the upstream's answer was cut off")
	return ErrCutOff
}

// EndingTime is how long the next handler may take to return after its request was cancelled.
const EndingTime = 100 * time.Millisecond

// errSlow is the error of a next handler that did not answer in time.
var errSlow = errors.New("the next handler did not answer in time")

// GetWithin is [Client.Get] with a time limit. After most and [EndingTime], it returns a *[Failure] and no longer waits for the next
// handler. A panic and a large or cut-off answer are a *[Failure] too. The limit does not apply to a sealed request, which no
// upstream answers.
func (c *Client) GetWithin(path string, query url.Values, most time.Duration) (*Reply, error) {
	r, refusal, err := c.fetchRequest(path, query)
	if err != nil {
		return nil, err
	}
	got := newCollector(nil)
	if refusal != nil {
		r = c.upstream.prepare(got, r, c.call.Request)
		err = c.upstream.collect(c.call.Next, got, r, true)
	} else {
		ctx, cancel := context.WithTimeout(r.Context(), most)
		defer cancel()
		r = c.upstream.prepare(got, r.WithContext(ctx), c.call.Request)
		err = c.upstream.collectInTime(c.call.Next, got, r)
		if errors.Is(err, errSlow) {
			return nil, &Failure{err} // the next handler may still write
		}
	}
	if err == nil && got.cut {
		err = fmt.Errorf("the answer is larger than %d MiB", limits.AnswerBody/limits.MiB)
	}
	if err != nil {
		err = &Failure{err}
	}
	return c.fetched(got, r, refusal, err)
}

// collectInTime is collect until the request's context has ended. Then it waits for EndingTime.
func (u *Upstream) collectInTime(next Next, got *collector, r *http.Request) error {
	ended := make(chan error, 1)
	go func() {
		defer func() {
			if failure := recover(); failure != nil {
				ended <- fmt.Errorf("the next handler panicked: %T", failure)
			}
		}()
		ended <- u.collect(next, got, r, false)
	}()
	select {
	case err := <-ended:
		return err
	case <-r.Context().Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(EndingTime):
		return errSlow
	}
}
