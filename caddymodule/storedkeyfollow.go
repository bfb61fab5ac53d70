package caddymodule

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

const (
	// followAtLeast and followAtMost bound how long what the storage said of the key is taken as it is, while there are
	// requests: replicas know of another key within 5 seconds.
	followAtLeast, followAtMost = 200 * time.Millisecond, 2500 * time.Millisecond
	// followShare keeps reading the storage to a small part of the time: the pause is so many times as long as a read.
	followShare = 20
	// followTimeout ends a read, and followWait is how long the request that gave rise to it waits for it.
	followTimeout, followWait = 2 * time.Second, 250 * time.Millisecond
)

// followedKey is the key that signs an emulator's tokens. If it is in the storage, it is read again while there are requests
// that need it, once it is followed.
type followedKey struct {
	use     *instanceUse
	storage keyStorage    // nil for a key that stays as it is
	ttl     time.Duration // of tokens
	now     func() time.Time

	following sync.Once

	mu       sync.Mutex
	followed bool
	key      *oauth.SigningKey
	pem      []byte        // as the storage had it, for the key
	next     time.Time     // when to read it again
	reading  chan struct{} // nil for no read under way
	failing  bool          // the last read has failed, which was told

	replaced []previousKey // that the storage is to be told of; of the one who reads
}

// followStoredKey returns the key that the storage has, or the one that is to be put into it when it is started. It changes
// nothing.
func (u *instanceUse) followStoredKey(ctx context.Context, storage keyStorage, ttl time.Duration) (*followedKey, error) {
	if ttl == 0 {
		ttl = emulator.DefaultTokenTTL
	}
	key, err := u.readStoredKey(ctx, storage)
	return &followedKey{use: u, storage: storage, ttl: ttl, now: time.Now, key: key}, err
}

// start puts the key into the storage, or takes the one that is there by now. It is called once, before the key is needed.
func (f *followedKey) start(ctx context.Context) error {
	if f.storage == nil {
		return nil
	}
	key, err := f.use.storedKey(ctx, f.storage)
	if err != nil {
		return err
	}
	pem, err := key.PEM()
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.key, f.pem = key, pem
	return nil
}

// follow has the key followed that was started, when the configuration has started or serves its first request: of a
// configuration that fails, the instance knows no key.
func (f *followedKey) follow() { f.following.Do(f.begin) }

func (f *followedKey) begin() {
	if f.storage == nil {
		return
	}
	key, before := f.current(), f.use.instance.heldKey()
	f.use.instance.holdKey(key)
	if before != nil {
		f.note(before, key)
	}
	ctx, cancel := context.WithTimeout(context.Background(), storagePatience)
	defer cancel()
	if err := f.sharePrevious(ctx); err != nil {
		f.warn(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.followed, f.next = true, f.now().Add(followAtLeast)
}

// current returns the key that signs now. It reads the storage if that was long ago, and waits a moment for what it says.
func (f *followedKey) current() *oauth.SigningKey {
	f.mu.Lock()
	if !f.followed || f.reading != nil || f.now().Before(f.next) {
		defer f.mu.Unlock()
		return f.key
	}
	done := make(chan struct{})
	f.reading = done
	f.mu.Unlock()
	go f.read()
	timer := time.NewTimer(followWait)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.key
}

// read reads the storage once.
func (f *followedKey) read() {
	ctx, cancel := context.WithTimeout(context.Background(), followTimeout)
	defer cancel()
	begin := f.now()
	key, pem, err := f.load(ctx)
	if err == nil {
		f.mu.Lock()
		before := f.key
		f.key, f.pem = key, pem
		f.mu.Unlock()
		f.use.instance.holdKey(key)
		f.note(before, key)
		err = f.sharePrevious(ctx)
	}

	f.mu.Lock()
	defer f.mu.Unlock()
	pause := min(max(followShare*f.now().Sub(begin), followAtLeast), followAtMost)
	if err != nil {
		pause = followAtMost
		if !f.failing {
			f.warn(err)
		}
	}
	f.failing = err != nil
	f.next = f.now().Add(pause)
	close(f.reading)
	f.reading = nil
}

func (f *followedKey) warn(err error) {
	f.use.logger.Warn("the storage failed: the keys are those from before", zap.String("option", "signing_key"), zap.Error(err))
}

// load returns the key of the storage, which is the one from before if its text is. One that was taken away is kept.
func (f *followedKey) load(ctx context.Context) (*oauth.SigningKey, []byte, error) {
	place := f.use.instance.keyPath()
	pem, err := f.storage.Load(ctx, place.value)
	f.mu.Lock()
	key, known := f.key, f.pem
	f.mu.Unlock()
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && bytes.Equal(pem, known):
		return key, known, nil
	case err != nil:
		return nil, nil, fmt.Errorf("load %s: %w", place, place.cause(err))
	}
	if key, err = oauth.ParseKey(pem); err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %w", place, errBadStoredKey, err)
	}
	return key, pem, nil
}

