// Package limits has the limits on input: on the bodies of callers, the answers of the upstream, and fixtures on the disk.
package limits

import (
	"fmt"
	"time"
)

const (
	// RequestBody is the largest body of a request that is parsed, in bytes.
	RequestBody = 1 << 20
	// AnswerBody is the largest body of an answer that is merged, recorded or replayed, in bytes.
	AnswerBody = 10 << 20
	// FixtureFile is the largest file of a fixture, in bytes. One answer always fits, as JSON needs at most six bytes for one byte.
	FixtureFile = 128 << 20
	// Token is the longest JWT of the upstream that is verified, in bytes.
	Token = 64 << 10
	// ReplayedTTL is the longest lifetime of a token in a fixture, even if the fixture was edited.
	ReplayedTTL = 24 * time.Hour
	// Document is the largest JWKS or discovery document that is merged, in bytes. Those of WorkOS have a few thousand.
	Document = 1 << 20
	// Documents is how many of the documents are stored whose paths callers choose.
	Documents = 64
	// DocumentFetches is how many of those are fetched at the same time.
	DocumentFetches = 8
	// ListFetches is how many pages of the upstream are read for one page of a merged list.
	ListFetches = 100
	// Depth is how deep JSON may nest: how many arrays and objects a value may be in.
	Depth = 1000
	// FixtureDepth is how deep the file of a fixture may nest. Its bodies are three levels down, as in /responses/0/body.
	FixtureDepth = Depth + 3
)

// MiB is the number of bytes in a mebibyte, for messages that name a limit.
const MiB = 1 << 20

// ErrTooDeep is returned for JSON that nests too deep.
var ErrTooDeep = fmt.Errorf("the JSON nests deeper than %d levels", Depth)
