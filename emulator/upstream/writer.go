package upstream

import (
	"context"
	"net/http"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/writer"
)

// Writer is the caller's http.ResponseWriter, which notices whether an answer was begun and by whom, and buffers nothing. It is
// ready after [Writer.Init].
type Writer struct {
	writer.Writer
	uses *guard.Uses // of keys, noted when the answer begins; may be nil
	now  time.Time

	answered bool
	status   int    // of the answer
	source   string // of the answer, as its header says

	passing  bool                  // what is written now comes from the next handler
	refused  func(status int) bool // tells that the next handler's answer with a status does not count; may be nil
	dropping bool                  // it does not
	context  context.Context       // in which the next handler may say that it is not simply the upstream
}

// Init makes w the writer of a request's answer. The uses of keys, which may be nil, are noted when the answer begins.
func (w *Writer) Init(to http.ResponseWriter, r *http.Request, uses *guard.Uses, now time.Time) {
	*w = Writer{context: r.Context(), uses: uses, now: now}
	w.Writer = writer.Writer{ResponseWriter: to, Begin: w.begin}
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

// begin is [writer.Writer.Begin].
func (w *Writer) begin(status int) bool {
	if w.passing && !w.answered && !w.dropping && w.refused != nil {
		w.dropping = w.refused(status)
	}
	if w.passing && w.dropping {
		return false
	}
	if w.answered {
		return true
	}
	w.answered, w.status = true, status
	if w.uses != nil {
		w.uses.Note(status, w.now)
	}
	if w.passing {
		w.source = source.Get(w.context)
		source.SetHeader(w.Header(), w.source)
	} else {
		w.source = w.Header().Get(source.Header)
	}
	return true
}
