package emulatortest

import "github.com/caddy-workos/caddy-workos/emulator/oauth"

// Key is the key that signs the server's tokens. Its Verify decodes the claims of one, and its Sign makes one of claims
// that the emulator would not give anybody. The tokens of fixtures are those of its Replayed key.
func (s *Server) Key() *oauth.SigningKey { return s.options.Key }

// JWKS is the JSON of the key set that the server's tokens are verified with, and those of fixtures. The server's own
// endpoints have the keys of the upstream's tokens beside it.
func (s *Server) JWKS() []byte {
	set := append([]byte(`{"keys":[`), s.options.Key.PublicJWK()...)
	if s.fixtures != nil {
		set = append(append(set, ','), s.options.Key.Replayed().PublicJWK()...)
	}
	return append(set, "]}"...)
}

// Token returns the access token that an application would be given now, without its secret. The scope is a list with
// spaces in between, and empty for all that the application has.
func (s *Server) Token(clientID, scope string) string {
	s.test.t.Helper()
	application, ok := s.options.Store.View().ApplicationByClientID(clientID)
	if !ok {
		s.test.t.Fatalf("emulatortest: Token: no application has the client_id %q", clientID)
		return ""
	}
	token, err := s.emulator.Mint(application, scope)
	if err != nil {
		s.test.t.Fatalf("emulatortest: Token: the scope %q for %s: %v", scope, clientID, err)
		return ""
	}
	return token
}
