package emulatortest

import (
	"crypto/rand"

	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/store"
)

// Reset makes the server what it was when it was started, between the parts of a test: what was created goes, and what
// was changed or deleted comes back; its hooks are those of the seed; fixtures begin with their first answers; and
// Requests has none. The clock and the signing key stay.
func (s *Server) Reset() {
	s.test.t.Helper()
	if s.fixtures != nil {
		s.fixtures.Library.Reset()
	}
	s.options.Store.Reset()
	s.options.Faults.Reset(s.seed.ErrorHooks())
	s.options.Documents.Forget()
	s.requests.clear()
	s.test.forget()
}

// applySeed makes the new server's store and hooks those of the seed.
func (s *Server) applySeed() error {
	s.options.Secrets.Seed(s.seed.Secrets())
	s.options.Faults.Seed(s.seed.ErrorHooks())
	return s.options.Store.Update(func(tx *store.Txn) error {
		_, err := s.seed.Apply(tx, s.clock.read(), rand.Reader)
		return err
	})
}

// Fail makes requests fail as the hook says, until the function that it returns is called, the hook has no more
// requests left, or [Server.Reset] is called. It concerns all requests that match, also those for the upstream.
func (s *Server) Fail(hook fault.Hook) (stop func()) {
	s.test.t.Helper()
	if err := hook.Check(); err != nil {
		s.test.t.Fatalf("emulatortest: Fail: %v", err)
		return func() {}
	}
	added := s.options.Faults.Add(hook)
	return func() { s.options.Faults.Remove(added.ID) }
}
