package emulatortest

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/writer"
)

// Request is what a server was asked, and who answered.
type Request struct {
	Method string
	Path   string // without the query
	// Source is who answered, as the answer's header X-Workos-Source says: one of those in package source.
	Source string
	// Status is the answer's. It is 0 as long as there is none, and where the connection was broken off instead.
	Status int
}

// String says it in one line.
func (r Request) String() string {
	return fmt.Sprintf("%s %s: %d from %s", r.Method, r.Path, r.Status, r.Source)
}

// DefaultKeptRequests is how many requests a server keeps where [KeepRequests] does not say otherwise.
const DefaultKeptRequests = 10_000

// Requests returns what the server was asked, in the order in which the requests came: the last ones, of as many as
// [KeepRequests] says. The ones that a caller has an answer to are complete.
func (s *Server) Requests() []Request {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	kept := s.requests.last()
	all := make([]Request, len(kept))
	for i, request := range kept {
		all[i] = *request
	}
	return all
}

// requests are those that came last.
type requests struct {
	keep int // how many, at most

	mu    sync.Mutex
	noted []*Request // up to twice as many, so that the older half goes at once
}

// last are those that are kept. r.mu is held.
func (r *requests) last() []*Request { return r.noted[max(len(r.noted)-r.keep, 0):] }

// noted is the writer of a request's answer. It takes note before the caller sees anything of it.
type noted struct {
	writer.Writer
	all     *requests
	request *Request      // all.mu is locked while it is changed or read
	begun   bool          // the answer
	then    func(Request) // is called when it begins
}

// note adds a request.
func (r *requests) note(w http.ResponseWriter, asked *http.Request) *noted {
	n := &noted{all: r, request: &Request{Method: asked.Method, Path: asked.URL.Path}}
	n.Writer = writer.Writer{ResponseWriter: w, Begin: n.answered}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.noted) >= 2*r.keep {
		r.noted = append([]*Request(nil), r.last()...)
	}
	r.noted = append(r.noted, n.request)
	return n
}

func (r *requests) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noted = nil
}

// answered is [writer.Writer.Begin].
func (n *noted) answered(status int) bool {
	if n.begun {
		return true
	}
	n.begun = true
	n.all.mu.Lock()
	n.request.Status, n.request.Source = status, n.Header().Get(source.Header)
	answered := *n.request
	n.all.mu.Unlock()
	n.then(answered)
	return true
}

// end is for what was not answered: a hook may have broken the connection off.
func (n *noted) end() { n.answered(0) }
