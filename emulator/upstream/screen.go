package upstream

import (
	"errors"
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/contentcoding"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
)

// screen looks for local secrets in a request that is about to be passed on. It returns why the request must not be sent, or nil.
func (c *Client) screen(r *http.Request) error {
	err := guard.Head(c.upstream.Keys.Secrets().Set(), r)
	// Without a Content-Length, an empty body is not read. Over HTTP/2 it may have trailers.
	if err == nil && (r.ContentLength != 0 || len(r.Trailer) > 0) {
		err = c.screenBody(r)
	}
	return err
}

// screenBody inspects the body of a request: the one with exchanged keys, or else that of the caller.
func (c *Client) screenBody(r *http.Request) error {
	set := c.upstream.Keys.Secrets().Set()
	coding := strings.Join(r.Header.Values("Content-Encoding"), ",")
	content, err := c.exchanged, error(nil)
	if content == nil {
		content, err = c.call.Body.Content()
		r.Body = c.call.Request.Body // Content has put back what it read
	}
	switch {
	case err == nil:
		return guard.Content(set, coding, content, r.Trailer)
	case !errors.Is(err, requestbody.ErrTooLarge):
		return err
	case !contentcoding.IsIdentity(coding):
		return guard.Encoded(set, coding, r)
	}
	if c.reach() != reachUpstream {
		return &guard.UnreadableError{Place: "body", Why: requestbody.ErrTooLarge}
	}
	guard.Screen(set, r)
	return nil
}
