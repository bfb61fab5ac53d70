package document

import (
	"fmt"
	"strings"
)

// maxSuggestions bounds the names compared in one file, so that a file of many mistakes is still checked in no time.
const maxSuggestions = 2_000_000

// suggester finds what a mistyped name was meant to be.
type suggester struct{ compared int }

// nearest returns the candidate that takes the fewest edits to reach, if one is near enough to be a likely slip.
func (s *suggester) nearest(name string, candidates []string) (string, bool) {
	typed := []rune(strings.ToLower(name))
	best, fewest := "", 1+len(typed)/4
	found := false
	for _, candidate := range candidates {
		meant := []rune(strings.ToLower(candidate))
		if abs(len(meant)-len(typed)) > fewest {
			continue
		}
		s.compared += len(typed)*len(meant)/64 + 1
		if s.compared > maxSuggestions {
			break
		}
		if d := distance(typed, meant); d < fewest || d == fewest && !found {
			best, fewest, found = candidate, d, true
		}
	}
	return best, found
}

// DidYouMean is the end of a message about an unknown name. It is empty where no candidate is near.
func (s *suggester) DidYouMean(name string, candidates []string) string {
	if meant, ok := s.nearest(name, candidates); ok {
		return fmt.Sprintf("; did you mean %q?", meant)
	}
	return ""
}

// distance counts the insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
func distance(from, to []rune) int {
	before, last, row := make([]int, len(to)+1), make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(from); i++ {
		row[0] = i
		for j := 1; j <= len(to); j++ {
			substitution := last[j-1]
			if from[i-1] != to[j-1] {
				substitution++
			}
			row[j] = min(last[j]+1, row[j-1]+1, substitution)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(to)]
}

func abs(n int) int { return max(n, -n) }
