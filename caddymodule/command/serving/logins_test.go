package serving

import (
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

// parsedFlags returns a server with flags of a command line.
func parsedFlags(t *testing.T, args ...string) (*Server, error) {
	t.Helper()
	s := &Server{}
	flags := pflag.NewFlagSet("workos", pflag.ContinueOnError)
	s.AddFlags(flags, DefaultListen)
	return s, flags.Parse(args)
}

// TestLoginFlags checks that each flag sets its option.
func TestLoginFlags(t *testing.T) {
	t.Parallel()
	s, err := parsedFlags(t,
		"--login", "password", "--create-local", "--client-id", "client_a", "--client-id", "client_b", "--redirect-uri", "http://localhost:*/cb",
		"--redirect-uri", "https://*.example.com/cb", "--sign-out-redirect", "https://app.example.com/", "--cors-origin", "https://app.example.com",
		"--user-token-ttl", "1d", "--user-token-audience", "client_id", "--session-ttl", "12h",
	)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Logins.check(s.isGiven); err != nil {
		t.Error(err)
	}
	l := s.Logins
	if l.Login != "password" || !l.CreateLocal || len(l.ClientIDs) != 2 || len(l.RedirectURIs) != 2 || len(l.SignOutRedirects) != 1 ||
		len(l.CORSOrigins) != 1 || time.Duration(l.UserTokenTTL) != 24*time.Hour || l.UserTokenAudience != "client_id" ||
		time.Duration(l.SessionTTL) != 12*time.Hour || l.FirstClientID() != "client_a" {
		t.Errorf("they are %+v", l)
	}
	s, err = parsedFlags(t)
	if err := s.Logins.check(s.isGiven); err != nil || s.FirstClientID() != "" {
		t.Errorf("without flags: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestLoginFlagsThatAreWrong checks that the error names the flag and what was meant.
func TestLoginFlagsThatAreWrong(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"--login=frist":               `--login: want first, page or password, got "frist", did you mean "first"?`,
		"--login={env.NOT_SET}":       "--login: ",
		"--client-id=a b":             "--client-id: a b: want a client ID such as client_01ENVIRONMENT",
		"--client-id=":                "--client-id: a value is empty",
		"--redirect-uri=/callback":    "--redirect-uri: /callback: ",
		"--sign-out-redirect=x":       "--sign-out-redirect: x: ",
		"--cors-origin=*":             "--cors-origin: *: wildcards are not allowed",
		"--user-token-ttl=0":          "--user-token-ttl: want a positive number of whole seconds, such as 5m, got 0s",
		"--user-token-ttl=1500ms":     "--user-token-ttl: want a positive number of whole seconds, such as 5m, got 1.5s",
		"--session-ttl=0":             "--session-ttl: want a positive number of whole seconds, such as 5m, got 0s",
		"--session-ttl=-1h":           "--session-ttl: want a positive number of whole seconds, such as 5m, got -1h0m0s",
		"--user-token-audience=x":     `--user-token-audience: want client_id or none, got "x"`,
		"--redirect-uri=javascript:x": "--redirect-uri: javascript:x: ",
	} {
		s, err := parsedFlags(t, arg)
		if err != nil {
			t.Errorf("%s: %v", arg, err)
			continue
		}
		if _, err := s.Prepare(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: the error is %v, want %s", arg, err, want)
		}
	}
}
