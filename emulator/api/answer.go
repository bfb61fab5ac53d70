package api

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// Answer is what a handler returns for the caller.
type Answer struct {
	Status int
	Header http.Header // added to the fields that every answer has; may be nil
	Body   any         // encoded as JSON; nil for none
	Raw    []byte      // encoded JSON, in the place of Body
	HTML   []byte      // a page, in the place of Body and Raw
	// Source is the value of [source.Header]. Empty stands for [source.Emulator].
	Source string
}

// Code returns the error code of the answer, or nothing for one that has none.
func (a Answer) Code() string {
	switch content := a.Body.(type) {
	case *Problem:
		return content.Code
	case *OAuthError:
		return content.Code
	case interface{ ErrorCode() string }:
		return content.ErrorCode()
	}
	return ""
}

// OK returns an answer with status 200.
func OK(body any) (Answer, error) { return Answer{Status: http.StatusOK, Body: body}, nil }

// Created returns an answer with status 201.
func Created(body any) (Answer, error) { return Answer{Status: http.StatusCreated, Body: body}, nil }

// Empty returns an answer with a status and no body.
func Empty(status int) (Answer, error) { return Answer{Status: status}, nil }

// Redirect returns an answer that sends a browser to a URL: 302, as WorkOS does, or 303 after a form was posted.
func Redirect(status int, to string) (Answer, error) {
	return Answer{Status: status, Header: http.Header{"Location": {to}, "Cache-Control": {"no-store"}}}, nil
}

// NoStore returns the header that RFC 6749 §5.1 requires of every answer that may contain a token.
func NoStore() http.Header {
	return http.Header{"Cache-Control": {"no-store"}, "Pragma": {"no-cache"}}
}

// Encode returns the body, as JSON unless it is HTML. It does not escape HTML characters.
func (a Answer) Encode() ([]byte, error) {
	if a.HTML != nil {
		return a.HTML, nil
	}
	if a.Raw != nil || a.Body == nil {
		return a.Raw, nil
	}
	return EncodeJSON(a.Body)
}

// EncodeJSON encodes a value as bodies of answers are encoded. It does not escape HTML characters.
func EncodeJSON(value any) ([]byte, error) {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(encoded.Bytes(), []byte("\n")), nil
}
