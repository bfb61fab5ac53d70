package realkey

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
)

// Grant says where in a request the real key may be put. The zero value allows it nowhere.
type Grant struct {
	// Header allows the real key in the Authorization header.
	Header bool
	// Body lists the fields of the body that have a [Placeholder] for the real key, in order.
	Body []Field
	// Withheld is set where the caller's key could be exchanged for the real one, but the request must not be sent for another reason.
	// A recording may answer it.
	Withheld bool
}

// ContextKey is the key of the *Grant in a request's context.
var ContextKey any = contextKey{}

type contextKey struct{}

// GrantOf returns the Grant of a request's context, or the zero value.
func GrantOf(ctx context.Context) Grant {
	if grant, ok := ctx.Value(ContextKey).(*Grant); ok && grant != nil {
		return *grant
	}
	return Grant{}
}

// IsDecided reports whether a request's context has a Grant: the request has come through an emulator.
func IsDecided(ctx context.Context) bool {
	grant, ok := ctx.Value(ContextKey).(*Grant)
	return ok && grant != nil
}

// Allowed reports whether the real key may be put into the request. It may never be in a TRACE request, whose answer repeats the
// request.
func (g Grant) Allowed(r *http.Request) bool {
	return (g.Header || len(g.Body) > 0) && !IsTrace(r.Method)
}

// IsTrace reports whether a method is TRACE, in any letter case. Its answer repeats the request (RFC 9110 §9.3.8).
func IsTrace(method string) bool { return strings.EqualFold(method, http.MethodTrace) }

// errChanged is the error of a body that is not the one that the grant was made for.
var errChanged = errors.New("the body was changed on its way, so that the real key has no place in it")

// Put returns a copy of a request with the real key in every place that the grant allows. Where that is the body, the body of the
// request is read and closed. Call it only where [Grant.Allowed] is true.
func (g Grant) Put(r *http.Request, key *Key) (*http.Request, error) {
	keyed := r.WithContext(r.Context())
	keyed.Header = maps.Clone(r.Header)
	if g.Header {
		keyed.Header["Authorization"] = key.authorization
	}
	if len(g.Body) == 0 {
		return keyed, nil
	}
	content, err := io.ReadAll(io.LimitReader(r.Body, limits.RequestBody+1))
	if closed := r.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	if content, err = fill(content, g.Body, key.value); err != nil {
		return nil, err
	}
	keyed.Body = io.NopCloser(bytes.NewReader(content))
	keyed.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	keyed.ContentLength, keyed.TransferEncoding = int64(len(content)), nil
	if keyed.Header.Get("Content-Length") != "" {
		keyed.Header.Set("Content-Length", strconv.Itoa(len(content)))
	}
	return keyed, nil
}
