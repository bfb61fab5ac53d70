// Package idempotency replays the answer to a request that is repeated with the same Idempotency-Key (WORKOS.md, "Generic conduct").
package idempotency

import (
	"encoding/hex"
	"io"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// window is how long an answer is replayed (WORKOS.md, "Generic conduct").
const window = 24 * time.Hour

const (
	// maxAnswers is how many answers are stored, about a kilobyte each: SDKs send a new key with every POST.
	maxAnswers = 10_000
	// sweepAfter is the number of new answers after which the oldest beyond maxAnswers are dropped.
	sweepAfter = 1000
)

// Answers stores the answers of an emulator, to replay them. It is safe for concurrent use. Use [New].
type Answers struct {
	store   *store.Store
	random  io.Reader
	logger  *zap.Logger
	repeats keyedMutex   // locked for an Idempotency-Key while a request with it is answered
	stored  atomic.Int64 // how many answers were ever stored
}

// New returns Answers that are stored in s, encrypted with nonces from random.
func New(s *store.Store, random io.Reader, logger *zap.Logger) *Answers {
	return &Answers{store: s, random: random, logger: logger}
}

// Once runs a handler at most once for each Idempotency-Key of a caller, and replays its answer to the same request. That applies to
// routes with [api.Route.Creates]; for other requests it only runs the handler. Errors are not stored: the request may be repeated.
// A key that was used for a request with another body is the 400 `idempotency_key_reused`.
func (a *Answers) Once(r *api.Request, caller store.Digest, handler api.Handler) (api.Answer, error) {
	key := r.Header().Get("Idempotency-Key")
	if key == "" || r.Route == nil || !r.Route.Creates {
		return handler(r)
	}
	content, err := r.Body.Content()
	if err != nil {
		return api.Answer{}, err
	}
	request := store.DigestOf(string(content))
	answerID := id.Derive("answer", hex.EncodeToString(caller[:]), r.EscapedPath(), key)

	defer a.repeats.lock(answerID)()
	r.View = a.store.View() // with what an earlier request with this key has stored
	if before, ok := r.View.Answer(answerID); ok && r.Now.Sub(before.CreatedAt) < window {
		if before.CreatedAt.After(r.Now) { // the clock was set back: make the answer expire a window from now
			if err := a.store.Update(func(tx *store.Txn) error { return tx.DateAnswer(answerID, r.Now) }); err != nil {
				a.logger.Warn("a kept answer could not be dated", zap.Error(err))
			}
		}
		if !before.Request.Equal(request) {
			return api.Answer{}, api.BadRequest("idempotency_key_reused", "The Idempotency-Key was used for a request with another body.")
		}
		return Open(key, before.Sealed)
	}
	answer, err := handler(r)
	if err != nil {
		return api.Answer{}, err
	}
	if err := a.remember(r.Now, key, answerID, request, answer); err != nil {
		// The resource exists. An error now would make the caller create another one.
		a.logger.Error("an answer could not be kept for its Idempotency-Key", zap.Error(err))
	}
	return answer, nil
}

func (a *Answers) remember(now time.Time, key, answerID string, request store.Digest, answer api.Answer) error {
	sealed, err := Seal(key, answer, a.random)
	if err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Txn) error {
		if a.stored.Add(1)%sweepAfter == 1 {
			if err := tx.DropOldestAnswers(maxAnswers); err != nil {
				return err
			}
		}
		if err := tx.DateLaterAnswers(now); err != nil {
			return err
		}
		if err := tx.DropAnswersBefore(now.Add(-window + 1)); err != nil { // 1 ns, so that an answer of exactly that time is dropped
			return err
		}
		return tx.InsertAnswer(store.Answer{
			Meta:    store.Meta{ID: answerID, CreatedAt: now, UpdatedAt: now},
			Request: request,
			Sealed:  sealed,
		})
	})
}
