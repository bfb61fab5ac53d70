package integration

import (
	"fmt"
	"strings"
)

// mostDifferences is how many exchanges are shown: where a request is new, all that follow have other numbers.
const mostDifferences = 20

// corpusDifferences tells how the exchanges of two golden files differ, each with the name of its request.
func corpusDifferences(want, got string) (differences []string) {
	wanted, had := splitGolden(want), splitGolden(got)
	for i := range max(len(wanted), len(had)) {
		var w, g string
		if i < len(wanted) {
			w = wanted[i]
		}
		if i < len(had) {
			g = had[i]
		}
		if w == g {
			continue
		}
		if len(differences) == mostDifferences {
			return append(differences, "and more exchanges")
		}
		name, _, _ := strings.Cut(w, "\n")
		if w == "" {
			name, _, _ = strings.Cut(g, "\n")
		}
		differences = append(differences, fmt.Sprintf("%s\n%s", name, lineDifference(w, g)))
	}
	return differences
}

// splitGolden returns the exchanges of a golden file, each of which ends with an empty line.
func splitGolden(golden string) []string {
	exchanges := strings.SplitAfter(golden, "\n\n")
	return exchanges[:len(exchanges)-1]
}

// lineDifference shows the lines that are not the same, and one before them.
func lineDifference(want, got string) string {
	wanted, had := strings.Split(want, "\n"), strings.Split(got, "\n")
	from := 0
	for from < min(len(wanted), len(had)) && wanted[from] == had[from] {
		from++
	}
	same := 0
	for same < min(len(wanted), len(had))-from && wanted[len(wanted)-1-same] == had[len(had)-1-same] {
		same++
	}
	var shown strings.Builder
	if from > 0 {
		_, _ = fmt.Fprintf(&shown, "  %s\n", wanted[from-1])
	}
	for _, line := range wanted[from : len(wanted)-same] {
		_, _ = fmt.Fprintf(&shown, "- %s\n", line)
	}
	for _, line := range had[from : len(had)-same] {
		_, _ = fmt.Fprintf(&shown, "+ %s\n", line)
	}
	return shown.String()
}
