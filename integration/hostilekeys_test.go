package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recordOrReplay is a site where a header decides whether recordings answer or the real WorkOS does.
func recordOrReplay(t *testing.T, w *wire, seeded bool, site string) *process {
	t.Helper()
	folder := t.TempDir()
	options := ""
	if err := os.Mkdir(filepath.Join(folder, "fixtures"), 0o700); err != nil {
		t.Fatal(err)
	}
	if seeded {
		write(t, filepath.Join(folder, "seed.yaml"), mixSeed)
		options = " {\n\t\tseed " + filepath.Join(folder, "seed.yaml") + "\n\t}"
	}
	p := startConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos_emulator%s\n%s\n}\n", options,
		strings.NewReplacer("FIXTURES", filepath.Join(folder, "fixtures"), "UPSTREAM", w.URL).Replace(site)), "WORKOS_API_KEY="+realKey)
	w.take()
	return p
}

const (
	replayUnlessLive = `
	@replay not header X-Live 1
	workos_fixtures @replay FIXTURES {
		mode replay
	}
	reverse_proxy UPSTREAM {
		transport workos {
			api_key {env.WORKOS_API_KEY}
		}
	}`
	proxyIfLive = `
	@live query live=1
	reverse_proxy @live UPSTREAM {
		transport workos {
			api_key {env.WORKOS_API_KEY}
		}
	}`
)

// TestHostileBuiltInKeyByMatcher: a matcher that looks at a header sends the probe to the recordings, and the request to the
// real WorkOS.
func TestHostileBuiltInKeyByMatcher(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := recordOrReplay(t, w, false, replayUnlessLive)
	said := talk(t, p, "GET /echo/x HTTP/1.1\r\nHost: x\r\nX-Live: 1\r\nAuthorization: Bearer sk_test_default\r\nConnection: close\r\n\r\n")
	if sent := w.take(); sent != "" {
		t.Errorf("%q; the upstream was sent %q", said, sent)
	}
}

// TestHostileSecretByMatcher is the same for what must not leave.
func TestHostileSecretByMatcher(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ site, target string }{
		"replay unless live": {replayUnlessLive, "/echo/x?k=sk_local_customer"},
		"proxy if live":      {proxyIfLive, "/echo/x?live=1&k=sk_local_customer"},
	} {
		w := newWire(t)
		p := recordOrReplay(t, w, true, test.site)
		said := talk(t, p, "GET "+test.target+" HTTP/1.1\r\nHost: x\r\nX-Live: 1\r\nConnection: close\r\n\r\n")
		w.mustNotHave(t, name, said, "sk_local")
	}
}

// TestHostileBuiltInKeyAccepted: the key that everybody knows is given as accept_key.
func TestHostileBuiltInKeyAccepted(t *testing.T) {
	t.Parallel()
	for name, seed := range map[string]string{"no seed": "", "seed": mixSeed, "in the seed": "apiKeys: {sk_test_default: {}}\n"} {
		w := newWire(t)
		folder := t.TempDir()
		write(t, filepath.Join(folder, "seed.yaml"), seed)
		p := launchConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos_emulator {\n\t\tseed %s\n\t\taccept_key sk_test_default\n\t}\n%s\n}\n", filepath.Join(folder, "seed.yaml"), strings.ReplaceAll(attackProxy, "UPSTREAM", w.URL)), "WORKOS_API_KEY="+realKey)
		eventually(t, "an answer or an end", func() bool {
			select {
			case <-p.exited:
				return true
			default:
				return answers(p.URL + "/health")
			}
		})
		select {
		case <-p.exited:
			continue // it does not start, which is as good
		default:
		}
		w.take()
		said := talk(t, p, "GET /echo/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_default\r\nConnection: close\r\n\r\n")
		w.mustNotHave(t, name, said, realKey)
	}
}

