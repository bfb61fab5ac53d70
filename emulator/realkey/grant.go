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

// Grant says where in a request the real key may be put. The zero value is for a request that may not have it.
type Grant struct {
	// Header allows it in the Authorization header.
	Header bool
	// Body lists the fields of the body that have a [Placeholder] where it goes, in order.
	Body []Field
	// Withheld tells that the caller's key is good for the real one, which is not put in all the same: the request must not be
	// sent. What was recorded may answer it.
	Withheld bool
}

// ContextKey is where a request's context holds its *Grant.
var ContextKey any = contextKey{}

type contextKey struct{}

// GrantOf returns what a request's context allows.
func GrantOf(ctx context.Context) Grant {
	if grant, ok := ctx.Value(ContextKey).(*Grant); ok && grant != nil {
		return *grant
	}
	return Grant{}
}

// IsDecided tells whether it was decided what a request is allowed: it has come through an emulator.
func IsDecided(ctx context.Context) bool {
	grant, ok := ctx.Value(ContextKey).(*Grant)
	return ok && grant != nil
}

// Allowed tells whether the request may have the real key somewhere. It may never be in a request by TRACE, whose answer
// repeats it.
func (g Grant) Allowed(r *http.Request) bool {
	return (g.Header || len(g.Body) > 0) && !IsTrace(r.Method)
}

// IsTrace tells the method whose answer repeats the request (RFC 9110 §9.3.8), in any letter case.
func IsTrace(method string) bool { return strings.EqualFold(method, http.MethodTrace) }

// errChanged says that the body is not the one that the grant is about.
var errChanged = errors.New("the body was changed on its way, so that the real key has no place in it")

// Put returns a copy of a request that has the real key where it may be. The request's own body is read and closed. Call it
// only where [Grant.Allowed] says so.
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
