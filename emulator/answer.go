package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// answer is what a handler has to say.
type answer struct {
	status int
	header http.Header // beside the usual ones; may be nil
	body   any         // encoded as JSON; nil for none
	raw    []byte      // JSON that is encoded already; instead of body
}

func ok(body any) (answer, error) { return answer{status: http.StatusOK, body: body}, nil }

// noStore is what RFC 6749 §5.1 wants of every answer that may hold a token.
func noStore() http.Header {
	return http.Header{"Cache-Control": {"no-store"}, "Pragma": {"no-cache"}}
}

// encode returns the body's JSON, without the escapes that HTML would need.
func (a answer) encode() ([]byte, error) {
	if a.raw != nil || a.body == nil {
		return a.raw, nil
	}
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a.body); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(encoded.Bytes(), []byte("\n")), nil
}

// write sends the answer with the headers that every answer of the emulator has.
func (c *call) write(a answer) {
	body, err := a.encode()
	if err != nil {
		panic(err) // a wire type that JSON cannot hold
	}
	c.writer.passing = false
	h := c.writer.Header()
	for name, values := range a.header {
		h[name] = values
	}
	h.Set("X-Request-Id", requestID(c.emulator))
	h.Set(source.Header, c.source)
	if body != nil {
		h.Set("Content-Type", "application/json; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	c.status = a.status
	c.observeToken(a)
	c.writer.WriteHeader(a.status)
	if c.http.Method != http.MethodHead {
		_, _ = c.writer.Write(body) // the caller is gone: nobody is left to tell
	}
}

// requestID returns a bare UUID (WORKOS.md, "Generic conduct").
func requestID(e *Emulator) string {
	id, err := uuid.NewRandomFromReader(e.Random)
	if err != nil {
		return uuid.Nil.String()
	}
	return id.String()
}

// timestamp is a time on the wire: ISO 8601 in UTC with milliseconds.
type timestamp time.Time

const timestampLayout = `"2006-01-02T15:04:05.000Z"`

// MarshalJSON writes null for the zero time.
func (t timestamp) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return time.Time(t).UTC().AppendFormat(make([]byte, 0, len(timestampLayout)), timestampLayout), nil
}
