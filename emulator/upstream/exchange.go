package upstream

import (
	"bytes"
	"io"
	"net/http"
	"strconv"

	"github.com/caddy-workos/caddy-workos/emulator/contentcoding"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
)

// exchange removes the local keys from the body of a request to an endpoint that takes the environment's API key in its body. The
// grant then allows the transport to put the real key there. A local key that may not be exchanged is a [guard.Finding].
func (c *Client) exchange(r *http.Request, grant *realkey.Grant) error {
	if !realkey.TakenInBody(r) || !contentcoding.IsIdentity(r.Header.Get("Content-Encoding")) {
		return nil
	}
	content, err := c.call.Body.Content()
	r.Body = c.call.Request.Body // Content has put back what it read
	if err != nil {
		return nil // the guard reports what is wrong with the body
	}
	fields := realkey.Fields(r.Header.Get("Content-Type"), content)
	local := fields[:0]
	for _, f := range fields {
		switch found, key := c.upstream.Keys.Holder(c.call.View, f.Value, c.call.Now); found.Access {
		case guard.AccessNone:
		case guard.AccessFull:
			c.call.Uses.Add(key)
			local = append(local, f)
		default:
			return &guard.Finding{Place: "body"}
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

// rewound is a body that can be read again after it was closed, by a proxy that tries another upstream.
type rewound struct{ *bytes.Reader }

// Close goes back to the beginning.
func (r *rewound) Close() error {
	_, err := r.Seek(0, io.SeekStart)
	return err
}
