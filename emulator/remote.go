package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

const (
	// remoteFresh is how long a public document of next's is taken as it is, and how long after a failure the next
	// attempt is made.
	remoteFresh = 5 * time.Minute
	// remotePatience is how long a caller waits for a document that was never read.
	remotePatience = 2 * time.Second
	// remoteTimeout ends an attempt that nobody waits for any more.
	remoteTimeout = 30 * time.Second
	// maxDocuments bounds the documents that are kept, for their paths are the callers'.
	maxDocuments = 64
)

// Remote keeps the public documents of next's, JWKS and discovery, from the last time that they could be read. Share one
// between the emulators of an instance, so that it survives a new configuration. Its zero value is ready.
type Remote struct {
	mu        sync.Mutex
	documents map[string]*document
}

// document is what is known of one path.
type document struct {
	body     []byte    // of the last good answer
	tried    time.Time // when the last attempt began
	fetching chan struct{}
	since    time.Time // of the attempt under way, by the wall clock
}

// errClosed says that a fetch was given up because its emulator was closed.
var errClosed = errors.New("the emulator is closed")

// get returns the last good body of a path. Where it is old or missing, it starts a fetch, of which there is one at a
// time; only where it is missing, it waits a little.
func (r *Remote) get(ctx context.Context, path string, now time.Time, prepare func() (fetch func() ([]byte, error))) []byte {
	r.mu.Lock()
	d := r.document(path)
	if d == nil {
		r.mu.Unlock()
		return nil
	}
	if age := now.Sub(d.tried); d.fetching == nil && (d.tried.IsZero() || age >= remoteFresh || age < 0) {
		d.tried, d.since, d.fetching = now, time.Now(), make(chan struct{})
		go r.refresh(d, prepare())
	}
	body, fetching, since := d.body, d.fetching, d.since
	r.mu.Unlock()
	if body != nil || fetching == nil {
		return body
	}

	ctx, cancel := context.WithDeadline(ctx, since.Add(remotePatience))
	defer cancel()
	select {
	case <-fetching:
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return d.body
}

// Forget drops all documents, to be read anew.
func (r *Remote) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.documents = nil
}

// document finds or makes room for a path. It returns nil where all room is taken.
func (r *Remote) document(path string) *document {
	if d := r.documents[path]; d != nil {
		return d
	}
	if r.documents == nil {
		r.documents = map[string]*document{}
	}
	if len(r.documents) >= maxDocuments {
		for other, d := range r.documents {
			if d.fetching == nil && d.body == nil {
				delete(r.documents, other)
			}
		}
		if len(r.documents) >= maxDocuments {
			return nil
		}
	}
	d := &document{}
	r.documents[path] = d
	return d
}

func (r *Remote) refresh(d *document, fetch func() ([]byte, error)) {
	body, err := fetch()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		d.body = body
	case errors.Is(err, errClosed):
		d.tried = time.Time{} // that was no attempt
	}
	close(d.fetching)
	d.fetching = nil
}

// remote returns next's document at the call's path, or nil where there is none. It is public, so nothing of the
// caller's is sent along.
func (c *call) remote() []byte {
	if !c.merging {
		return nil
	}
	return c.emulator.Remote.get(c.http.Context(), c.http.URL.EscapedPath(), c.now, c.prepareFetch)
}

// prepareFetch returns what fetches the call's path from next, without the call: it may outlive that.
func (c *call) prepareFetch() (fetch func() ([]byte, error)) {
	e, next, logger := c.emulator, c.next, c.emulator.Logger.With(zap.Stringer("route", c.route))
	ctx, cancel := context.WithTimeout(e.background.context, remoteTimeout)
	got := newCollector(nil)
	r := publicRequest(source.NewContext(ctx), c.http)
	if e.Prepare != nil {
		r = e.Prepare(got, r, c.http)
	}
	return func() (body []byte, err error) {
		defer cancel()
		defer func() {
			if failure := recover(); failure != nil {
				err = fmt.Errorf("next panicked: %T", failure)
			}
			if err != nil {
				logger.Warn("next's public document could not be read", zap.Error(err))
			}
		}()
		if !e.background.begin() {
			return nil, errClosed
		}
		defer e.background.end()
		switch err = e.timed(next, got, r, got.answered); {
		case e.background.context.Err() != nil:
			return nil, errClosed
		case err != nil:
			return nil, err
		case source.Missed(r.Context()):
			return []byte{}, nil // replayed, where such documents have no fixtures
		}
		return got.document()
	}
}

// publicRequest is a GET of the original's path that holds nothing of its caller's.
func publicRequest(ctx context.Context, original *http.Request) *http.Request {
	r := (&http.Request{
		Method:     http.MethodGet,
		URL:        &url.URL{Path: original.URL.Path, RawPath: original.URL.RawPath},
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     http.Header{"Accept": {"application/json"}, "Accept-Encoding": {"identity"}},
		Body:       http.NoBody,
		Host:       original.Host,
		RemoteAddr: original.RemoteAddr,
		TLS:        original.TLS,
	}).WithContext(ctx)
	r.RequestURI = r.URL.RequestURI()
	return r
}

// document returns the body of a good answer. Nobody there is no error, and an empty body.
func (c *collector) document() ([]byte, error) {
	switch {
	case c.status == 0:
		return []byte{}, nil
	case c.cut:
		return nil, fmt.Errorf("the answer is larger than %d MiB", limits.AnswerBody/limits.MiB)
	case c.status != http.StatusOK:
		return nil, fmt.Errorf("the status is %d", c.status)
	}
	err := c.decode()
	return c.body, err
}
