package api

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// Moment reads a time in ISO 8601.
func (in *Input) Moment(field string) time.Time {
	var value string
	if !in.Decode(field, "a string", &value) {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		in.Fail(field, "invalid_date", field+" must be an ISO 8601 time, such as 2030-01-01T00:00:00.000Z")
	}
	return at
}

// Future reads a time in ISO 8601, which must be after now.
func (in *Input) Future(field string, now time.Time) time.Time {
	before := in.Count()
	at := in.Moment(field)
	if in.Has(field) && !in.IsNull(field) && in.Count() == before && !at.After(now) {
		in.Fail(field, "in_the_past", field+" must be in the future")
	}
	return at
}

// CheckedText reads a required string that must satisfy right. want completes the error: "must be …".
func (in *Input) CheckedText(field string, right func(string) bool, want string) string {
	before := in.Count()
	value := in.RequiredText(field)
	if in.Count() == before && !right(value) {
		in.Fail(field, "invalid", field+" must be "+want)
	}
	return value
}

// Integer reads a whole number from least to most.
func (in *Input) Integer(field string, least, most int) int {
	var value int
	if in.Decode(field, "a whole number", &value) && (value < least || value > most) {
		in.Fail(field, "invalid", fmt.Sprintf("%s must be a whole number from %d to %d", field, least, most))
	}
	return value
}

// Share reads a number in (0, 1].
func (in *Input) Share(field string) float64 {
	var value float64
	if in.Decode(field, "a number", &value) && (value <= 0 || value > 1) {
		in.Fail(field, "invalid", field+" must be more than 0 and at most 1")
	}
	return value
}

// Duration reads a string in the form of [time.ParseDuration], or a number of seconds. It must not be negative.
func (in *Input) Duration(field string) time.Duration {
	if !in.Has(field) || in.IsNull(field) {
		return 0
	}
	var seconds float64
	var text string
	delay := time.Duration(-1)
	switch raw := in.members[field]; {
	case json.Unmarshal(raw, &seconds) == nil && seconds < math.MaxInt64/float64(time.Second):
		delay = time.Duration(seconds * float64(time.Second))
	case json.Unmarshal(raw, &text) == nil:
		if parsed, err := time.ParseDuration(text); err == nil {
			delay = parsed
		}
	}
	if delay < 0 {
		in.Fail(field, "invalid", field+` must be a duration such as "250ms", or a number of seconds, and not negative`)
	}
	return delay
}
