package serving

import (
	"errors"
	"strconv"

	"github.com/spf13/pflag"
)

// AddFlags adds the flags, in the order in which the help shows them.
func (s *Server) AddFlags(flags *pflag.FlagSet, listen string) {
	s.given = flags.Changed
	flags.StringVarP(&s.Seed, "seed", "s", "", "Seed file, YAML or JSON (default: "+seedNamesForPeople+" of the working folder)")
	flags.VarP(&s.port, "port", "p", "Port on this machine, in the place of --listen; 0 is a free one")
	flags.StringVarP(&s.Listen, "listen", "l", listen, "Address to listen on; ':4100' is on all interfaces, and port 0 is a free one")
	flags.StringVar(&s.Fixtures, "fixtures", "", "Folder of recorded answers (default: "+fixturesFolder+", if it has any and there is no upstream)")
	flags.StringVar(&s.Mode, "mode", "", "What is done with the fixtures: replay, record, once, fallback, verify or live")
	flags.StringVar(&s.Upstream, "upstream", "", "Origin of the real REST API, such as https://api.workos.com")
	flags.StringVar(&s.AuthKit, "authkit", "", "Origin of the real /oauth2/* and /.well-known/* (default: the upstream)")
	flags.StringVar(&s.PublicURL, "public-url", "", "Where callers reach it, an origin that may have a path (default: where a request was sent)")
	flags.StringVar(&s.Issuer, "issuer", "", "iss claim of tokens, an origin (default: the public URL)")
	flags.StringVar(&s.Audience, "audience", "", "aud claim of tokens, the client ID of your environment (default: the application's client_id)")
	flags.StringVar(&s.SigningKey, "signing-key", "", "PEM file of the RSA key that signs tokens, or 'storage' for one in Caddy's storage (default: made at the start)")
	s.addLoginFlags(flags)
	flags.BoolVar(&s.TestAPI, "test-api", false, "Let anybody reset the state and make requests fail, under /_emulate/")
	flags.StringVar(&s.Admin, "admin", "", "Address of Caddy's admin endpoint (default: off)")
	flags.BoolVarP(&s.AccessLog, "access-log", "a", false, "Log each request, as Caddy does")
	flags.BoolVarP(&s.Debug, "debug", "v", false, "Log verbosely")
}

// addLoginFlags adds those for the logins of users.
func (s *Server) addLoginFlags(flags *pflag.FlagSet) {
	flags.StringVar(&s.Login, "login", "", "Who signs in: 'first', the first user of the seed; 'page', whom one chooses; or 'password', with the steps of a real login (default: page with an upstream, first without)")
	flags.BoolVar(&s.CreateLocal, "create-local", false, "Create organizations and users here, although there is an upstream")
	flags.StringArrayVar(&s.ClientIDs, "client-id", nil, "Client ID of your environment that a login may name; repeatable (default: --audience, or any)")
	flags.StringArrayVar(&s.RedirectURIs, "redirect-uri", nil, "Where a login may send the browser, such as 'https://*.example.com/callback'; repeatable (default: URIs of this machine)")
	flags.StringArrayVar(&s.SignOutRedirects, "sign-out-redirect", nil, "Where a logout may send the browser; repeatable (default: URIs of this machine)")
	flags.StringArrayVar(&s.CORSOrigins, "cors-origin", nil, "Origin whose pages may call authenticate by script; repeatable (default: those of this machine)")
	flags.Var(&s.UserTokenTTL, "user-token-ttl", "How long access tokens of users live, such as 300, 5m or 1d (default: 5m)")
	flags.StringVar(&s.UserTokenAudience, "user-token-audience", "", "aud claim of access tokens of users: 'client_id', or 'none' as in production (default: none)")
	flags.Var(&s.SessionTTL, "session-ttl", "How long a session lasts at most, such as 12h or 30d (default: 365d)")
}

// isGiven tells whether a flag is on the command line, whatever its value.
func (s *Server) isGiven(flag string) bool { return s.given != nil && s.given(flag) }

// address is where it is to listen, by --listen or --port.
func (s *Server) address() (string, error) {
	switch {
	case !s.port.given:
		return s.Listen, nil
	case s.isGiven("listen"):
		return "", errors.New("--port and --listen both say where to listen: give one of them")
	}
	return localhost + ":" + s.port.String(), nil
}

// portFlag is the value of --port.
type portFlag struct {
	given bool
	port  uint16
}

// Set reads the value.
func (f *portFlag) Set(text string) error {
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return errors.New("want a number up to 65535")
	}
	f.given, f.port = true, uint16(port)
	return nil
}

func (f *portFlag) String() string {
	if !f.given {
		return ""
	}
	return strconv.FormatUint(uint64(f.port), 10)
}

// Type is what the help calls the value.
func (*portFlag) Type() string { return "port" }
