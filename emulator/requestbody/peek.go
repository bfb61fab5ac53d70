package requestbody

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

var (
	// ErrOverLimit is returned by [Peek] for a body that is larger than the limit.
	ErrOverLimit = errors.New("the body is too large")
	// ErrShort is returned by [Peek] for a body that ended early, for example because the client has disconnected.
	ErrShort = errors.New("the body ended early")
)

// Peek returns the body of a request that has at most limit bytes, and puts back what it has read. It returns nil where the request has
// no body. The error is [ErrOverLimit] or [ErrShort].
func Peek(r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	if r.ContentLength > limit {
		return nil, ErrOverLimit
	}
	original := r.Body
	content, err := io.ReadAll(io.LimitReader(original, limit+1))
	r.Body = splice{io.MultiReader(bytes.NewReader(content), original), original}
	switch {
	case err != nil:
		return nil, ErrShort
	case int64(len(content)) > limit:
		return nil, ErrOverLimit
	}
	return content, nil
}

// splice is a body of which a part was read and put back.
type splice struct {
	io.Reader
	io.Closer
}
