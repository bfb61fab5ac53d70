package upstream

import "errors"

// ErrNoAccess says that a request must not be sent, because the caller's key does not stand for the real one.
var ErrNoAccess = errors.New("the caller's key does not stand for the real one")

// ErrCutOff says that the upstream's answer ended before its end.
var ErrCutOff = errors.New("the upstream's answer was cut off")

// ErrAnswered says that the upstream's answer was too large to be read, and has been relayed to the caller.
var ErrAnswered = errors.New("the upstream's answer has been relayed")

// Refusal is the error of a request that must not be sent. It wraps the reason, which is [ErrNoAccess], an error of package
// guard's, or that of reading the body.
type Refusal struct{ error }

// Unwrap returns the reason.
func (r *Refusal) Unwrap() error { return r.error }

// Failure is an error of the next handler's, which it wraps.
type Failure struct{ error }

// Unwrap returns the next handler's error.
func (f *Failure) Unwrap() error { return f.error }

// Relayed is the error of an answer that cannot be made, because the caller is to see the upstream's own.
type Relayed struct{ *Reply }

func (*Relayed) Error() string { return "the upstream's answer is relayed" }
