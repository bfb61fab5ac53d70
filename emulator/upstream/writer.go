package upstream

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// Writer is the caller's http.ResponseWriter, which notices whether an answer was begun, and buffers nothing.
type Writer struct {
	http.ResponseWriter
	// Began is told the status when the answer begins. It may be nil.
	Began func(status int)

	answered bool
	status   int    // of the answer
	source   string // of the answer, as its header says

	passing  bool                  // what is written now comes from the next handler
	refused  func(status int) bool // tells that the next handler's answer with a status does not count; may be nil
	dropping bool                  // it does not
	context  context.Context       // in which the next handler may say that it is not simply the upstream
}

// NewWriter returns the writer of a request's answer.
func NewWriter(w http.ResponseWriter, r *http.Request) *Writer {
	return &Writer{ResponseWriter: w, context: r.Context()}
}

// Answered tells whether an answer was begun.
func (w *Writer) Answered() bool { return w.answered }

// Status is that of the answer, and 0 where none was begun.
func (w *Writer) Status() int { return w.status }

// Source says who answered: see [source.Header]. It is empty where no answer was begun.
func (w *Writer) Source() string { return w.source }

// Own returns the writer for an answer of the emulator's own.
func (w *Writer) Own() http.ResponseWriter {
	w.passing = false
	return w
}

// forwarding returns the writer for the next handler.
func (w *Writer) forwarding() http.ResponseWriter {
	w.passing = true
	return w
}

// discards tells whether what the next handler writes is to be dropped.
func (w *Writer) discards(status int) bool {
	if w.passing && !w.answered && !w.dropping && w.refused != nil {
		w.dropping = w.refused(status)
	}
	return w.passing && w.dropping
}

func (w *Writer) begin(status int) {
	if w.answered {
		return
	}
	w.answered, w.status = true, status
	if w.Began != nil {
		w.Began(status)
	}
	if !w.passing {
		w.source = w.Header().Get(source.Header)
		return
	}
	w.source = source.Get(w.context)
	source.SetHeader(w.Header(), w.source)
}

// WriteHeader passes informational answers through: they do not begin the answer.
func (w *Writer) WriteHeader(status int) {
	if w.discards(status) {
		return
	}
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.begin(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *Writer) Write(p []byte) (int, error) {
	if w.discards(http.StatusOK) {
		return len(p), nil
	}
	w.begin(http.StatusOK)
	return w.ResponseWriter.Write(p)
}

// ReadFrom keeps the way open for sendfile.
func (w *Writer) ReadFrom(r io.Reader) (int64, error) {
	if w.discards(http.StatusOK) {
		return io.Copy(io.Discard, r)
	}
	w.begin(http.StatusOK)
	return io.Copy(w.ResponseWriter, r)
}

// FlushError makes http.ResponseController count a flush as the beginning of an answer.
func (w *Writer) FlushError() error {
	if w.discards(http.StatusOK) {
		return nil
	}
	w.begin(http.StatusOK)
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush is FlushError for those who look for an http.Flusher.
func (w *Writer) Flush() { _ = w.FlushError() }

// Hijack makes http.ResponseController count taking the connection over as an answer.
func (w *Writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.answered = true
	}
	return conn, buffered, err
}

// Unwrap serves http.ResponseController.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
