package fault

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// split returns the method and the path of a request.
func split(request string) (method, path string) {
	method, path, _ = strings.Cut(request, " ")
	return method, path
}

// paths returns the paths of the hooks, with the counts that are left.
func paths(h *Hooks) string {
	var all []string
	for _, hook := range h.List() {
		path := hook.Path
		if hook.Count > 0 {
			path += fmt.Sprintf("×%d", hook.Count)
		}
		all = append(all, path)
	}
	return strings.Join(all, " ")
}

func failing(path string) Hook { return Hook{Method: "*", Path: path, Status: 500} }

func counting(path string, count int) Hook {
	hook := failing(path)
	hook.Count = count
	return hook
}

func TestAddedHooksCanBeRemoved(t *testing.T) {
	t.Parallel()
	h := &Hooks{}
	one, same := h.Add(failing("/one")), h.Add(failing("/one"))
	h.Add(failing("/two"))
	if one.ID == same.ID || !strings.HasPrefix(one.ID, "hook_") {
		t.Errorf("the ids are %s and %s", one.ID, same.ID)
	}
	if !h.Remove(one.ID) || h.Remove(one.ID) || h.Remove("hook_none") {
		t.Error("Remove does not report whether there was a hook")
	}
	if got := paths(h); got != "/one /two" {
		t.Errorf("what is left is %s", got)
	}
	h.Clear()
	if got := h.List(); len(got) != 0 {
		t.Errorf("what is left is %v", got)
	}
	if h.Add(failing("/one")).ID == one.ID {
		t.Error("an id is used twice")
	}
}

// TestSeedAppliesWhatHasChanged has the changes of a seed that a reload may apply.
func TestSeedAppliesWhatHasChanged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before []Hook
		change func(*Hooks)
		after  []Hook
		want   string
	}{
		"first":               {nil, func(*Hooks) {}, []Hook{failing("/a"), failing("/b")}, "/a /b"},
		"unchanged":           {[]Hook{counting("/a", 3)}, func(h *Hooks) { h.Take("GET", "/a") }, []Hook{counting("/a", 3)}, "/a×2"},
		"used up":             {[]Hook{counting("/a", 1)}, func(h *Hooks) { h.Take("GET", "/a") }, []Hook{counting("/a", 1)}, ""},
		"removed":             {[]Hook{failing("/a")}, (*Hooks).Clear, []Hook{failing("/a"), failing("/b")}, "/b"},
		"changed":             {[]Hook{counting("/a", 3)}, func(h *Hooks) { h.Take("GET", "/a") }, []Hook{counting("/a", 4)}, "/a×4"},
		"used up and changed": {[]Hook{counting("/a", 1)}, func(h *Hooks) { h.Take("GET", "/a") }, []Hook{counting("/a", 2)}, "/a×2"},
		"gone":                {[]Hook{failing("/a"), failing("/b")}, func(*Hooks) {}, []Hook{failing("/b")}, "/b"},
		"another order":       {[]Hook{failing("/a"), failing("/b")}, func(*Hooks) {}, []Hook{failing("/b"), failing("/a")}, "/b /a"},
		"twice the same":      {[]Hook{counting("/a", 1)}, func(*Hooks) {}, []Hook{counting("/a", 1), counting("/a", 1)}, "/a×1 /a×1"},
		"added at run time":   {[]Hook{failing("/a")}, func(h *Hooks) { h.Add(failing("/added")) }, []Hook{failing("/b")}, "/b /added"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &Hooks{}
			h.Seed(test.before)
			test.change(h)
			h.Seed(test.after)
			if got := paths(h); got != test.want {
				t.Errorf("there is %q, want %q", got, test.want)
			}
		})
	}
}

func TestResetRestoresTheSeed(t *testing.T) {
	t.Parallel()
	h, seed := &Hooks{}, []Hook{counting("/a", 1), failing("/b")}
	h.Seed(seed)
	before := h.List()
	h.Take("GET", "/a")
	h.Remove(before[1].ID)
	h.Add(failing("/added"))
	h.Reset(seed)
	if got := h.List(); !slices.EqualFunc(got, before, func(a, b Hook) bool { return a.ID == b.ID && a.Count == b.Count }) {
		t.Errorf("there is %v, want %v", got, before)
	}
}
