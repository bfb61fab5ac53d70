package upstream

import "errors"

// ErrNoAccess is the error of a request that must not be sent, because the caller's key may not be exchanged for the real one.
var ErrNoAccess = errors.New("the caller's key does not stand for the real one")

// ErrCutOff is returned where the upstream's answer ended early. It is answered with `upstream_unreachable`.
var ErrCutOff = errors.New("the upstream's answer was cut off")

// ErrAnswered is returned where the upstream's answer was too large to be read. It has been relayed to the caller.
var ErrAnswered = errors.New("the upstream's answer has been relayed")

// Refusal is the error of a request that must not be sent. It wraps the reason: [ErrNoAccess], an error of package guard, or an
// error of package requestbody.
type Refusal struct{ error }

// Unwrap returns the reason.
func (r *Refusal) Unwrap() error { return r.error }

// Failure wraps an error that the next handler has returned.
type Failure struct{ error }

// Unwrap returns the next handler's error.
func (f *Failure) Unwrap() error { return f.error }

// Relayed is the error of a handler that does not answer itself: the reply of the upstream is to be relayed to the caller.
type Relayed struct{ *Reply }

// Error describes what happens to the reply.
func (*Relayed) Error() string { return "the upstream's answer is relayed" }
