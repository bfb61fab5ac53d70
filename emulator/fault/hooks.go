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

// Hooks is the list of the hooks of an instance: first those of its seed, in the order of the file, then those that were added at
// run time. Its zero value is ready to use, and it is safe for concurrent use.
type Hooks struct {
	Clock

	mu     sync.Mutex                // locked while the list is changed
	list   atomic.Pointer[[]*active] // never changed in place, so that requests read it without a lock
	seeded map[string]bool           // the ids of the seed's hooks, with those that were removed since
	added  int                       // how many were ever added at run time
}

// active is a hook on the list.
type active struct {
	Hook
	seeded bool
	left   atomic.Int64 // of Count
}

func activate(h Hook, id string, seeded bool) *active {
	h.ID = id
	a := &active{Hook: h, seeded: seeded}
	a.left.Store(int64(h.Count))
	return a
}

// List returns the hooks, in the order in which they apply to a request.
func (h *Hooks) List() []Hook {
	hooks := []Hook{}
	for _, a := range h.active() {
		hook := a.Hook
		if hook.Count != 0 {
			if hook.Count = int(a.left.Load()); hook.Count <= 0 {
				continue // it is about to be removed
			}
		}
		hooks = append(hooks, hook)
	}
	return hooks
}

// Add adds a hook at run time. It returns the hook with its id, which is unique within the process.
func (h *Hooks) Add(hook Hook) Hook {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.added++
	a := activate(hook, id.Derive(id.Hook, "added", strconv.Itoa(h.added)), false)
	h.set(append(slices.Clone(h.active()), a))
	return a.Hook
}

// Remove removes the hook with an id, and reports whether there was one.
func (h *Hooks) Remove(id string) bool {
	return h.drop(func(a *active) bool { return a.ID == id })
}

// Clear removes all hooks.
func (h *Hooks) Clear() { h.drop(func(*active) bool { return true }) }

// Seed replaces the hooks of the seed before by those of a new one. A hook that is the same in both keeps its state: its count, or
// that it was removed. Hooks that were added at run time stay.
func (h *Hooks) Seed(hooks []Hook) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seed(hooks, h.active())
}

// Reset replaces all hooks by those of a seed, with their full counts.
func (h *Hooks) Reset(hooks []Hook) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seeded = nil
	h.seed(hooks, nil)
}

// seed sets the list to the seed's hooks and those of the current ones that stay.
func (h *Hooks) seed(hooks []Hook, current []*active) {
	seeded, list := map[string]bool{}, []*active{}
	for i, id := range derive(hooks) {
		seeded[id] = true
		same := slices.IndexFunc(current, func(a *active) bool { return a.ID == id })
		switch {
		case same >= 0:
			list = append(list, current[same])
		case !h.seeded[id]:
			list = append(list, activate(hooks[i], id, true))
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

// derive returns an id for each of a seed's hooks. It depends only on the content of the hook, and on how many equal ones come before.
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

// drop removes the hooks that match, and reports whether there were any.
func (h *Hooks) drop(match func(*active) bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.active()
	after := slices.DeleteFunc(slices.Clone(before), match)
	h.set(after)
	return len(after) < len(before)
}

func (h *Hooks) set(list []*active) { h.list.Store(&list) }

func (h *Hooks) active() []*active {
	if list := h.list.Load(); list != nil {
		return *list
	}
	return nil
}
