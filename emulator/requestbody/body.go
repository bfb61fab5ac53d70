// Package requestbody reads the body of a request that may be passed on afterwards, and puts back what it read.
package requestbody

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// The errors of reading a body. ErrEndedEarly wraps ErrMalformed.
var (
	ErrTooLarge   = fmt.Errorf("the request body is larger than %d MiB", limits.RequestBody/limits.MiB)
	ErrMalformed  = errors.New("the request body is malformed")
	ErrEndedEarly = fmt.Errorf("%w: it ended early", ErrMalformed)
)

// Body is the body of a request, which is read at most once and stays readable for the next handler. It is for one goroutine.
type Body struct {
	request *http.Request
	read    bool
	content []byte
	err     error
}

// Of returns the body of a request, without reading it.
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
