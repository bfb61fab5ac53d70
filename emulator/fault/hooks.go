package fault

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/emulator/id"
)

// Hooks are the hooks of an instance: first those of its seed, in the order of the file, then those that were added at
// run time. Its zero value is ready, and it is safe for concurrent use.
type Hooks struct {
	Clock

	mu     sync.Mutex               // held while the list is changed
	list   atomic.Pointer[[]*armed] // never changed in place: requests read it without waiting
	seeded map[string]bool          // the ids of the seed's hooks, those that are gone included
	added  int                      // how many were ever added at run time
}

// armed is a hook on the list.
type armed struct {
	Hook
	seeded bool
	left   atomic.Int64 // of Count
}

func arm(h Hook, id string, seeded bool) *armed {
	h.ID = id
	a := &armed{Hook: h, seeded: seeded}
	a.left.Store(int64(h.Count))
	return a
}

// List returns the hooks, in the order in which a request meets them.
func (h *Hooks) List() []Hook {
	hooks := []Hook{}
	for _, a := range h.armed() {
		hook := a.Hook
		if hook.Count != 0 {
			if hook.Count = int(a.left.Load()); hook.Count <= 0 {
				continue // its last request is just being answered
			}
		}
		hooks = append(hooks, hook)
	}
	return hooks
}

// Add adds a hook at run time, and returns it with its id, which no other hook gets as long as the process runs.
func (h *Hooks) Add(hook Hook) Hook {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.added++
	a := arm(hook, id.Derive(id.Hook, "added", strconv.Itoa(h.added)), false)
	h.set(append(slices.Clone(h.armed()), a))
	return a.Hook
}

// Remove removes a hook, and tells whether there was one of that id.
func (h *Hooks) Remove(id string) bool {
	return h.drop(func(a *armed) bool { return a.ID == id })
}

// Clear removes all hooks.
func (h *Hooks) Clear() { h.drop(func(*armed) bool { return true }) }

// Seed makes a seed's hooks those of the instance. One that was in the seed before, word for word, stays as it is, be it
// spent or removed; one that the seed lacks now goes. Those that were added at run time stay.
func (h *Hooks) Seed(hooks []Hook) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seed(hooks, h.armed())
}

// Reset makes the hooks those of a seed that has just been read, and no others.
func (h *Hooks) Reset(hooks []Hook) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seeded = nil
	h.seed(hooks, nil)
}

// seed replaces the list by the seed's hooks and what is to stay of the current ones.
func (h *Hooks) seed(hooks []Hook, current []*armed) {
	seeded, list := map[string]bool{}, []*armed{}
	for i, id := range derive(hooks) {
		seeded[id] = true
		same := slices.IndexFunc(current, func(a *armed) bool { return a.ID == id })
		switch {
		case same >= 0:
			list = append(list, current[same])
		case !h.seeded[id]:
			list = append(list, arm(hooks[i], id, true))
		}
	}
	for _, a := range current {
		if !a.seeded {
			list = append(list, a)
		}
	}
	h.seeded = seeded
	h.set(list)
}

// derive returns an id for each of a seed's hooks, which depends on nothing but its content. Equal ones are counted.
func derive(hooks []Hook) []string {
	ids, equals := make([]string, len(hooks)), map[string]int{}
	for i, hook := range hooks {
		content, err := json.Marshal(hook)
		if err != nil {
			panic(fmt.Sprintf("fault: hooks are plain data: %v", err))
		}
		ids[i] = id.Derive(id.Hook, string(content), strconv.Itoa(equals[string(content)]))
		equals[string(content)]++
	}
	return ids
}

// drop removes the hooks that are meant, and tells whether there were any.
func (h *Hooks) drop(meant func(*armed) bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.armed()
	after := slices.DeleteFunc(slices.Clone(before), meant)
	h.set(after)
	return len(after) < len(before)
}

func (h *Hooks) set(list []*armed) { h.list.Store(&list) }

func (h *Hooks) armed() []*armed {
	if list := h.list.Load(); list != nil {
		return *list
	}
	return nil
}
