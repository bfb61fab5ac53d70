// Package signingkey finds the keys that sign the tokens of an instance: from a file or its content, made at the start, or
// shared by all processes on one of Caddy's storages, which is read again while there are requests.
package signingkey

import (
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// InStorage is the value of the option signing_key that stands for a key in Caddy's storage.
const InStorage = "storage"

// Keys are the keys of an instance, which outlive its configurations.
type Keys struct {
	Instance option.Option // its name
	// Replaced are the keys whose tokens have not expired yet.
	Replaced oauth.Keys
	// LongestTTL returns how long tokens of the instance live at most, where those of an application without a lifetime of its
	// own live for ttl.
	LongestTTL func(ttl time.Duration) time.Duration

	mu        sync.Mutex
	generated *oauth.SigningKey // made when it is first needed
	stored    *oauth.SigningKey // as the storage had it last
}

// Open returns the key that the option signing_key asks for, a path, PEM or `storage`; without one, the instance's own. It
// changes nothing: the key of the storage need not be there yet. Tokens live for ttl, or as the seed says.
func (k *Keys) Open(ctx caddy.Context, o option.Option, ttl time.Duration, logger *zap.Logger) (*Followed, error) {
	var key *oauth.SigningKey
	var err error
	switch o.Value {
	case "":
		key, err = k.generate()
	case InStorage:
		return k.openStored(ctx, ctx.Storage(), ttl, logger)
	default:
		key, err = Read(o)
	}
	return &Followed{key: key}, err
}

// generate returns the instance's own key.
func (k *Keys) generate() (*oauth.SigningKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.generated == nil {
		key, err := oauth.GenerateKey()
		if err != nil {
			return nil, err
		}
		k.generated = key
	}
	return k.generated, nil
}

// lastStored returns the key that the storage had last, or nil.
func (k *Keys) lastStored() *oauth.SigningKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.stored
}

func (k *Keys) setStored(key *oauth.SigningKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stored = key
}