// previousKey is a key that was replaced, as the storage has it.
type previousKey struct {
	JWK   json.RawMessage `json:"jwk"`
	Until time.Time       `json:"until"` // its last token has expired
}

// note has the tokens of a key verify that was replaced by another one, and has the storage told of it.
func (f *followedKey) note(before, now *oauth.SigningKey) {
	if before.KeyID() == now.KeyID() {
		return
	}
	f.use.logger.Info("the signing key was replaced in the storage", zap.String("instance", f.use.instance.title()))
	// Other processes may have applications that were created at run time, beside those of the seed.
	ttl := max(f.ttl, oauth.LongestTTL(f.use.instance.store, f.ttl))
	if f.use.instance.replays() {
		ttl = max(ttl, limits.ReplayedTTL)
	}
	until := f.now().Add(ttl)
	if last := before.LastExpiry(); last.After(until) {
		until = last
	}
	f.use.instance.keys.Keep(&before.PublicKey, until)
	f.replaced = append(f.replaced, previousKey{before.PublicJWK(), until.UTC()})
}

// sharePrevious has the tokens verify of the keys that other processes have found to be replaced, and tells these of those
// that this one has. What fails is done with the next read.
func (f *followedKey) sharePrevious(ctx context.Context) error {
	_, err := f.loadPrevious(ctx)
	if err != nil || len(f.replaced) == 0 {
		return err
	}
	if err := f.storePrevious(ctx); err != nil {
		return err
	}
	f.replaced = nil
	return nil
}

// loadPrevious reads those keys, and keeps them.
func (f *followedKey) loadPrevious(ctx context.Context) ([]previousKey, error) {
	place := f.use.instance.previousKeysPath()
	data, err := f.storage.Load(ctx, place.value)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("load %s: %w", place, place.cause(err))
	}
	var previous []previousKey
	if err := json.Unmarshal(data, &previous); err != nil {
		return nil, fmt.Errorf("%s: not a list of keys", place)
	}
	for _, p := range previous {
		public, err := oauth.ParsePublicKey(p.JWK)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		if f.now().Before(p.Until) {
			f.use.instance.keys.Keep(public, p.Until)
		}
	}
	return previous, nil
}

// storePrevious adds to the list, under the storage's lock, and takes those off whose tokens have expired.
func (f *followedKey) storePrevious(ctx context.Context) (err error) {
	lock, place := f.use.instance.keyPath(), f.use.instance.previousKeysPath()
	if err := f.storage.Lock(ctx, lock.value); err != nil {
		return fmt.Errorf("lock %s: %w", lock, lock.cause(err))
	}
	defer func() {
		if failed := f.storage.Unlock(context.WithoutCancel(ctx), lock.value); failed != nil {
			err = errors.Join(err, fmt.Errorf("unlock %s: %w", lock, lock.cause(failed)))
		}
	}()
	known, err := f.loadPrevious(ctx)
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(joinPrevious(append(known, f.replaced...), f.now()))
	if err != nil {
		return err
	}
	if err := f.storage.Store(ctx, place.value, encoded); err != nil {
		return fmt.Errorf("store %s: %w", place, place.cause(err))
	}
	return nil
}

// joinPrevious makes one entry of those of one key, and leaves out what has expired.
func joinPrevious(keys []previousKey, now time.Time) []previousKey {
	joined := []previousKey{}
	for _, key := range keys {
		same := slices.IndexFunc(joined, func(other previousKey) bool { return bytes.Equal(other.JWK, key.JWK) })
		switch {
		case !now.Before(key.Until):
		case same < 0:
			joined = append(joined, key)
		case key.Until.After(joined[same].Until):
			joined[same].Until = key.Until
		}
	}
	return joined
}

// previousKeysPath is where the storage holds the public parts of the keys that were replaced.
func (i *instance) previousKeysPath() option {
	place := i.keyPath()
	const name = "/previous_keys.json"
	place.value, place.text = path.Dir(place.value)+name, path.Dir(place.text)+name
	return place
}
