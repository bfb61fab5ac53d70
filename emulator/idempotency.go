package emulator

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/store"
)

// idempotencyWindow is how long an answer is given again (WORKOS.md, "Generic conduct").
const idempotencyWindow = 24 * time.Hour

const (
	// maxAnswers is how many answers are kept, about a kilobyte each: SDKs send a new key with every POST.
	maxAnswers = 10_000
	// sweepAfter is after how many new answers there may be too many.
	sweepAfter = 1000
)

// once runs a handler that creates something at most once for an Idempotency-Key, and gives its answer again to the
// same request. Refusals are not remembered: what was refused may be asked for again.
func (c *call) once(handler func(*call) (answer, error)) (answer, error) {
	key := c.http.Header.Get("Idempotency-Key")
	if key == "" || c.route == nil || !c.route.creates {
		return handler(c)
	}
	content, err := c.read()
	if err != nil {
		return answer{}, err
	}
	request := store.DigestOf(string(content))
	answerID := id.Derive("answer", hex.EncodeToString(c.caller.key[:]), mergeSlashes(c.http.URL.EscapedPath()), key)

	defer c.emulator.repeats.lock(answerID)()
	c.txn = c.emulator.Store.View() // what another request with this key did is now to be seen
	if before, ok := c.txn.Answer(answerID); ok && c.now.Sub(before.CreatedAt) < idempotencyWindow {
		if before.CreatedAt.After(c.now) { // the clock went back: the answer is to be forgotten a window from now
			if err := c.emulator.Store.Update(func(tx *store.Txn) error { return tx.DateAnswer(answerID, c.now) }); err != nil {
				c.emulator.Logger.Warn("a kept answer could not be dated", zap.Error(err))
			}
		}
		if !before.Request.Equal(request) {
			return answer{}, errBadRequest("idempotency_key_reused", "The Idempotency-Key was used for a request with another body.")
		}
		return openAnswer(key, before.Sealed)
	}
	a, err := handler(c)
	if err != nil {
		return answer{}, err
	}
	if err := c.remember(key, answerID, request, a); err != nil {
		// The resource exists; an error now would only make the caller create it a second time.
		c.emulator.Logger.Error("an answer could not be kept for its Idempotency-Key", zap.Error(err))
	}
	return a, nil
}

func (c *call) remember(key, answerID string, request store.Digest, a answer) error {
	sealed, err := sealAnswer(key, a, c.emulator.Random)
	if err != nil {
		return err
	}
	return c.emulator.Store.Update(func(tx *store.Txn) error {
		if c.emulator.kept.Add(1)%sweepAfter == 1 {
			if err := tx.DropOldestAnswers(maxAnswers); err != nil {
				return err
			}
		}
		if err := tx.DateLaterAnswers(c.now); err != nil {
			return err
		}
		if err := tx.DropAnswersBefore(c.now.Add(-idempotencyWindow + 1)); err != nil { // a nanosecond: that moment included
			return err
		}
		return tx.InsertAnswer(store.Answer{
			Meta:    store.Meta{ID: answerID, CreatedAt: c.now, UpdatedAt: c.now},
			Request: request,
			Sealed:  sealed,
		})
	})
}

// keptAnswer is an answer as it is sealed.
type keptAnswer struct {
	Status int
	Body   json.RawMessage
}

func sealAnswer(key string, a answer, random io.Reader) ([]byte, error) {
	body, err := a.encode()
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(keptAnswer{a.status, body})
	if err != nil {
		return nil, err
	}
	box, err := boxFor(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("make a nonce: %w", err)
	}
	return box.Seal(nonce, nonce, plain, nil), nil
}

func openAnswer(key string, sealed []byte) (answer, error) {
	box, err := boxFor(key)
	if err != nil {
		return answer{}, err
	}
	if len(sealed) < box.NonceSize() {
		return answer{}, errors.New("a kept answer is too short")
	}
	plain, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], nil)
	if err != nil {
		return answer{}, fmt.Errorf("open a kept answer: %w", err)
	}
	var kept keptAnswer
	if err := json.Unmarshal(plain, &kept); err != nil {
		return answer{}, fmt.Errorf("decode a kept answer: %w", err)
	}
	return answer{status: kept.Status, raw: kept.Body}, nil
}

// boxFor returns the cipher whose key only the holder of the Idempotency-Key can make: an answer may hold a new secret,
// of which the store is to keep no more than the digest.
func boxFor(key string) (cipher.AEAD, error) {
	secret := sha256.Sum256([]byte("answer\x00" + key))
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// keyedMutex is a mutex for each of many keys, of which only those in use take up memory. Its zero value is ready.
type keyedMutex struct {
	mu    sync.Mutex
	inUse map[string]*sharedMutex
}

type sharedMutex struct {
	sync.Mutex
	users int
}

// lock locks the mutex of a key and returns what unlocks it.
func (m *keyedMutex) lock(key string) (unlock func()) {
	m.mu.Lock()
	if m.inUse == nil {
		m.inUse = map[string]*sharedMutex{}
	}
	shared := m.inUse[key]
	if shared == nil {
		shared = &sharedMutex{}
		m.inUse[key] = shared
	}
	shared.users++
	m.mu.Unlock()

	shared.Lock()
	return func() {
		shared.Unlock()
		m.mu.Lock()
		defer m.mu.Unlock()
		if shared.users--; shared.users == 0 {
			delete(m.inUse, key)
		}
	}
}
