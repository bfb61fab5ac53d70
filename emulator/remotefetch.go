package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

const (
	// remoteTimeout ends an attempt, which goes on when its callers have been answered.
	remoteTimeout = 10 * time.Second
	// maxDocument bounds a document, in bytes: those of WorkOS have a few thousand.
	maxDocument = 1 << 20
)

// clientIDForm is what a client id of WorkOS can be. Others are not asked for.
var clientIDForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// remote returns next's document of the call's route, or nil where there is none. It is public, so nothing of the
// caller's is sent along. An answer that check refuses is none.
func (c *call) remote(check func(document []byte) error) []byte {
	id, ok := c.documentID()
	if !c.merging || !ok || c.emulator.Secrets.Within(id.path) {
		return nil // the path is all that is sent
	}
	return c.emulator.Remote.get(c.http.Context(), id, c.now, func() *reader { return c.reader(id.path, check) })
}

// documentID is the document of the call's route. There is none for a client id that WorkOS cannot have given.
func (c *call) documentID() (id documentID, ok bool) {
	segments := slices.Clone(c.route.segments)
	values := c.params
	for i, segment := range segments {
		if !strings.HasPrefix(segment, "{") {
			continue
		}
		if !clientIDForm.MatchString(values[0]) {
			return documentID{}, false
		}
		segments[i], values = url.PathEscape(values[0]), values[1:]
	}
	id = documentID{upstream: c.emulator.Upstream, path: "/" + strings.Join(segments, "/"), fixed: len(c.params) == 0}
	if c.emulator.UpstreamByHost {
		id.host, id.fixed = strings.ToLower(c.http.Host), false
	}
	return id, true
}

// reader reads a path from next, without the call: it may outlive that.
func (c *call) reader(path string, check func(document []byte) error) *reader {
	e, next := c.emulator, c.next
	template := source.Public(source.Shared(e.background.context), &url.URL{Path: path})
	if e.Prepare != nil {
		template = e.Prepare(newCollector(nil), template, c.http)
	}
	return &reader{e, c.route, func() (body []byte, err error) {
		defer func() {
			if failure := recover(); failure != nil {
				err = fmt.Errorf("next panicked: %T", failure)
			}
			if e.background.context.Err() != nil {
				err = errClosed
			}
		}()
		if !e.background.begin() {
			return nil, errClosed
		}
		defer e.background.end()
		ctx, cancel := context.WithTimeout(e.background.context, remoteTimeout)
		defer cancel()
		got := newCollector(nil)
		r := source.Public(source.NewContext(source.Shared(ctx)), &url.URL{Path: path})
		if e.Prepare != nil {
			r = e.Prepare(got, r, template) // and not the caller's, which has ended by now
		}
		if err := e.timed(next, got, r, got.answered); err != nil {
			return nil, err
		}
		if source.Missed(r.Context()) {
			return []byte{}, nil // replayed, where such documents have no fixtures
		}
		if body, err = got.document(); err == nil && len(body) > 0 {
			err = check(body)
		}
		return body, err
	}}
}

// document returns the body of a good answer. Where next does not answer, that is no error, and the body is empty.
func (c *collector) document() ([]byte, error) {
	switch {
	case c.status == 0:
		return []byte{}, nil
	case c.status != http.StatusOK:
		return nil, fmt.Errorf("the status is %d", c.status)
	}
	if err := c.decode(); err != nil {
		return nil, err
	}
	if c.cut || len(c.body) > maxDocument {
		return nil, errors.New("the answer is larger than 1 MiB")
	}
	return c.body, nil
}
