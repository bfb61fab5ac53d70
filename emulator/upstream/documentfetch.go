package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/urlpath"
)

// documentTimeout is how long an attempt may take. It may continue after the requests that wait for it have been answered.
const documentTimeout = 10 * time.Second

// clientIDForm is the form of a client id of WorkOS. The upstream is not asked for others.
var clientIDForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// Document returns the upstream's document at the path of a route's pattern, whose {names} have the given values. It returns nil
// where the upstream has none, or has never answered, or check has refused its answer. Such documents are public: the request for
// one contains nothing of the caller's. See [Documents] for how long a document is kept.
func (c *Client) Document(pattern string, values []string, check func(document []byte) error) []byte {
	id, ok := c.documentID(pattern, values)
	if !ok || c.upstream.Keys.Secrets().Within(id.path) {
		return nil // the path is all that is sent
	}
	return c.upstream.Documents.get(c.call.Request.Context(), id, c.call.Now, func() *reader { return c.reader(id.path, check) })
}

// documentID returns the documentID of a pattern with values. ok is false for a client id that WorkOS cannot have given.
func (c *Client) documentID(pattern string, values []string) (id documentID, ok bool) {
	id = documentID{upstream: c.upstream.Name, fixed: len(values) == 0}
	segments := urlpath.Split(pattern)
	for i, segment := range segments {
		if !strings.HasPrefix(segment, "{") {
			continue
		}
		if !clientIDForm.MatchString(values[0]) {
			return documentID{}, false
		}
		segments[i], values = url.PathEscape(values[0]), values[1:]
	}
	id.path = "/" + strings.Join(segments, "/")
	if c.upstream.ByHost {
		id.host, id.fixed = strings.ToLower(c.call.Request.Host), false
	}
	return id, true
}

// reader returns a reader of a path. It does not use the caller's request after this call, as it may run longer than that.
func (c *Client) reader(path string, check func(document []byte) error) *reader {
	u, next := c.upstream, c.call.Next
	template := source.Public(source.Shared(u.backgroundContext()), &url.URL{Path: path})
	template = u.prepare(newCollector(nil), template, c.call.Request)
	return &reader{u, c.call.Route, func() (content []byte, err error) {
		defer func() {
			if failure := recover(); failure != nil {
				err = fmt.Errorf("the next handler panicked: %T", failure)
			}
			if u.backgroundContext().Err() != nil {
				err = errClosed
			}
		}()
		if !u.background.begin() {
			return nil, errClosed
		}
		defer u.background.end()
		ctx, cancel := context.WithTimeout(u.backgroundContext(), documentTimeout)
		defer cancel()
		got := newCollector(nil)
		r := source.Public(source.NewContext(source.Shared(ctx)), &url.URL{Path: path})
		r = u.prepare(got, r, template) // for the template: the caller's request may have ended by now
		if err := u.timed(next, got, r, got.answered); err != nil {
			return nil, err
		}
		if source.Missed(r.Context()) {
			return []byte{}, nil // in mode replay, such documents have no fixtures
		}
		if content, err = got.document(); err == nil && len(content) > 0 {
			err = check(content)
		}
		return content, err
	}}
}

// document returns the body of an answer with status 200. Where the next handler does not answer, the body is empty and there is
// no error.
func (c *collector) document() ([]byte, error) {
	switch {
	case !c.answered():
		return []byte{}, nil
	case c.reply.Status != http.StatusOK:
		return nil, fmt.Errorf("the status is %d", c.reply.Status)
	}
	content, err := c.reply.Body()
	if err != nil {
		return nil, err
	}
	if c.cut || len(content) > limits.Document {
		return nil, errors.New("the answer is larger than 1 MiB")
	}
	return content, nil
}
