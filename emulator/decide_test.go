package emulator

import (
	"fmt"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
)

// TestDecide is the table of DESIGN.md, "Who answers" and "Callers": a row for each rule, and a column for each caller, first for a local
// subject and then for another one.
func TestDecide(t *testing.T) {
	t.Parallel()
	callers := []guard.Access{guard.AccessNone, guard.AccessRefused, guard.AccessLocal, guard.AccessFull}
	for _, row := range []struct {
		name           string
		rule           api.Rule
		enabled        bool
		local, foreign [4]verdict
	}{
		{"unrouted", api.Unrouted, true, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}},
		{"always", api.Always, true, [4]verdict{answerHere, answerHere, answerHere, answerHere}, [4]verdict{answerHere, answerHere, answerHere, answerHere}},
		{"byCredentials", api.ByCredentials, true, [4]verdict{answerHere, answerHere, answerHere, answerHere}, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}},
		{"bySecret", api.BySecret, true, [4]verdict{refuse, refuse, answerHere, answerHere}, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}},
		{"byID", api.ByID, true, [4]verdict{passOn, refuse, answerHere, answerHere}, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}},
		{"created", api.Creation, true, [4]verdict{passOn, refuse, answerHere, answerHere}, [4]verdict{passOn, refuse, answerHere, answerHere}},
		{"listed", api.Listed, true, [4]verdict{passOn, refuse, answerHere, answerHere}, [4]verdict{passOn, refuse, answerHere, answerHere}},
		{"lastResort", api.LastResort, true, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}},
		{"byID off", api.ByID, false, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}},
		{"always off", api.Always, false, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}},
		{"byCredentials off", api.ByCredentials, false, [4]verdict{notEmulated, notEmulated, notEmulated, notEmulated}, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}},
		{"bySecret off", api.BySecret, false, [4]verdict{notEmulated, notEmulated, notEmulated, notEmulated}, [4]verdict{passOn, refuse, passOnSealed, passOnWithKey}},
	} {
		for i, caller := range callers {
			for local, want := range map[bool]verdict{true: row.local[i], false: row.foreign[i]} {
				t.Run(fmt.Sprintf("%s/%d/local=%t", row.name, caller, local), func(t *testing.T) {
					if got := decide(row.rule, row.enabled, caller, local); got != want {
						t.Errorf("verdict %d, want %d", got, want)
					}
				})
			}
		}
	}
}
