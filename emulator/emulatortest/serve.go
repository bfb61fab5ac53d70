package emulatortest

import (
	"context"
	"net"
	"net/http"
	"path"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// contextOf is a server's BaseContext.
func contextOf(ctx context.Context) func(net.Listener) context.Context {
	return func(net.Listener) context.Context { return ctx }
}

// serve answers a request and takes note of it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	r, misses := withMisses(r)
	noted := s.requests.note(w, r)
	noted.then = func(answered Request) { misses.tell(s.test, answered.Status, answered.Source) }
	defer noted.end()
	if s.emulator.Serve(noted, r, s.next) != nil {
		source.SetHeader(w.Header(), source.Emulator) // it is not the upstream who says this
		api.WriteProblem(noted, http.StatusBadGateway, "upstream_unreachable", "WorkOS could not be reached.")
	}
}

// next is asked what the emulator does not answer.
func (s *Server) next(w http.ResponseWriter, r *http.Request) error {
	if s.fixtures != nil {
		return s.fixtures.Serve(w, r, s.real)
	}
	return s.real(w, r)
}

// real asks the real WorkOS, if there is an upstream.
func (s *Server) real(w http.ResponseWriter, r *http.Request) error {
	cleaned := path.Clean(r.URL.Path)
	isOAuth := strings.HasPrefix(cleaned, "/oauth2/") || strings.HasPrefix(cleaned, "/.well-known/")
	switch {
	case s.authkit != nil && isOAuth:
		return s.authkit.ask(w, r)
	case s.upstream != nil:
		return s.upstream.ask(w, r)
	}
	return nil
}
