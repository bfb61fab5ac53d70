package signingkey

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// storageTimeout is how long the storage may take when a configuration is loaded or started.
const storageTimeout = 30 * time.Second

// Storage is what a shared key needs of Caddy's storage.
type Storage interface {
	Lock(ctx context.Context, name string) error
	Unlock(ctx context.Context, name string) error
	Load(ctx context.Context, key string) ([]byte, error)
	Store(ctx context.Context, key string, value []byte) error
}

// errBadStoredKey says that the storage works, and that what it holds does not.
var errBadStoredKey = errors.New("not a signing key")

// share returns the key that all processes on one storage share, and puts one into it where there is none. What the storage
// says counts, so that all replicas follow it to another key. Where it fails, the key that it had last stays in use.
func (k *Keys) share(ctx context.Context, in Storage, logger *zap.Logger) (*oauth.SigningKey, error) {
	last := k.lastStored()
	key, err := k.loadOrStore(ctx, in, last, logger)
	switch {
	case err == nil:
		return key, nil
	case last != nil && !errors.Is(err, errBadStoredKey):
		logger.Warn("the storage failed: tokens are signed with the key from before", zap.String("option", "signing_key"), zap.Error(err))
		return last, nil
	}
	return nil, fmt.Errorf("storage: %w", err)
}

// peek returns the key that the storage has, or the one that share will put into it. It changes nothing.
func (k *Keys) peek(ctx context.Context, in Storage) (*oauth.SigningKey, error) {
	ctx, cancel := context.WithTimeout(ctx, storageTimeout)
	defer cancel()
	key, err := load(ctx, in, keyPath(k.Instance))
	switch last := k.lastStored(); {
	case err == nil:
		return key, nil
	case last != nil && !errors.Is(err, errBadStoredKey):
		return last, nil // share warns
	case errors.Is(err, fs.ErrNotExist):
		return k.generate()
	}
	return nil, fmt.Errorf("storage: %w", err)
}

// loadOrStore reads the key. Where there is none, it stores the last one, or the instance's own. Only storing takes the lock.
func (k *Keys) loadOrStore(ctx context.Context, in Storage, last *oauth.SigningKey, logger *zap.Logger) (key *oauth.SigningKey, err error) {
	ctx, cancel := context.WithTimeout(ctx, storageTimeout)
	defer cancel()
	path := keyPath(k.Instance)
	if key, err := load(ctx, in, path); !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := in.Lock(ctx, path.Value); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, path.Cause(err))
	}
	defer func() {
		if err := in.Unlock(context.WithoutCancel(ctx), path.Value); err != nil {
			logger.Warn("the storage's lock could not be released", zap.Stringer("lock", path), zap.Error(path.Cause(err)))
		}
	}()
	if key, err := load(ctx, in, path); !errors.Is(err, fs.ErrNotExist) {
		return key, err // another process was faster
	}
	if key = last; key == nil {
		if key, err = k.generate(); err != nil {
			return nil, err
		}
	}
	pem, err := key.PEM()
	if err != nil {
		return nil, err
	}
	if err := in.Store(ctx, path.Value, pem); err != nil {
		return nil, fmt.Errorf("store %s: %w", path, path.Cause(err))
	}
	return key, nil
}

// Load returns the key of an instance in a storage. It is [fs.ErrNotExist] where there is none.
func Load(ctx context.Context, from Storage, instance option.Option) (*oauth.SigningKey, error) {
	return load(ctx, from, keyPath(instance))
}

func load(ctx context.Context, from Storage, path option.Option) (*oauth.SigningKey, error) {
	pem, err := from.Load(ctx, path.Value)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, path.Cause(err))
	}
	return parse(pem, path)
}

func parse(pem []byte, path option.Option) (*oauth.SigningKey, error) {
	key, err := oauth.ParseKey(pem)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", path, errBadStoredKey, err)
	}
	return key, nil
}

// keyPath is where the storage holds the key of an instance. It is shown as the name of the instance is.
func keyPath(instance option.Option) option.Option {
	path := option.Option{Name: "signing_key", Value: pathOf(instance.Value)}
	if path.Text = path.Value; instance.String() != instance.Value {
		path.Text = "workos/" + instance.String() + "/signing_key.pem"
	}
	return path
}

// pathOf is the path in the storage. The name is one component of it, whatever is in it.
func pathOf(instance string) string {
	return "workos/" + strings.ReplaceAll(url.QueryEscape(instance), ".", "%2E") + "/signing_key.pem"
}
