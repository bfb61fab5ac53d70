package caddymodule

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// realKeys are the real keys of all configurations that are loaded: what is recorded must hold none of them.
var realKeys keyring

// keyring counts who holds a key. Its zero value is ready.
type keyring struct {
	mu      sync.Mutex
	holders map[string]int
	set     atomic.Pointer[scan.Set] // of those that look like a key; replaced, never changed
}

func (k *keyring) add(keys ...string) { k.count(keys, 1) }

func (k *keyring) remove(keys ...string) { k.count(keys, -1) }

func (k *keyring) count(keys []string, by int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.holders == nil {
		k.holders = map[string]int{}
	}
	for _, key := range keys {
		if k.holders[key] += by; k.holders[key] == 0 {
			delete(k.holders, key)
		}
	}
	k.set.Store(setOfKeys(slices.Collect(maps.Keys(k.holders))...))
}

// setOfKeys is what to look for, to find real keys. A value that is not one by its form would be found in many texts.
func setOfKeys(keys ...string) *scan.Set {
	var secrets []scan.Secret
	for _, key := range keys {
		if realkey.LooksLikeOne(key) {
			secrets = append(secrets, scan.Of(key)...)
		}
	}
	return scan.NewSet(secrets, false)
}

// known are the real keys, for a redactor.
func (k *keyring) known() redact.Known { return redact.Known{Kind: "the real key", Set: k.set.Load()} }
