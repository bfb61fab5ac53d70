// Package writer wraps an http.ResponseWriter for a handler that has to know when an answer begins.
package writer

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// Writer calls Begin when an answer begins: with its status, its first byte, a flush, or when the connection is taken over.
// Informational answers (1xx) are written; they do not begin the answer.
type Writer struct {
	http.ResponseWriter
	// Begin is called with the status before the first part of the answer is written, and again before each further part. Where it
	// returns false, that part is dropped.
	Begin func(status int) bool
}

// WriteHeader implements http.ResponseWriter.
func (w *Writer) WriteHeader(status int) {
	if status < 200 && status != http.StatusSwitchingProtocols || w.Begin(status) {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter. What is dropped counts as written.
func (w *Writer) Write(p []byte) (int, error) {
	if !w.Begin(http.StatusOK) {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// ReadFrom implements io.ReaderFrom, so that net/http can use sendfile.
func (w *Writer) ReadFrom(r io.Reader) (int64, error) {
	if !w.Begin(http.StatusOK) {
		return io.Copy(io.Discard, r)
	}
	return io.Copy(w.ResponseWriter, r)
}

// FlushError begins the answer: http.ResponseController calls it.
func (w *Writer) FlushError() error {
	if !w.Begin(http.StatusOK) {
		return nil
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush is FlushError for handlers that look for an http.Flusher.
func (w *Writer) Flush() { _ = w.FlushError() }

// Hijack begins the answer with the status 101, where the connection can be taken over.
func (w *Writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.Begin(http.StatusSwitchingProtocols)
	}
	return conn, buffered, err
}

// Unwrap serves http.ResponseController.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
