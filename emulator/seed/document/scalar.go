package document

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/duration"
)

// Bool decodes true or false; nil where the field is null.
func (v Value) Bool() *bool {
	if isScalar(v.node, boolTag) {
		isTrue := strings.EqualFold(v.node.Value, "true")
		return &isTrue
	}
	if !v.IsNull() {
		v.FailType("true or false")
	}
	return nil
}

// IsBool tells true and false.
func (v Value) IsBool() bool { return isScalar(v.node, boolTag) }

// IsTrue decodes true or false; null is false.
func (v Value) IsTrue() bool {
	b := v.Bool()
	return b != nil && *b
}

// OneOf decodes one of a few words.
func (v Value) OneOf(words ...string) Text {
	t := v.Text()
	if t.Set && !slices.Contains(words, t.Value) {
		v.Fail(`must be "%s"`, strings.Join(words, `" or "`))
		t.Set, t.Value = false, ""
	}
	return t
}

// Number decodes a number. It fails for null as well.
func (v Value) Number() (float64, bool) {
	if isNumber(v.node) {
		number, err := strconv.ParseFloat(strings.ReplaceAll(v.node.Value, "_", ""), 64)
		if err == nil && !math.IsInf(number, 0) && !math.IsNaN(number) {
			return number, true
		}
	}
	v.FailType("a number")
	return 0, false
}

// Integer decodes a whole number within bounds.
func (v Value) Integer(least, most int) (int, bool) {
	if !isScalar(v.node, intTag) {
		v.FailType("a whole number")
		return 0, false
	}
	number, err := strconv.ParseInt(strings.ReplaceAll(v.node.Value, "_", ""), 0, 64)
	if err != nil || number < int64(least) || number > int64(most) {
		v.Fail("must be a whole number from %d to %d", least, most)
		return 0, false
	}
	return int(number), true
}

// Duration decodes a length of time: see [duration.Parse]. It is false for null as well.
func (v Value) Duration() (time.Duration, bool) {
	characters := v.node.Value
	if !isNumber(v.node) {
		t := v.Text()
		if !t.Set {
			return 0, false
		}
		characters = t.Value
	}
	length, err := duration.Parse(characters)
	if err != nil {
		v.Fail(`must be a duration such as "90s", "1h30m" or "1d", or a number of seconds`)
		return 0, false
	}
	return length, true
}

// Time decodes a moment, or a date, which begins at midnight UTC; the zero time for null.
func (v Value) Time() time.Time {
	t := v.Text()
	if !t.Set {
		return time.Time{}
	}
	moment, err := time.Parse(time.RFC3339, t.Value)
	if err != nil {
		moment, err = time.Parse(time.DateOnly, t.Value)
	}
	if err != nil || moment.Unix() < 0 {
		v.Fail(`must be a time in the form of RFC 3339, such as "2030-01-31T12:00:00Z", or a date`)
		return time.Time{}
	}
	return moment.UTC()
}
