package emulator

import (
	"fmt"
	"testing"
)

// TestDecide spells DESIGN.md's "Who answers" and "Callers" out: a row for each rule, a column for each caller, first
// where the subject is local and then where it is not.
func TestDecide(t *testing.T) {
	t.Parallel()
	callers := []standing{stranger, barred, customer, trusted}
	for _, row := range []struct {
		name           string
		rule           rule
		enabled        bool
		local, foreign [4]verdict
	}{
		{"unrouted", unrouted, true, [4]verdict{askNext, refuse, askSealed, askNextAsUs}, [4]verdict{askNext, refuse, askSealed, askNextAsUs}},
		{"always", always, true, [4]verdict{answerMerged, answerMerged, answerMerged, answerMerged}, [4]verdict{answerMerged, answerMerged, answerMerged, answerMerged}},
		{"byCredentials", byCredentials, true, [4]verdict{answerHere, answerHere, answerHere, answerHere}, [4]verdict{askNext, refuse, askSealed, askNextAsUs}},
		{"bySecret", bySecret, true, [4]verdict{refuse, refuse, answerHere, answerHere}, [4]verdict{askNext, refuse, askSealed, askNextAsUs}},
		{"byID", byID, true, [4]verdict{askNext, refuse, answerHere, answerHere}, [4]verdict{askNext, refuse, askSealed, askNextAsUs}},
		{"created", created, true, [4]verdict{askNext, refuse, answerHere, answerHere}, [4]verdict{askNext, refuse, answerHere, answerHere}},
		{"listed", listed, true, [4]verdict{askNext, refuse, answerMerged, answerMerged}, [4]verdict{askNext, refuse, answerMerged, answerMerged}},
		{"lastResort", lastResort, true, [4]verdict{askNext, refuse, askSealed, askNextAsUs}, [4]verdict{askNext, refuse, askSealed, askNextAsUs}},
		{"byID off", byID, false, [4]verdict{askNext, refuse, askSealed, askNextAsUs}, [4]verdict{askNext, refuse, askSealed, askNextAsUs}},
		{"always off", always, false, [4]verdict{askNext, refuse, askSealed, askNextAsUs}, [4]verdict{askNext, refuse, askSealed, askNextAsUs}},
		{"byCredentials off", byCredentials, false, [4]verdict{notEmulated, notEmulated, notEmulated, notEmulated}, [4]verdict{askNext, refuse, askSealed, askNextAsUs}},
		{"bySecret off", bySecret, false, [4]verdict{notEmulated, notEmulated, notEmulated, notEmulated}, [4]verdict{askNext, refuse, askSealed, askNextAsUs}},
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
