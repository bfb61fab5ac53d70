package api

import (
	"io"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

const contentType = "application/json; charset=utf-8"

func (a Answer) contentType() string {
	if a.HTML != nil {
		return "text/html; charset=utf-8"
	}
	return contentType
}

// Write writes an answer with the header fields that every answer of the emulator has. X-Request-Id is made from random.
func Write(w http.ResponseWriter, r *http.Request, a Answer, random io.Reader) {
	content := mustEncode(a)
	h := w.Header()
	for name, values := range a.Header {
		if name == "Vary" { // another handler may have set it
			values = append(h.Values(name), values...)
		}
		h[name] = values
	}
	h.Set("X-Request-Id", requestID(random))
	if a.Source == "" {
		a.Source = source.Emulator
	}
	h.Set(source.Header, a.Source)
	if content != nil {
		h.Set("Content-Type", a.contentType())
		h.Set("Content-Length", strconv.Itoa(len(content)))
	}
	w.WriteHeader(a.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // an error says that the client has disconnected
	}
}

// requestID returns a bare UUID (WORKOS.md, "Generic conduct").
func requestID(random io.Reader) string {
	id, err := uuid.NewRandomFromReader(random)
	if err != nil {
		return uuid.Nil.String()
	}
	return id.String()
}

// WriteJSON writes a value as JSON, without the header fields that answers of WorkOS's endpoints have. It returns nil, for use in
// [Operation.Serve].
func WriteJSON(w http.ResponseWriter, status int, value any) error {
	writePlain(w, Answer{Status: status, Body: value})
	return nil
}

// WriteProblem writes an error in the shape of WorkOS's REST API: see [WriteJSON].
func WriteProblem(w http.ResponseWriter, status int, code, message string) {
	_ = WriteJSON(w, status, &Problem{Message: message, Code: code})
}

// WriteEmpty writes a status without a body. It returns nil, for use in [Operation.Serve].
func WriteEmpty(w http.ResponseWriter, status int) error {
	writePlain(w, Answer{Status: status})
	return nil
}

// WriteError writes the answer to an error in the shape of WorkOS's REST API: see [AnswerTo] and [WriteJSON].
func WriteError(w http.ResponseWriter, err error) { writePlain(w, AnswerTo(err, false)) }

func writePlain(w http.ResponseWriter, a Answer) {
	content := mustEncode(a)
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	if content != nil {
		w.Header().Set("Content-Type", contentType)
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(content) // an error says that the client has disconnected
}

func mustEncode(a Answer) []byte {
	content, err := a.Encode()
	if err != nil {
		panic(err) // a wire type that JSON cannot hold
	}
	return content
}

// WriteUnavailable writes the 503 `unavailable` in the shape of WorkOS's REST API, for a server that has no emulator to serve with.
func WriteUnavailable(w http.ResponseWriter, message string) error {
	return writeFailure(w, http.StatusServiceUnavailable, &Problem{Message: message, Code: "unavailable"})
}

// WriteUnreachable writes the error `upstream_unreachable` in the shape of WorkOS's REST API: see [Unreachable].
func WriteUnreachable(w http.ResponseWriter, status int) error {
	return writeFailure(w, status, Unreachable(status))
}

func writeFailure(w http.ResponseWriter, status int, problem error) error {
	content, err := EncodeJSON(problem)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set(source.Header, source.Emulator)
	w.WriteHeader(status)
	_, err = w.Write(content)
	return err
}
