package emulatortest

import (
	"cmp"

	"github.com/caddy-workos/caddy-workos/emulator"
)

// anyClientID is the client ID of an environment that has none.
const anyClientID = "client_emulated"

// SignIn begins a session of the user with an address, without a browser, and returns it with its tokens. No organizationID stands
// for the only organization of the user, or for none. The client ID is the first of [ClientIDs], or that of [Audience], or any.
//
// For a login with all its steps, send a browser or an HTTP client to /user_management/authorize with the address as login_hint.
func (s *Server) SignIn(email string, organizationID ...string) emulator.SignedIn {
	s.test.t.Helper()
	if len(organizationID) > 1 {
		s.test.t.Fatalf("emulatortest: SignIn: a session has one organization, got %d", len(organizationID))
		return emulator.SignedIn{}
	}
	clientID := cmp.Or(s.options.Audience, anyClientID)
	if len(s.options.ClientIDs) > 0 {
		clientID = s.options.ClientIDs[0]
	}
	signedIn, err := s.emulator.SignIn(email, clientID, cmp.Or(append(organizationID, "")...))
	if err != nil {
		s.test.t.Fatalf("emulatortest: SignIn %q: %v", email, err)
		return emulator.SignedIn{}
	}
	return signedIn
}
