package api

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// Answer is what a handler answers.
type Answer struct {
	Status int
	Header http.Header // beside the usual fields; may be nil
	Body   any         // encoded as JSON; nil for none
	Raw    []byte      // JSON that is encoded already; instead of Body
	// Source says who has answered: see package source. Empty for the emulator alone.
	Source string
}

// OK answers 200.
func OK(body any) (Answer, error) { return Answer{Status: http.StatusOK, Body: body}, nil }

// Created answers 201.
func Created(body any) (Answer, error) { return Answer{Status: http.StatusCreated, Body: body}, nil }

// Empty answers with a status alone.
func Empty(status int) (Answer, error) { return Answer{Status: status}, nil }

// NoStore is the header that RFC 6749 §5.1 wants of every answer that may hold a token.
func NoStore() http.Header {
	return http.Header{"Cache-Control": {"no-store"}, "Pragma": {"no-cache"}}
}

// Encode returns the body's JSON, without the escapes that HTML would need.
func (a Answer) Encode() ([]byte, error) {
	if a.Raw != nil || a.Body == nil {
		return a.Raw, nil
	}
	return EncodeJSON(a.Body)
}

// EncodeJSON encodes a value as answers are, without the escapes that HTML would need.
func EncodeJSON(value any) ([]byte, error) {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(encoded.Bytes(), []byte("\n")), nil
}
