package caddymodule

import (
	"maps"
	"slices"
	"sync"
)

// realKeys are the real keys of all configurations that are loaded: what is recorded must hold none of them.
var realKeys keyring

// keyring counts who holds a key. Its zero value is ready.
type keyring struct {
	mu      sync.RWMutex
	holders map[string]int
	keys    []string // of the holders; replaced, never changed
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
	k.keys = slices.Collect(maps.Keys(k.holders))
}

// all returns the keys. The slice must not be changed.
func (k *keyring) all() []string {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys
}
