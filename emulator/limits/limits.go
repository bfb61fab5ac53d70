// Package limits bounds what comes from outside: callers' bodies, answers of the upstream, and fixtures on the disk. Each
// limit is written here, and nowhere else.
package limits

import (
	"fmt"
	"time"
)

const (
	// RequestBody is how much of a request's body is read to look inside, in bytes. What is larger goes on unread.
	RequestBody = 1 << 20
	// AnswerBody is how much of an answer is read to be merged or recorded, in bytes. It bounds the body of an answer in a
	// fixture too.
	AnswerBody = 10 << 20
	// FixtureFile is the largest file of a fixture, in bytes. One answer always fits: JSON needs at most six bytes for one.
	FixtureFile = 128 << 20
	// Token is the longest JWT of the upstream's that is verified, in bytes.
	Token = 64 << 10
	// ReplayedTTL is how long the token of a fixture lives, whoever edited it.
	ReplayedTTL = 24 * time.Hour
	// Document is the largest JWKS or discovery document that is merged, in bytes: those of WorkOS have a few thousand.
	Document = 1 << 20
	// Documents is how many documents are stored whose paths callers choose.
	Documents = 64
	// DocumentFetches is how many of those are fetched at the same time.
	DocumentFetches = 8
	// ListFetches is how many pages of the upstream's are read for one page of a merged list.
	ListFetches = 100
	// Depth is how deep JSON may nest: the arrays and objects that a value is in, at most.
	Depth = 1000
	// FixtureDepth is how deep a fixture's file may nest, whose bodies are three levels down: /responses/0/body.
	FixtureDepth = Depth + 3
)

// MiB is for messages that tell a limit.
const MiB = 1 << 20

// ErrTooDeep says that JSON nests deeper than Depth.
var ErrTooDeep = fmt.Errorf("the JSON nests deeper than %d levels", Depth)
