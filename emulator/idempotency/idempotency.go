// Package idempotency gives the answer to a request with an Idempotency-Key again (WORKOS.md, "Generic conduct").
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

// window is how long an answer is given again (WORKOS.md, "Generic conduct").
const window = 24 * time.Hour

const (
	// maxAnswers is how many answers are kept, about a kilobyte each: SDKs send a new key with every POST.
	maxAnswers = 10_000
	// sweepAfter is after how many new answers there may be too many.
	sweepAfter = 1000
)

// Answers remembers the answers of an emulator. Use [New].
type Answers struct {
	store   *store.Store
	random  io.Reader
	logger  *zap.Logger
	repeats keyedMutex   // locked while a request with an Idempotency-Key is answered
	kept    atomic.Int64 // how many answers were stored
}

// New returns Answers that are stored in a store.
func New(s *store.Store, random io.Reader, logger *zap.Logger) *Answers {
	return &Answers{store: s, random: random, logger: logger}
}

// Once runs a handler that creates something at most once for an Idempotency-Key of a caller, and gives its answer again to the
// same request. Refusals are not remembered: what was refused may be asked for again.
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
	r.View = a.store.View() // what another request with this key did is now to be seen
	if before, ok := r.View.Answer(answerID); ok && r.Now.Sub(before.CreatedAt) < window {
		if before.CreatedAt.After(r.Now) { // the clock went back: the answer is to be forgotten a window from now
			if err := a.store.Update(func(tx *store.Txn) error { return tx.DateAnswer(answerID, r.Now) }); err != nil {
				a.logger.Warn("a kept answer could not be dated", zap.Error(err))
			}
		}
		if !before.Request.Equal(request) {
			return api.Answer{}, api.BadRequest("idempotency_key_reused", "The Idempotency-Key was used for a request with another body.")
		}
		return open(key, before.Sealed)
	}
	answer, err := handler(r)
	if err != nil {
		return api.Answer{}, err
	}
	if err := a.remember(r.Now, key, answerID, request, answer); err != nil {
		// The resource exists; an error now would only make the caller create it a second time.
		a.logger.Error("an answer could not be kept for its Idempotency-Key", zap.Error(err))
	}
	return answer, nil
}

func (a *Answers) remember(now time.Time, key, answerID string, request store.Digest, answer api.Answer) error {
	sealed, err := seal(key, answer, a.random)
	if err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Txn) error {
		if a.kept.Add(1)%sweepAfter == 1 {
			if err := tx.DropOldestAnswers(maxAnswers); err != nil {
				return err
			}
		}
		if err := tx.DateLaterAnswers(now); err != nil {
			return err
		}
		if err := tx.DropAnswersBefore(now.Add(-window + 1)); err != nil { // a nanosecond: that moment included
			return err
		}
		return tx.InsertAnswer(store.Answer{
			Meta:    store.Meta{ID: answerID, CreatedAt: now, UpdatedAt: now},
			Request: request,
			Sealed:  sealed,
		})
	})
}
