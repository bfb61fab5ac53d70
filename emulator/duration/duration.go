// Package duration parses durations, for all options and files of this project.
package duration

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// ErrSyntax is returned for a text that is no duration. It does not quote the text, which may be a misplaced secret.
var ErrSyntax = errors.New(`want a duration such as "90s", "1h30m" or "1d", or a number of seconds`)

const day = 24 * time.Hour

// Parse parses a duration: a number of seconds, as in `3600` and `1.5`, or numbers with units, as in `1d12h30m`. The units are those of
// [time.ParseDuration] and `d`, which is 24 hours. A minus sign at the beginning makes it negative. The error is [ErrSyntax].
func Parse(text string) (time.Duration, error) {
	rest, negative := strings.CutPrefix(text, "-")
	if !negative {
		rest = strings.TrimPrefix(rest, "+")
	}
	if isNumber(rest) {
		rest += "s"
	}
	var total time.Duration
	for first := true; first || rest != ""; first = false {
		end := strings.IndexFunc(rest, func(r rune) bool { return !isDigit(r) })
		if end < 0 || !isNumber(rest[:end]) {
			return 0, ErrSyntax
		}
		unitEnd := end
		for unitEnd < len(rest) && !isDigit(rune(rest[unitEnd])) {
			unitEnd++
		}
		part, err := parsePart(rest[:end], rest[end:unitEnd])
		if err != nil || part > math.MaxInt64-total {
			return 0, ErrSyntax
		}
		total, rest = total+part, rest[unitEnd:]
	}
	if negative {
		total = -total
	}
	return total, nil
}

// parsePart parses a number with one unit.
func parsePart(number, unit string) (time.Duration, error) {
	if unit != "d" {
		return time.ParseDuration(number + unit)
	}
	if days, err := strconv.ParseInt(number, 10, 64); err == nil && days <= int64(math.MaxInt64/day) {
		return time.Duration(days) * day, nil
	}
	days, err := strconv.ParseFloat(number, 64)
	if err != nil || days*float64(day) >= math.MaxInt64 {
		return 0, ErrSyntax
	}
	return time.Duration(math.Round(days * float64(day))), nil
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r == '.' }

// isNumber reports whether a text consists of digits with at most one point.
func isNumber(text string) bool {
	return strings.ContainsAny(text, "0123456789") && strings.Count(text, ".") <= 1 && strings.Trim(text, "0123456789.") == ""
}
