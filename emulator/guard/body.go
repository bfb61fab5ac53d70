package guard

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/contentcoding"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

const (
	// maxEncoded is how large a body with a content coding may be, in bytes. All of it is read before any is sent, for what
	// a part of it says shows later.
	maxEncoded = limits.AnswerBody
	// leastExpanded is what such a body may say, whatever its size, in bytes, and maxExpansion what it may say beyond, by its size.
	leastExpanded = 4 << 20
	maxExpansion  = 50
)

var (
	errEncodedTooLarge = errors.New("with a Content-Encoding it may have at most 10 MiB: send it without")
	errExpands         = errors.New("it says more than 4 MiB and fifty times its size")
)

// Screen has the body of a request, and its trailers, looked at as it is read. Reading it fails before the last byte of a
// secret is read, and [Found] tells why.
func Screen(set *scan.Set, r *http.Request) { r.Body = newScreen(set, r) }

// Encoded reads the body of a request with a content coding, puts it back, and looks at it as [Content] does.
func Encoded(set *scan.Set, coding string, r *http.Request) error {
	content, err := requestbody.Peek(r, maxEncoded)
	switch {
	case errors.Is(err, requestbody.ErrOverLimit):
		return &UnreadableError{"body", errEncodedTooLarge}
	case err != nil:
		return &UnreadableError{"body", err}
	}
	return Content(set, coding, content, r.Trailer)
}

// Content looks at a body that has been read as a whole, and at the trailers behind it. The error is a *Finding or an
// *UnreadableError.
func Content(set *scan.Set, coding string, content []byte, trailer http.Header) error {
	look := looker{set}
	// Whatever it is said to be: what goes out is these bytes.
	err := look.result("body", func() (bool, error) { return set.Holds(content, scan.Body, scan.Whole) })
	if err == nil && !contentcoding.IsIdentity(coding) && len(content) > 0 {
		err = look.decoded(coding, content)
	}
	if err == nil {
		err = look.trailers(trailer)
	}
	return err
}

// decoded looks at what a body with a content coding says.
func (l looker) decoded(coding string, content []byte) error {
	text, err := contentcoding.Reader(coding, bytes.NewReader(content))
	if err != nil {
		return &UnreadableError{"body", err}
	}
	defer text.Close()
	limit := int64(leastExpanded + maxExpansion*len(content))
	s := &screen{set: l.set, source: io.LimitReader(text, limit+1)}
	n, err := io.Copy(io.Discard, struct{ io.Reader }{s})
	var finding *Finding
	switch {
	case errors.As(err, &finding):
		return err
	case err != nil:
		return &UnreadableError{"body", err}
	case n > limit:
		return &UnreadableError{"body", errExpands}
	}
	return nil
}
