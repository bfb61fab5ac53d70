package signingkey

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator"
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

// Followed is the key that signs an emulator's tokens. A key in the storage is read again while there are requests that need
// it, from Follow on.
type Followed struct {
	keys    *Keys
	storage Storage       // nil for a key that stays as it is
	ttl     time.Duration // of tokens
	now     func() time.Time
	logger  *zap.Logger

	following sync.Once

	mu       sync.Mutex
	followed bool
	key      *oauth.SigningKey
	pem      []byte        // as the storage had it, for the key
	next     time.Time     // when to read it again
	reading  chan struct{} // nil for no read under way
	failing  bool          // the last read has failed, which was told

	replaced []previousKey // to be added to the list in the storage; only read uses it
}

// openStored returns the key that the storage has, or the one that Start will put into it.
func (k *Keys) openStored(ctx context.Context, in Storage, ttl time.Duration, logger *zap.Logger) (*Followed, error) {
	if ttl == 0 {
		ttl = emulator.DefaultTokenTTL
	}
	key, err := k.peek(ctx, in)
	return &Followed{keys: k, storage: in, ttl: ttl, now: time.Now, logger: logger, key: key}, err
}

// Start puts the key into the storage, or takes the one that is there by now. It is called once, before the key is needed.
func (f *Followed) Start(ctx context.Context) error {
	if f.storage == nil {
		return nil
	}
	key, err := f.keys.share(ctx, f.storage, f.logger)
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

// Follow begins to read the storage again. It is called when the configuration has started or serves its first request: a
// configuration that fails changes nothing of the instance's keys.
func (f *Followed) Follow() { f.following.Do(f.begin) }

func (f *Followed) begin() {
	if f.storage == nil {
		return
	}
	key, before := f.Current(), f.keys.lastStored()
	f.keys.setStored(key)
	if before != nil {
		f.note(before, key)
	}
	ctx, cancel := context.WithTimeout(context.Background(), storageTimeout)
	defer cancel()
	if err := f.sharePrevious(ctx); err != nil {
		f.warn(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.followed, f.next = true, f.now().Add(followAtLeast)
}

// Current returns the key that signs now. It reads the storage if that was long ago, and waits a moment for what it says.
func (f *Followed) Current() *oauth.SigningKey {
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
func (f *Followed) read() {
	ctx, cancel := context.WithTimeout(context.Background(), followTimeout)
	defer cancel()
	begin := f.now()
	key, pem, err := f.load(ctx)
	if err == nil {
		f.mu.Lock()
		before := f.key
		f.key, f.pem = key, pem
		f.mu.Unlock()
		f.keys.setStored(key)
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

func (f *Followed) warn(err error) {
	f.logger.Warn("the storage failed: the keys are those from before", zap.String("option", "signing_key"), zap.Error(err))
}

// load returns the key of the storage: the one from before where its text is the same, or where it is not there any more.
func (f *Followed) load(ctx context.Context) (*oauth.SigningKey, []byte, error) {
	place := keyPath(f.keys.Instance)
	pem, err := f.storage.Load(ctx, place.Value)
	f.mu.Lock()
	key, known := f.key, f.pem
	f.mu.Unlock()
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && bytes.Equal(pem, known):
		return key, known, nil
	case err != nil:
		return nil, nil, fmt.Errorf("load %s: %w", place, place.Cause(err))
	}
	if key, err = parse(pem, place); err != nil {
		return nil, nil, err
	}
	return key, pem, nil
}
