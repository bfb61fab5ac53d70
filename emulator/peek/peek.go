// Package peek looks into the body of a request that may go on to another handler, which is to find it as it came.
package peek

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

var (
	// ErrTooLarge says that a body is larger than what was to be read of it.
	ErrTooLarge = errors.New("the body is too large")
	// ErrShort says that a body ended before its end.
	ErrShort = errors.New("the body ended early")
)

// Body returns the body of a request, if it has at most limit bytes, and puts back what it read. It is empty where the
// request has none.
func Body(r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	if r.ContentLength > limit {
		return nil, ErrTooLarge
	}
	original := r.Body
	content, err := io.ReadAll(io.LimitReader(original, limit+1))
	r.Body = splice{io.MultiReader(bytes.NewReader(content), original), original}
	switch {
	case err != nil:
		return nil, ErrShort
	case int64(len(content)) > limit:
		return nil, ErrTooLarge
	}
	return content, nil
}

// splice is a body whose beginning was read and put back.
type splice struct {
	io.Reader
	io.Closer
}
