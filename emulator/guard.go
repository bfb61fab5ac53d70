package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/contentcoding"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
)

// screen looks for local secrets in a request that is about to go on, and returns the answer where it must not be sent.
func (c *call) screen(r *http.Request) error {
	err := guard.Head(c.emulator.Secrets.Set(), r)
	// A server may wrap the body that is not there, which costs to find out. Over HTTP/2 an empty body may have trailers.
	if err == nil && (r.ContentLength != 0 || len(r.Trailer) > 0) {
		err = c.screenBody(r)
	}
	return refusalOf(err)
}

// screenBody looks at the body of a request, which is the caller's unless a key was exchanged in it.
func (c *call) screenBody(r *http.Request) error {
	set := c.emulator.Secrets.Set()
	coding := strings.Join(r.Header.Values("Content-Encoding"), ",")
	content, err := c.exchanged, error(nil)
	if content == nil {
		content, err = c.read()
		r.Body = c.http.Body // which has been put back
	}
	switch {
	case err == nil:
		return guard.Content(set, coding, content, r.Trailer)
	case !errors.Is(err, errTooLarge):
		return err
	case !contentcoding.IsIdentity(coding):
		return guard.Encoded(set, coding, r)
	}
	if c.reach() != reachUpstream {
		return &guard.UnreadableError{Place: "body", Why: errTooLarge}
	}
	guard.Screen(set, r)
	return nil
}

// refusalOf returns the answer to a request in which the guard found something, or nil for nothing.
func refusalOf(err error) error {
	var finding *guard.Finding
	var unreadable *guard.UnreadableError
	switch {
	case errors.As(err, &finding):
		return errLocalSecret(finding.Place)
	case errors.As(err, &unreadable):
		return errUnreadable(unreadable)
	}
	return err
}

// errLocalSecret refuses a request that would let a local secret out. It says where the secret stands, and never what it is.
func errLocalSecret(place string) error {
	return &problem{
		status: http.StatusForbidden,
		Message: "The request holds a secret of the emulator in its " + place + ", and would be sent to the real WorkOS. Take it out. " +
			"A key that may act for the real one belongs into the header Authorization, as Bearer, or into client_secret where WorkOS takes the API key.",
		Code:  "local_secret",
		oauth: "access_denied",
	}
}

// errUnreadable refuses a request that may hold a local secret, for it cannot be looked into.
func errUnreadable(e *guard.UnreadableError) error {
	return &problem{
		status:  http.StatusBadRequest,
		Message: fmt.Sprintf("The %s of the request cannot be read, and may hold a secret of the emulator: %v.", e.Place, e.Why),
		Code:    "unreadable_body",
		oauth:   "invalid_request",
	}
}

// exchange takes the local keys out of the body of a request that is about to be sent to where WorkOS takes the
// environment's API key in the body, so that the transport can put the real one there. A key that may not be passed on is
// refused.
func (c *call) exchange(r *http.Request, grant *realkey.Grant) error {
	if !realkey.TakenInBody(r) || !contentcoding.IsIdentity(r.Header.Get("Content-Encoding")) {
		return nil
	}
	content, err := c.read()
	r.Body = c.http.Body // which has been put back
	if err != nil {
		return nil // the guard looks at it, and says what is wrong
	}
	fields := realkey.Fields(r.Header.Get("Content-Type"), content)
	local := fields[:0]
	for _, f := range fields {
		switch found, k := c.emulator.holder(c.txn, f.Value, c.now); found.standing {
		case stranger:
		case trusted:
			c.uses(k)
			local = append(local, f)
		default:
			return errLocalSecret("body")
		}
	}
	if len(local) == 0 || c.reach() != reachUpstream {
		return nil
	}
	c.exchanged, grant.Body = realkey.Empty(content, local)
	r.Body, r.ContentLength, r.TransferEncoding = &rewound{bytes.NewReader(c.exchanged)}, int64(len(c.exchanged)), nil
	if r.Header.Get("Content-Length") != "" {
		r.Header = r.Header.Clone()
		r.Header.Set("Content-Length", strconv.Itoa(len(c.exchanged)))
	}
	return nil
}

// rewound is a body that can be read again once it has been closed, as by a proxy that tries another upstream.
type rewound struct{ *bytes.Reader }

// Close goes back to the beginning.
func (r *rewound) Close() error {
	_, err := r.Seek(0, io.SeekStart)
	return err
}
