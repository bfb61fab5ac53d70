package document

import (
	"slices"
	"strings"
	"unicode"
)

// NearestName returns the candidate that a name was most likely meant to be, or false where none is near: one that differs in case,
// separators or a plural, one that it is short for, such as `connectApps` for `connectApplications`, or else one that takes few edits
// to reach.
func NearestName(name string, candidates []string) (string, bool) {
	return new(suggester).nearestName(name, candidates)
}

func (s *suggester) nearestName(name string, candidates []string) (string, bool) {
	words := wordsOf(name)
	best, fewest := "", 0
	for _, candidate := range candidates {
		if s.compared += len(candidate)/64 + 1; s.compared > maxSuggestions {
			break
		}
		meant := wordsOf(candidate)
		if strings.Join(words, "") == strings.Join(meant, "") {
			return candidate, true
		}
		if left := len(meant) - len(words); isShortFor(words, meant) && (best == "" || left < fewest) {
			best, fewest = candidate, left
		}
	}
	if best != "" {
		return best, true
	}
	return s.nearest(name, candidates)
}

// wordsOf are the words of a name in camel case or with separators, in lower case and without the s of a plural.
func wordsOf(name string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, singular(strings.ToLower(string(word))))
		}
		word = nil
	}
	for _, r := range name {
		isSeparator := !unicode.IsLetter(r) && !unicode.IsDigit(r)
		if isSeparator || unicode.IsUpper(r) && len(word) > 0 && !unicode.IsUpper(word[len(word)-1]) {
			end()
		}
		if !isSeparator {
			word = append(word, r)
		}
	}
	end()
	return words
}

func singular(word string) string {
	if len(word) > 3 {
		return strings.TrimSuffix(word, "s")
	}
	return word
}

// leastShort is how many letters a word must have to be short for a longer one.
const leastShort = 3

// isShortFor tells whether the words of a name begin words of another, in their order. The other may have up to twice as many.
func isShortFor(words, meant []string) bool {
	if len(words) == 0 || len(meant) > 2*len(words) {
		return false
	}
	for _, word := range words {
		at := slices.IndexFunc(meant, func(long string) bool {
			return long == word || len(word) >= leastShort && strings.HasPrefix(long, word)
		})
		if at < 0 {
			return false
		}
		meant = meant[at+1:]
	}
	return true
}

// DidYouMeanName is the end of a message about an unknown name. The second candidates count only where none of the first is near.
// Without a suggestion, it says what the first candidates are.
func (s *suggester) DidYouMeanName(name string, candidates, second []string) string {
	for _, among := range [][]string{candidates, second} {
		if meant, ok := s.nearestName(name, among); ok {
			return `; did you mean "` + meant + `"?`
		}
	}
	return "; the fields are " + strings.Join(candidates, ", ")
}
