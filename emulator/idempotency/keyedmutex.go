package idempotency

import "sync"

// keyedMutex has one mutex for each key. Only keys that are locked or waited for use memory. Its zero value is ready to use.
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
