package serving

import (
	"net/url"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// TestListenAddresses goes through the forms of --listen, on machines with and without an IPv6 loopback.
func TestListenAddresses(t *testing.T) {
	t.Parallel()
	const both = "127.0.0.1:4100 [::1]:4100"
	for value, test := range map[string]struct {
		addresses, withoutIPv6 string
		base                   string
		local                  bool
	}{
		"localhost:4100":          {both, "127.0.0.1:4100", "http://localhost:4100", true},
		"LocalHost:4100":          {both, "127.0.0.1:4100", "http://localhost:4100", true},
		"tcp/localhost:4100":      {both, "127.0.0.1:4100", "http://localhost:4100", true},
		"tcp4/localhost:4100":     {"tcp4/127.0.0.1:4100", "tcp4/127.0.0.1:4100", "http://localhost:4100", true},
		"tcp6/localhost:4100":     {"tcp6/[::1]:4100", "tcp6/[::1]:4100", "http://localhost:4100", true},
		"127.0.0.1:4100":          {"127.0.0.1:4100", "127.0.0.1:4100", "http://127.0.0.1:4100", true},
		"127.0.0.2:4100":          {"127.0.0.2:4100", "127.0.0.2:4100", "http://127.0.0.2:4100", true},
		"[::1]:4100":              {"[::1]:4100", "[::1]:4100", "http://[::1]:4100", true},
		"unix//run/workos":        {"unix//run/workos", "unix//run/workos", "http://localhost", true},
		":4100":                   {":4100", ":4100", "http://localhost:4100", false},
		"0.0.0.0:4100":            {"0.0.0.0:4100", "0.0.0.0:4100", "http://localhost:4100", false},
		"[::]:4100":               {"[::]:4100", "[::]:4100", "http://localhost:4100", false},
		"[0:0:0:0:0:0:0:0]:4100":  {"[0:0:0:0:0:0:0:0]:4100", "[0:0:0:0:0:0:0:0]:4100", "http://localhost:4100", false},
		"192.168.0.7:4100":        {"192.168.0.7:4100", "192.168.0.7:4100", "http://192.168.0.7:4100", false},
		"[fe80::1%eth0]:4100":     {"[fe80::1%eth0]:4100", "[fe80::1%eth0]:4100", "http://[fe80::1%25eth0]:4100", false},
		"build.example:4100":      {"build.example:4100", "build.example:4100", "http://build.example:4100", false},
		"localhost.example:4100":  {"localhost.example:4100", "localhost.example:4100", "http://localhost.example:4100", false},
		"tcp4/:4100":              {"tcp4/:4100", "tcp4/:4100", "http://localhost:4100", false},
		"127.0.0.1.example:4100":  {"127.0.0.1.example:4100", "127.0.0.1.example:4100", "http://127.0.0.1.example:4100", false},
		"[::ffff:127.0.0.1]:4100": {"[::ffff:127.0.0.1]:4100", "[::ffff:127.0.0.1]:4100", "http://[::ffff:127.0.0.1]:4100", true},
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			on, err := parseListening(value)
			if err != nil {
				t.Fatal(err)
			}
			for has, want := range map[bool]string{true: test.addresses, false: test.withoutIPv6} {
				if got := strings.Join(loopbackOf(on.NetworkAddress, func() bool { return has }), " "); got != want {
					t.Errorf("with IPv6 %t, it is %s, want %s", has, got, want)
				}
			}
			if base := on.baseURL(); base != test.base {
				t.Errorf("the base URL is %s, want %s", base, test.base)
			} else if _, err := url.Parse(base); err != nil {
				t.Error(err)
			}
			if on.onThisMachine() != test.local {
				t.Errorf("it is on this machine only: %t", !test.local)
			}
		})
	}
}

// TestListenRefuses what no client can be told of.
func TestListenRefuses(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"localhost":        "want an address with a port",
		"::1":              "want an address with a port", // the host, and not port 1
		"127.0.0.1:0-5":    "want an address with a port",
		"localhost:":       "want an address with a port",
		"udp/:0":           "want an address with a port",
		"fd/3":             "want an address with a port",
		"unix/":            "want the path of the socket",
		"localhost:100000": "want an address with a port",
	} {
		if _, err := parseListening(value); err == nil || !strings.HasPrefix(err.Error(), "--listen: "+want) {
			t.Errorf("%s: it says %v", value, err)
		}
	}
}

// TestListenDefault is what `caddy workos` listens on without a flag.
func TestListenDefault(t *testing.T) {
	t.Parallel()
	s := &Server{RouteOf: func(Site) (caddyhttp.Route, error) { return caddyhttp.Route{}, nil }}
	on, err := parseListening(DefaultListen)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"127.0.0.1:4100"}
	if hasIPv6Loopback() {
		want = append(want, "[::1]:4100")
	}
	if got, err := s.config(on); err != nil || !strings.Contains(string(got.AppsRaw["http"]), `"listen":["`+strings.Join(want, `","`)+`"]`) {
		t.Errorf("it listens on %s, want %v", got.AppsRaw["http"], want)
	}
}

// TestListenTakesPlaceholders as every value does.
func TestListenTakesPlaceholders(t *testing.T) {
	t.Setenv("WORKOS_TEST_LISTEN", "localhost:4101")
	if on, err := parseListening("{env.WORKOS_TEST_LISTEN}"); err != nil || !on.onThisMachine() || on.addresses[0] != "127.0.0.1:4101" {
		t.Errorf("%v, %v", on, err)
	}
}

// TestListenWarning is for addresses that other machines reach, with the real key behind them.
func TestListenWarning(t *testing.T) {
	t.Parallel()
	keyed := Site{Upstream: "https://api.workos.com", UpstreamKey: "{env.WORKOS_API_KEY}"}
	for name, test := range map[string]struct {
		site   Site
		listen string
		warns  bool
	}{
		"all interfaces":    {keyed, ":4200", true},
		"IPv4":              {keyed, "0.0.0.0:4200", true},
		"a network":         {keyed, "192.168.0.7:4200", true},
		"a name":            {keyed, "build.example:4200", true},
		"this machine":      {keyed, "localhost:4200", false},
		"a socket":          {keyed, "unix//run/workos", false},
		"without a key":     {Site{Upstream: "https://api.workos.com"}, ":4200", false},
		"without a network": {Site{}, ":4200", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on, err := parseListening(test.listen)
			if err != nil {
				t.Fatal(err)
			}
			warning := (&Server{Site: test.site}).warning(on)
			switch {
			case !test.warns && warning != "":
				t.Errorf("it says %s", warning)
			case test.warns && (!strings.Contains(warning, "everyone who reaches the port") || !strings.Contains(warning, "--listen localhost:4200") || strings.Contains(warning, "\n")):
				t.Errorf("it says %q", warning)
			}
		})
	}
}
