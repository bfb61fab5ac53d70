// Package duration reads durations as all options and files of this project write them.
package duration

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// ErrSyntax is returned for what is no duration. It does not quote it, for it may be a misplaced secret.
var ErrSyntax = errors.New(`want a duration such as "90s", "1h30m" or "1d", or a number of seconds`)

const day = 24 * time.Hour

// Parse reads a duration: a number of seconds, as in `3600` and `1.5`, or numbers with units as [time.ParseDuration] has
// them, as in `1h30m`, and besides `d`, which is 24 hours, as in `1d12h`. A minus sign before it makes it negative.
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
		next := end
		for next < len(rest) && !isDigit(rune(rest[next])) {
			next++
		}
		part, err := parsePart(rest[:end], rest[end:next])
		if err != nil || part > math.MaxInt64-total {
			return 0, ErrSyntax
		}
		total, rest = total+part, rest[next:]
	}
	if negative {
		total = -total
	}
	return total, nil
}

// parsePart reads a number with one unit.
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

// isNumber tells digits with at most one point.
func isNumber(text string) bool {
	return strings.ContainsAny(text, "0123456789") && strings.Count(text, ".") <= 1 && strings.Trim(text, "0123456789.") == ""
}
