package emulator

import (
	"slices"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
)

// TestDecideKeepsItsPromises checks the rules of DESIGN.md for all combinations. TestDecide has the table itself.
func TestDecideKeepsItsPromises(t *testing.T) {
	t.Parallel()
	anonymousRules := []api.Rule{api.Always, api.ByCredentials} // answered for every caller
	for _, promise := range []struct {
		name   string
		broken func(r api.Rule, enabled bool, caller guard.Access, local bool, got verdict) bool
	}{
		{"an expired or deleted local key is sent nowhere", func(_ api.Rule, _ bool, caller guard.Access, _ bool, got verdict) bool {
			return caller == guard.AccessRefused && (got == passOn || got == passOnWithKey)
		}},
		{"an expired or deleted local key uses no emulated endpoint", func(r api.Rule, enabled bool, caller guard.Access, _ bool, got verdict) bool {
			return caller == guard.AccessRefused && !(enabled && slices.Contains(anonymousRules, r)) && got != refuse && got != notEmulated
		}},
		{"a key for the emulated endpoints alone never goes on", func(_ api.Rule, _ bool, caller guard.Access, _ bool, got verdict) bool {
			return caller == guard.AccessLocal && (got == passOn || got == passOnWithKey)
		}},
		{"only a key that stands for the real one is exchanged for the real one", func(_ api.Rule, _ bool, caller guard.Access, _ bool, got verdict) bool {
			return got == passOnWithKey && caller != guard.AccessFull
		}},
		{"a key that stands for the real one itself never goes on", func(_ api.Rule, _ bool, caller guard.Access, _ bool, got verdict) bool {
			return got == passOn && caller == guard.AccessFull
		}},
		{"an unknown key sees the real WorkOS, not the store", func(r api.Rule, enabled bool, caller guard.Access, local bool, got verdict) bool {
			secret := local && (r == api.ByCredentials || r == api.BySecret)
			public := enabled && r == api.Always
			return caller == guard.AccessNone && !secret && !public && got != passOn
		}},
		{"a local secret never leaves", func(r api.Rule, _ bool, _ guard.Access, local bool, got verdict) bool {
			return local && (r == api.ByCredentials || r == api.BySecret) && (got == passOn || got == passOnWithKey)
		}},
		{"what is not emulated is not answered", func(_ api.Rule, enabled bool, _ guard.Access, _ bool, got verdict) bool {
			return !enabled && got == answerHere
		}},
		{"what is not local is not answered by its id", func(r api.Rule, _ bool, _ guard.Access, local bool, got verdict) bool {
			return !local && slices.Contains([]api.Rule{api.Unrouted, api.ByCredentials, api.BySecret, api.ByID, api.LastResort}, r) && got == answerHere
		}},
		{"a valid local key reaches what is local", func(r api.Rule, enabled bool, caller guard.Access, local bool, got verdict) bool {
			return enabled && local && (r == api.ByID || r == api.BySecret) && (caller == guard.AccessLocal || caller == guard.AccessFull) && got != answerHere
		}},
	} {
		t.Run(promise.name, func(t *testing.T) {
			t.Parallel()
			for r := api.Unrouted; r <= api.LastResort; r++ {
				for caller := guard.AccessNone; caller <= guard.AccessFull; caller++ {
					for _, flags := range [][2]bool{{}, {true, false}, {false, true}, {true, true}} {
						got := decide(r, flags[0], caller, flags[1])
						if promise.broken(r, flags[0], caller, flags[1], got) {
							t.Errorf("rule %d, enabled %t, caller %d, local %t: verdict %d", r, flags[0], caller, flags[1], got)
						}
					}
				}
			}
		})
	}
}

// TestDecideWithoutItsGroup checks that a route of a disabled group is treated as an unknown one, unless a local secret would be sent.
func TestDecideWithoutItsGroup(t *testing.T) {
	t.Parallel()
	unknown := map[guard.Access]verdict{guard.AccessNone: passOn, guard.AccessRefused: refuse, guard.AccessLocal: passOnSealed, guard.AccessFull: passOnWithKey}
	for _, r := range []api.Rule{api.Unrouted, api.Always, api.ByID, api.Creation, api.Listed, api.LastResort} {
		for caller, want := range unknown {
			for _, local := range []bool{true, false} {
				if got := decide(r, false, caller, local); got != want {
					t.Errorf("rule %d, caller %d, local %t: verdict %d, want %d", r, caller, local, got, want)
				}
			}
		}
	}
}
