package emulator

import (
	"slices"
	"testing"
)

// TestDecideKeepsItsPromises holds DESIGN.md's sentences against every combination there is. TestDecide has the table;
// this has what must be true of any table.
func TestDecideKeepsItsPromises(t *testing.T) {
	t.Parallel()
	anonymousRules := []rule{always, byCredentials} // whoever asks may be answered
	for _, promise := range []struct {
		name   string
		broken func(r rule, enabled bool, caller standing, local bool, got verdict) bool
	}{
		{"an expired or deleted local key is sent nowhere", func(_ rule, _ bool, caller standing, _ bool, got verdict) bool {
			return caller == barred && (got == askNext || got == askNextAsUs)
		}},
		{"an expired or deleted local key uses no emulated endpoint", func(r rule, enabled bool, caller standing, _ bool, got verdict) bool {
			return caller == barred && !(enabled && slices.Contains(anonymousRules, r)) && got != refuse && got != notEmulated
		}},
		{"a customer's key never goes on", func(_ rule, _ bool, caller standing, _ bool, got verdict) bool {
			return caller == customer && (got == askNext || got == askNextAsUs)
		}},
		{"only a trusted key is exchanged for the real one", func(_ rule, _ bool, caller standing, _ bool, got verdict) bool {
			return got == askNextAsUs && caller != trusted
		}},
		{"a trusted key itself never goes on", func(_ rule, _ bool, caller standing, _ bool, got verdict) bool {
			return got == askNext && caller == trusted
		}},
		{"an unknown key sees the real WorkOS, not the store", func(r rule, enabled bool, caller standing, local bool, got verdict) bool {
			secret := local && (r == byCredentials || r == bySecret)
			public := enabled && r == always
			return caller == stranger && !secret && !public && got != askNext
		}},
		{"a local secret never leaves", func(r rule, _ bool, _ standing, local bool, got verdict) bool {
			return local && (r == byCredentials || r == bySecret) && (got == askNext || got == askNextAsUs)
		}},
		{"what is not emulated is not answered", func(_ rule, enabled bool, _ standing, _ bool, got verdict) bool {
			return !enabled && (got == answerHere || got == answerMerged)
		}},
		{"what is not local is not answered by its id", func(r rule, _ bool, _ standing, local bool, got verdict) bool {
			return !local && slices.Contains([]rule{unrouted, byCredentials, bySecret, byID, lastResort}, r) && got == answerHere
		}},
		{"a valid local key reaches what is local", func(r rule, enabled bool, caller standing, local bool, got verdict) bool {
			return enabled && local && (r == byID || r == bySecret) && (caller == customer || caller == trusted) && got != answerHere
		}},
		{"only lists and public documents are merged", func(r rule, _ bool, _ standing, _ bool, got verdict) bool {
			return got == answerMerged && r != always && r != listed
		}},
	} {
		t.Run(promise.name, func(t *testing.T) {
			t.Parallel()
			for r := unrouted; r <= lastResort; r++ {
				for caller := stranger; caller <= trusted; caller++ {
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

// TestDecideWithoutItsGroup completes TestDecide's table: with its group off, a route is as one that is not known, but
// for what would let a local secret out.
func TestDecideWithoutItsGroup(t *testing.T) {
	t.Parallel()
	unknown := map[standing]verdict{stranger: askNext, barred: refuse, customer: askSealed, trusted: askNextAsUs}
	for _, r := range []rule{unrouted, always, byID, created, listed, lastResort} {
		for caller, want := range unknown {
			for _, local := range []bool{true, false} {
				if got := decide(r, false, caller, local); got != want {
					t.Errorf("rule %d, caller %d, local %t: verdict %d, want %d", r, caller, local, got, want)
				}
			}
		}
	}
}
