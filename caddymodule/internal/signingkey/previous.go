package signingkey

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// previousKey is a key that was replaced, as the storage has it.
type previousKey struct {
	JWK   json.RawMessage `json:"jwk"`
	Until time.Time       `json:"until"` // its last token has expired
}

// note keeps the public part of a key that was replaced until its last token has expired, here and in the storage.
func (f *Followed) note(before, now *oauth.SigningKey) {
	if before.KeyID() == now.KeyID() {
		return
	}
	f.logger.Info("the signing key was replaced in the storage", zap.String("instance", f.keys.Instance.String()))
	// Other processes may have applications that were created at run time, beside those of the seed.
	until := f.now().Add(max(f.ttl, f.keys.LongestTTL(f.ttl)))
	if last := before.LastExpiry(); last.After(until) {
		until = last
	}
	f.keys.Replaced.Keep(&before.PublicKey, until)
	f.replaced = append(f.replaced, previousKey{before.PublicJWK(), until.UTC()})
}

// sharePrevious takes over the list of replaced keys in the storage, and adds those that this process has found. What fails is
// done with the next read.
func (f *Followed) sharePrevious(ctx context.Context) error {
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
func (f *Followed) loadPrevious(ctx context.Context) ([]previousKey, error) {
	place := previousPath(f.keys.Instance)
	data, err := f.storage.Load(ctx, place.Value)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("load %s: %w", place, place.Cause(err))
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
			f.keys.Replaced.Keep(public, p.Until)
		}
	}
	return previous, nil
}

// storePrevious adds to the list, under the storage's lock, and takes those off whose tokens have expired.
func (f *Followed) storePrevious(ctx context.Context) (err error) {
	lock, place := keyPath(f.keys.Instance), previousPath(f.keys.Instance)
	if err := f.storage.Lock(ctx, lock.Value); err != nil {
		return fmt.Errorf("lock %s: %w", lock, lock.Cause(err))
	}
	defer func() {
		if failed := f.storage.Unlock(context.WithoutCancel(ctx), lock.Value); failed != nil {
			err = errors.Join(err, fmt.Errorf("unlock %s: %w", lock, lock.Cause(failed)))
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
	if err := f.storage.Store(ctx, place.Value, encoded); err != nil {
		return fmt.Errorf("store %s: %w", place, place.Cause(err))
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

// previousPath is where the storage holds the public parts of the keys that were replaced.
func previousPath(instance option.Option) option.Option {
	place := keyPath(instance)
	const name = "/previous_keys.json"
	place.Value, place.Text = path.Dir(place.Value)+name, path.Dir(place.Text)+name
	return place
}
