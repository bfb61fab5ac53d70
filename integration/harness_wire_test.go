package integration

import (
	"bufio"
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
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

// mustNotHave fails the test where the upstream was sent a secret since it was last looked at. What was asked, and the answer,
// are for the message.
func (w *wire) mustNotHave(t *testing.T, asked, said string, secrets ...string) {
	t.Helper()
	mustNotHold(t, asked, said, w.take(), secrets...)
}

// mustNotHold fails the test where what was sent holds a secret, in capital letters or not.
func mustNotHold(t *testing.T, asked, said, sent string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(strings.ToLower(sent), strings.ToLower(secret)) {
			t.Errorf("%s: the upstream was sent %.2000q (answer %.200q)", asked, sent, said)
			return
		}
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
