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

// lineDifference shows the lines that are only in one of two texts.
func lineDifference(want, got string) string {
	wanted, had := strings.Split(want, "\n"), strings.Split(got, "\n")
	// common[i][j] is how many lines wanted[i:] and had[j:] have in common, in their order.
	common := make([][]int, len(wanted)+1)
	for i := range common {
		common[i] = make([]int, len(had)+1)
	}
	for i := len(wanted) - 1; i >= 0; i-- {
		for j := len(had) - 1; j >= 0; j-- {
			if wanted[i] == had[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var shown strings.Builder
	var removed []string // that no line has taken the place of yet
	for i, j := 0, 0; i < len(wanted) || j < len(had); {
		switch {
		case i < len(wanted) && j < len(had) && wanted[i] == had[j]:
			i, j, removed = i+1, j+1, nil
		case j == len(had) || i < len(wanted) && common[i+1][j] >= common[i][j+1]:
			_, _ = fmt.Fprintf(&shown, "- %s\n", wanted[i])
			removed = append(removed, wanted[i])
			i++
		default:
			_, _ = fmt.Fprintf(&shown, "+ %s\n", had[j])
			if len(removed) > 0 {
				shown.WriteString(firstDifference(removed[0], had[j]))
				removed = removed[1:]
			}
			j++
		}
	}
	return shown.String()
}

// firstDifference shows where two long lines begin to differ, and nothing for short ones.
func firstDifference(want, got string) string {
	const long, around = 200, 60
	if min(len(want), len(got)) < long {
		return ""
	}
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	excerpt := func(line string) string { return line[max(0, at-around):min(len(line), at+around)] }
	return fmt.Sprintf("  from byte %d on:\n  - …%s…\n  + …%s…\n", at, excerpt(want), excerpt(got))
}
