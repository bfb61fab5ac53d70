package emulatortest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
)

func TestTheUpstreamGetsTheRealKeyForThoseWhoMayHaveIt(t *testing.T) {
	t.Parallel()
	upstream := newStandIn(t, `{}`)
	srv := newServer(t, emulatortest.Upstream(upstream.URL), emulatortest.APIKey("sk_live_real"))
	for key, want := range map[string]string{
		"sk_test_ci":       "Bearer sk_live_real",
		"sk_live_accepted": "Bearer sk_live_real",
		"sk_live_unknown":  "Bearer sk_live_unknown",
		"":                 "",
	} {
		if _, source, _ := send(t, srv, "GET", "/vault", key, ""); source != "upstream" {
			t.Errorf("%s: %s answers", key, source)
		}
		asked := upstream.take()
		if len(asked) != 1 || asked[0].Header.Get("Authorization") != want {
			t.Errorf("%s: the upstream is asked %d times, with %q", key, len(asked), asked[0].Header["Authorization"])
		}
	}
	if status, _, _ := send(t, srv, "GET", "/vault", "sk_test_old", ""); status != http.StatusUnauthorized || len(upstream.take()) != 0 {
		t.Errorf("a customer's key is answered with %d, or goes on", status)
	}
}

func TestTheUpstreamIsAskedAsIfByTheCaller(t *testing.T) {
	t.Parallel()
	upstream := newStandIn(t, `{}`)
	srv := newServer(t, emulatortest.Upstream(upstream.URL))
	caller := &http.Transport{DisableCompression: true} // adds no Accept-Encoding of its own
	t.Cleanup(caller.CloseIdleConnections)
	for name, encoding := range map[string][]string{"as it is": {"br"}, "none": nil} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/vault?a=1;b=2&c=%zz", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header["Accept-Encoding"] = encoding
			for _, dropped := range []string{"X-Forwarded-For", "X-Forwarded-Port", "Forwarded", "Via"} {
				r.Header.Set(dropped, "1")
			}
			response, err := caller.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			asked := upstream.take()[0]
			if asked.Host != strings.TrimPrefix(upstream.URL, "http://") || asked.URL.RawQuery != "a=1;b=2&c=%zz" ||
				!slices.Equal(asked.Header["Accept-Encoding"], encoding) {
				t.Errorf("%s %s %v", asked.Host, asked.URL, asked.Header)
			}
			for header := range asked.Header {
				if strings.Contains(header, "Forwarded") || header == "Via" {
					t.Errorf("the upstream sees %s", header)
				}
			}
		})
	}
}

func TestAuthKitIsAskedForOAuthAndNeverGetsTheKey(t *testing.T) {
	t.Parallel()
	upstream, authkit := newStandIn(t, `{}`), newStandIn(t, `{}`)
	srv := newServer(t, emulatortest.Upstream(upstream.URL), emulatortest.AuthKit(authkit.URL), emulatortest.APIKey("sk_live_real"))
	send(t, srv, "GET", "/oauth2/userinfo", "sk_test_ci", "")
	send(t, srv, "GET", "/.well-known/other", "sk_test_ci", "")
	if asked := upstream.take(); len(asked) != 0 {
		t.Errorf("the upstream is asked for %s", asked[0].URL)
	}
	asked := authkit.take()
	if len(asked) != 2 || asked[0].Header.Get("Authorization") != "" {
		t.Errorf("the AuthKit domain is asked %d times", len(asked))
	}
}

func TestAnUpstreamThatCannotBeReached(t *testing.T) {
	t.Parallel()
	upstream := newStandIn(t, `{}`)
	upstream.Close()
	srv := newServer(t, emulatortest.Upstream(upstream.URL))
	status, source, answer := send(t, srv, "GET", "/vault", "", "")
	if status != http.StatusBadGateway || source != "emulator" || answer["code"] != "upstream_unreachable" {
		t.Errorf("%d from %s: %v", status, source, answer)
	}
	if status, _, answer := send(t, srv, "GET", "/oauth2/jwks", "", ""); status != http.StatusOK {
		t.Errorf("the key set is answered with %d %v", status, answer)
	}
}
