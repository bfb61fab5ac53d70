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
	// maxEncoded is the largest body with a content coding, in bytes. It is read as a whole before any of it is sent, as a part of it
	// may only be decoded with what follows.
	maxEncoded = limits.AnswerBody
	// Such a body may have leastExpanded bytes when decoded, plus maxExpansion times its size.
	leastExpanded = 4 << 20
	maxExpansion  = 50
)

var (
	errEncodedTooLarge = errors.New("with a Content-Encoding it may have at most 10 MiB: send it without")
	errExpands         = errors.New("it says more than 4 MiB and fifty times its size")
)

// Screen replaces the body of a request by one that is scanned as it is read, with the trailers. Reading fails before the last byte
// of a secret is returned. [Found] returns why.
func Screen(set *scan.Set, r *http.Request) { r.Body = newScreen(set, r) }

// Encoded reads the body of a request with a content coding, puts it back, and scans it as [Content] does.
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

// Content scans a body that has been read as a whole, and the trailers. coding is the request's Content-Encoding. The error is a
// *[Finding] or an *[UnreadableError].
func Content(set *scan.Set, coding string, content []byte, trailer http.Header) error {
	look := scanner{set}
	// The bytes themselves are scanned too, whatever their coding: they are what is sent.
	err := look.result("body", func() (bool, error) { return set.Holds(content, scan.Body, scan.Whole) })
	if err == nil && !contentcoding.IsIdentity(coding) && len(content) > 0 {
		err = look.decoded(coding, content)
	}
	if err == nil {
		err = look.trailers(trailer)
	}
	return err
}

// decoded scans the decoded text of a body with a content coding.
func (l scanner) decoded(coding string, content []byte) error {
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
