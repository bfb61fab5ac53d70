package seed

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/duration"
)

// boolean decodes true or false; nil where the field is null.
func (v value) boolean() *bool {
	if isScalar(v.node, boolTag) {
		isTrue := strings.EqualFold(v.node.Value, "true")
		return &isTrue
	}
	if !v.isNull() {
		v.want("true or false")
	}
	return nil
}

// isTrue decodes true or false; null is false.
func (v value) isTrue() bool {
	b := v.boolean()
	return b != nil && *b
}

// scalar decodes a string. A number or a boolean becomes its text.
func (v value) scalar() text {
	characters, ok := v.scalarText()
	if !ok {
		return v.text()
	}
	v.d.warn("scalar", v.place, kind(v.node)+" is taken for the text that it is written as; put it in quotes")
	return text{place: v.place, value: characters, raw: characters, given: true, set: true}
}

// oneOf decodes one of a few words.
func (v value) oneOf(words ...string) text {
	t := v.text()
	if t.set && !slices.Contains(words, t.value) {
		v.fail(`must be "%s"`, strings.Join(words, `" or "`))
		t.set, t.value = false, ""
	}
	return t
}

// number decodes a number. It fails for null as well.
func (v value) number() (float64, bool) {
	if isNumber(v.node) {
		number, err := strconv.ParseFloat(strings.ReplaceAll(v.node.Value, "_", ""), 64)
		if err == nil && !math.IsInf(number, 0) && !math.IsNaN(number) {
			return number, true
		}
	}
	v.want("a number")
	return 0, false
}

// integer decodes a whole number within bounds.
func (v value) integer(least, most int) (int, bool) {
	if !isScalar(v.node, intTag) {
		v.want("a whole number")
		return 0, false
	}
	number, err := strconv.ParseInt(strings.ReplaceAll(v.node.Value, "_", ""), 0, 64)
	if err != nil || number < int64(least) || number > int64(most) {
		v.fail("must be a whole number from %d to %d", least, most)
		return 0, false
	}
	return int(number), true
}

// duration decodes a length of time: see [duration.Parse].
func (v value) duration() (time.Duration, bool) {
	characters := v.node.Value
	if !isNumber(v.node) {
		t := v.text()
		if !t.set {
			return 0, false
		}
		characters = t.value
	}
	length, err := duration.Parse(characters)
	if err != nil {
		v.fail(`must be a duration such as "90s", "1h30m" or "1d", or a number of seconds`)
		return 0, false
	}
	return length, true
}

// time decodes a moment, or a date, which begins at midnight UTC; the zero time for null.
func (v value) time() time.Time {
	t := v.text()
	if !t.set {
		return time.Time{}
	}
	moment, err := time.Parse(time.RFC3339, t.value)
	if err != nil {
		moment, err = time.Parse(time.DateOnly, t.value)
	}
	if err != nil || moment.Unix() < 0 {
		v.fail(`must be a time in the form of RFC 3339, such as "2030-01-31T12:00:00Z", or a date`)
		return time.Time{}
	}
	return moment.UTC()
}
