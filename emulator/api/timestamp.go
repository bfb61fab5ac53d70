package api

import "time"

// Timestamp is a time that is encoded as ISO 8601 in UTC with milliseconds, as WorkOS does.
type Timestamp time.Time

const timestampLayout = `"2006-01-02T15:04:05.000Z"`

// MarshalJSON writes null for the zero time.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return time.Time(t).UTC().AppendFormat(make([]byte, 0, len(timestampLayout)), timestampLayout), nil
}