// TestHostileTwoHandlers of one instance: what is a key for one is a local secret for the other.
func TestHostileTwoHandlers(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	other := freePort(t)
	p := startConfig(t, strings.ReplaceAll(fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos_emulator {\n\t\taccept_key {env.WORKOS_API_KEY}\n\t}\n%s}\nhttp://:%d {\n\tbind 127.0.0.1\n\tworkos_emulator\n%s}\n", attackProxy, other, attackProxy), "UPSTREAM", w.URL), "WORKOS_API_KEY="+realKey)
	q := *p
	q.URL = fmt.Sprintf("http://localhost:%d", other)
	w.take()
	for name, site := range map[string]*process{"with accept_key": p, "without": &q} {
		for _, request := range []string{
			"GET /echo/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_default\r\nConnection: close\r\n\r\n",
			"GET /organizations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_default\r\nConnection: close\r\n\r\n",
			"POST /connect/applications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_default\r\nContent-Type: application/json\r\nContent-Length: 65\r\nConnection: close\r\n\r\n" + `{"name":"x","application_type":"m2m","organization_id":"org_REAL"}`[:65],
			"POST /user_management/authenticate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 35\r\nConnection: close\r\n\r\n" + `{"client_secret":"sk_test_default"}`,
		} {
			said := talk(t, site, request)
			w.mustNotHave(t, fmt.Sprintf("%s: %.60q", name, request), said, realKey)
		}
	}
}

// TestHostileLoginFailsOver: a login whose key was exchanged goes to the second upstream where the first is down.
func TestHostileLoginFailsOver(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, mixSeed)
	for name, body := range map[string]string{"exchanged": `{"client_secret":"sk_local_trusted"}`, "as it came": `{"client_secret":"sk_some_other_one"}`} {
		p := startConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos_emulator {\n\t\tseed %s\n\t}\n\treverse_proxy http://127.0.0.1:%d %s {\n\t\tlb_policy first\n\t\tlb_try_duration 3s\n\t\tlb_try_interval 50ms\n\t\tfail_duration 10s\n\t\ttransport workos {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t}\n\t}\n}\n", seed, freePort(t), w.URL), "WORKOS_API_KEY="+realKey)
		status, _, said := ask(t, "POST", p.URL+"/user_management/authenticate", "", "application/json", body)
		if status != 200 {
			t.Errorf("%s: %d %s", name, status, said)
		}
	}
}

// TestHostileHopByHopKey: the real key goes to the upstream by its own name and once, whatever the caller says of the header that
// it is in, and not at all where a request is for another host.
func TestHostileHopByHopKey(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	keyed := func(path string) string {
		return "GET " + path + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(w.URL, "http://") + "\r\nAuthorization: Bearer " + realKey + "\r\nAccept-Encoding: gzip\r\n\r\n"
	}
	for request, want := range map[string]string{
		"GET /x HTTP/1.1\r\nHost: evil.example\r\nConnection: Authorization, close\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n":                     keyed("/x"),
		"GET /x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAuthorization: Bearer sk_theirs\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n": keyed("/x"),
		"trace /x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n":                                  "",
		"GET x:/y HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n":                                  keyed("/y"),
		"GET x:evil.example HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n":                        "",
		"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nAuthorization: Bearer sk_local_trusted\r\nConnection: close\r\n\r\n":              "",
	} {
		said := talk(t, p, request)
		if sent := w.take(); sent != want {
			t.Errorf("%.120q: the upstream was sent %q, want %q (answer %.200q)", request, sent, want, said)
		}
	}
}

// TestHostileKeyToAnotherHost: an opaque target becomes an absolute one of a host that the caller chose, with the real key. Who
// receives it goes by that, and not by the Host (RFC 9112 §3.2.2): a forward proxy, or a gateway before WorkOS, sends the key
// there.
func TestHostileKeyToAnotherHost(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	said := talk(t, p, "GET x:http://evil.example/steal HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nConnection: close\r\n\r\n")
	w.mustNotHave(t, "opaque target", said, "evil.example")
}
