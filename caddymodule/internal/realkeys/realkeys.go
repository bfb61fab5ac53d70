// Package realkeys knows the real keys of all configurations that are loaded: no recording may hold any of them.
package realkeys

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/emulator/fixture/redact"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/scan"
)

// keys are those of all configurations of the process.
var keys keyring

// Add makes keys known, until Remove has been called as often for each.
func Add(added ...string) { keys.count(added, 1) }

// Remove takes back what Add has done.
func Remove(removed ...string) { keys.count(removed, -1) }

// Known returns the keys for a redactor.
func Known() redact.Known { return keys.known() }

// keyring counts how many hold each key. Its zero value is ready.
type keyring struct {
	mu      sync.Mutex
	holders map[string]int
	set     atomic.Pointer[scan.Set] // of those that look like a key; replaced, never changed
}

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
	k.set.Store(SetOf(slices.Collect(maps.Keys(k.holders))...))
}

// SetOf is what to look for to find keys. A value that does not look like a key is left out: it would be found in many texts.
func SetOf(keys ...string) *scan.Set {
	var secrets []scan.Secret
	for _, key := range keys {
		if realkey.LooksLikeOne(key) {
			secrets = append(secrets, scan.Of(key)...)
		}
	}
	return scan.NewSet(secrets, false)
}

func (k *keyring) known() redact.Known { return redact.Known{Kind: "the real key", Set: k.set.Load()} }
