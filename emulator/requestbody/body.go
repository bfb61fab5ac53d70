// Package requestbody reads the body of a request, and puts it back, so that the request can be passed on afterwards.
package requestbody

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// The errors of reading and parsing a body. ErrEndedEarly wraps ErrMalformed.
var (
	ErrTooLarge   = fmt.Errorf("the request body is larger than %d MiB", limits.RequestBody/limits.MiB)
	ErrMalformed  = errors.New("the request body is malformed")
	ErrEndedEarly = fmt.Errorf("%w: it ended early", ErrMalformed)
)

// Body is the body of a request. It is read at most once, and stays readable for the next handler. It must be used by one goroutine.
type Body struct {
	request *http.Request
	read    bool
	content []byte
	err     error
}

// Of returns the body of a request. It does not read it.
func Of(r *http.Request) Body { return Body{request: r} }

// Content returns the whole body. The error is [ErrTooLarge] for more than limits.RequestBody bytes, or [ErrEndedEarly].
func (b *Body) Content() ([]byte, error) {
	if b.read {
		return b.content, b.err
	}
	b.read = true
	b.content, b.err = Peek(b.request, limits.RequestBody)
	switch {
	case errors.Is(b.err, ErrOverLimit):
		b.err = ErrTooLarge
	case b.err != nil:
		b.err = ErrEndedEarly
	}
	return b.content, b.err
}
