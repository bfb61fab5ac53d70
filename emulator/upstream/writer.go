package upstream

import (
	"context"
	"net/http"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/writer"
)

// Writer wraps the caller's http.ResponseWriter. It records whether an answer was begun, and by whom, and buffers nothing. It is
// ready after [Writer.Init].
type Writer struct {
	writer.Writer
	uses *guard.Uses // uses of keys, noted when the answer begins; may be nil
	now  time.Time

	answered bool
	status   int    // of the answer
	source   string // of the answer, as its header says

	passing  bool                  // what is written now comes from the next handler
	refused  func(status int) bool // reports whether the next handler's answer with a status is to be dropped; may be nil
	dropping bool                  // it is dropped
	context  context.Context       // in which a handler records that it answers, and not the upstream
}

// Init makes w the writer of the answer to r. It notes the uses of keys, which may be nil, when the answer begins.
func (w *Writer) Init(to http.ResponseWriter, r *http.Request, uses *guard.Uses, now time.Time) {
	*w = Writer{context: r.Context(), uses: uses, now: now}
	w.Writer = writer.Writer{ResponseWriter: to, Begin: w.begin}
}

// Answered reports whether the answer was begun.
func (w *Writer) Answered() bool { return w.answered }

// Status returns the status of the answer, and 0 where none was begun.
func (w *Writer) Status() int { return w.status }

// Source returns who answered: see [source.Header]. It is empty where no answer was begun.
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

// begin implements [writer.Writer.Begin].
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
