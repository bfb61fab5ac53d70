package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"go.uber.org/zap"
)

// storedSigningKey is the value of signing_key that stands for a key in Caddy's storage.
const storedSigningKey = "storage"

// storagePatience is how long the storage may take: a configuration that hangs tells nobody why.
const storagePatience = 30 * time.Second

// keyStorage is what a shared key needs of Caddy's storage.
type keyStorage interface {
	Lock(ctx context.Context, name string) error
	Unlock(ctx context.Context, name string) error
	Load(ctx context.Context, key string) ([]byte, error)
	Store(ctx context.Context, key string, value []byte) error
}

// errBadStoredKey says that the storage works, and that what it holds does not.
var errBadStoredKey = errors.New("not a signing key")

// storedKey returns the key that all processes on one storage share. An instance that holds one needs the storage no more. What the storage says counts as long as it answers, so that all replicas follow it to another key.
func (c *instanceUse) storedKey(ctx context.Context, storage keyStorage) (*oauth.SigningKey, error) {
	held := c.instance.heldKey()
	key, err := c.sharedKey(ctx, storage, held)
	switch {
	case err == nil:
		return key, nil
	case held != nil && !errors.Is(err, errBadStoredKey):
		c.logger.Warn("the storage failed: tokens are signed with the key from before", zap.String("option", "signing_key"), zap.Error(err))
		return held, nil
	}
	return nil, fmt.Errorf("storage: %w", err)
}

// readStoredKey returns the key that the storage has, or the one that is to be put into it: see storedKey, which does that. It
// changes nothing.
func (c *instanceUse) readStoredKey(ctx context.Context, storage keyStorage) (*oauth.SigningKey, error) {
	ctx, cancel := context.WithTimeout(ctx, storagePatience)
	defer cancel()
	key, err := loadKey(ctx, storage, c.instance.keyPath())
	switch held := c.instance.heldKey(); {
	case err == nil:
		return key, nil
	case held != nil && !errors.Is(err, errBadStoredKey):
		return held, nil // storedKey warns
	case errors.Is(err, fs.ErrNotExist):
		return c.instance.generatedKey()
	}
	return nil, fmt.Errorf("storage: %w", err)
}

// sharedKey reads the key, or stores the one that is held or made if there is none. Only storing takes the lock.
func (c *instanceUse) sharedKey(ctx context.Context, storage keyStorage, held *oauth.SigningKey) (key *oauth.SigningKey, err error) {
	ctx, cancel := context.WithTimeout(ctx, storagePatience)
	defer cancel()
	path := c.instance.keyPath()
	if key, err := loadKey(ctx, storage, path); !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := storage.Lock(ctx, path.value); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, path.cause(err))
	}
	defer func() {
		if err := storage.Unlock(context.WithoutCancel(ctx), path.value); err != nil {
			c.logger.Warn("the storage's lock could not be released", zap.Stringer("lock", path), zap.Error(path.cause(err)))
		}
	}()
	if key, err := loadKey(ctx, storage, path); !errors.Is(err, fs.ErrNotExist) {
		return key, err // another process was faster
	}
	if key = held; key == nil {
		if key, err = c.instance.generatedKey(); err != nil {
			return nil, err
		}
	}
	pem, err := key.PEM()
	if err != nil {
		return nil, err
	}
	if err := storage.Store(ctx, path.value, pem); err != nil {
		return nil, fmt.Errorf("store %s: %w", path, path.cause(err))
	}
	return key, nil
}

func loadKey(ctx context.Context, storage keyStorage, path option) (*oauth.SigningKey, error) {
	pem, err := storage.Load(ctx, path.value)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, path.cause(err))
	}
	key, err := oauth.ParseKey(pem)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", path, errBadStoredKey, err)
	}
	return key, nil
}

// keyPath is where the storage holds the instance's key. It is shown as the instance is.
func (i *instance) keyPath() option {
	path := option{name: "signing_key", value: keyPath(i.name)}
	if path.text = path.value; i.title() != i.name {
		path.text = "workos/" + i.title() + "/signing_key.pem"
	}
	return path
}

// keyPath is where the storage holds an instance's key. The name is one component of it, whatever is in it.
func keyPath(instance string) string {
	return "workos/" + strings.ReplaceAll(url.QueryEscape(instance), ".", "%2E") + "/signing_key.pem"
}

func (i *instance) heldKey() *oauth.SigningKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.stored
}

func (i *instance) holdKey(key *oauth.SigningKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.stored = key
}
