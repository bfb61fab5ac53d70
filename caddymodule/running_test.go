package caddymodule

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/realkeys"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// one is held while a test runs Caddy, of which a process has one.
var one sync.Mutex

// runningCaddy is Caddy in this process.
type runningCaddy struct {
	t    testing.TB
	port int
}

// run loads a site, and stops Caddy at the end of the test.
func run(t testing.TB, site string) *runningCaddy {
	t.Helper()
	one.Lock()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &runningCaddy{t, listener.Addr().(*net.TCPAddr).Port}
	listener.Close()
	t.Cleanup(func() {
		defer one.Unlock()
		if err := caddy.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := c.load(site); err != nil {
		t.Fatal(err)
	}
	return c
}

// load replaces the configuration.
func (c *runningCaddy) load(site string) error {
	text := fmt.Sprintf("{\n\tadmin off\n\tpersist_config off\n\tgrace_period 1s\n\tlog {\n\t\toutput discard\n\t}\n}\nhttp://127.0.0.1:%d {\n%s\n}\n", c.port, site)
	adapted, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), map[string]any{"filename": "Caddyfile"})
	if err != nil {
		return err
	}
	if err := caddy.Load(adapted, true); err != nil {
		return err
	}
	if loaded, err := caddy.ActiveContext().AppIfConfigured(appName); err == nil {
		loadedApps = append(loadedApps, loaded.(*app))
	}
	return nil
}

// newKey makes a signing key.
func newKey(t *testing.T) (key *oauth.SigningKey, pem []byte) {
	t.Helper()
	key, err := oauth.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	if pem, err = key.PEM(); err != nil {
		t.Fatal(err)
	}
	return key, pem
}

// client has a connection for each request: one that is kept may be closed by a reload as the next request is sent.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: dial}, Timeout: 30 * time.Second}

// dial connects again where the connection was reset, as Caddy's reload does with a few new ones. Nothing has been sent then.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	for attempts := 5; ; attempts-- {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if attempts == 0 || !errors.Is(err, syscall.ECONNRESET) {
			return conn, err
		}
	}
}

// do sends a request, and returns what is answered.
func (c *runningCaddy) do(method, path, key string, body io.Reader) (int, string, error) {
	request, err := http.NewRequestWithContext(context.Background(), method, fmt.Sprintf("http://127.0.0.1:%d%s", c.port, path), body)
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, string(answer), err
}

// recorded is all that is in a folder. A file that is renamed meanwhile, as those are that are being written, may be left out.
func recorded(t testing.TB, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			text, readErr := os.ReadFile(path)
			all.Write(text)
			err = readErr
		}
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// holding is an upstream that answers /held when it is told to, and everything else at once. It puts the key of the request
// where its body says so.
type holding struct {
	*httptest.Server
	asked, answer chan struct{}
	body          string
}

func newHolding(t testing.TB, body string) *holding {
	h := &holding{asked: make(chan struct{}, 16), answer: make(chan struct{}), body: body}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/held") {
			h.asked <- struct{}{}
			select {
			case <-h.answer:
			case <-r.Context().Done():
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, strings.ReplaceAll(h.body, "{authorization}", r.Header.Get("Authorization")))
	}))
	t.Cleanup(h.Close)
	return h
}

// TestKeysAreNotRecordedThatAReloadRemoved has an upstream answer with the real keys after a reload has removed them.
func TestKeysAreNotRecordedThatAReloadRemoved(t *testing.T) {
	for _, mode := range []string{"record", "once"} {
		t.Run(mode, func(t *testing.T) {
			const accepted, real = "accepted-0123456789abcdefXYZ", "environment-0123456789abcdefXYZ"
			upstream, dir := newHolding(t, `{"echo":"`+accepted+` and `+real+`"}`), t.TempDir()
			c := run(t, fmt.Sprintf("workos {\naccept_key %s\nupstream %s {\napi_key %s\n}\nfixtures %s {\nmode %s\n}\n}", accepted, upstream.URL, real, dir, mode))
			answered := make(chan string)
			go func() {
				_, body, err := c.do("GET", "/things/held", accepted, nil)
				answered <- fmt.Sprint(body, err)
			}()
			<-upstream.asked
			if err := c.load(fmt.Sprintf("workos {\nupstream %s\nfixtures %s {\nmode %s\n}\n}", upstream.URL, dir, mode)); err != nil {
				t.Fatal(err)
			}
			close(upstream.answer)
			if got := <-answered; !strings.Contains(got, accepted) {
				t.Errorf("the caller is answered %s", got)
			}
			eventually(t, "the recording", func() bool { return strings.Contains(recorded(t, dir), "echo") })
			if text := recorded(t, dir); strings.Contains(text, accepted) || strings.Contains(text, real) {
				t.Errorf("a key is recorded:\n%s", text)
			}
			eventually(t, "the keys to be forgotten", func() bool {
				spans, err := realkeys.Known().Set.Spans([]byte(accepted))
				return err == nil && len(spans) == 0
			})
		})
	}
}

// eventually polls until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// TestReplayedLoginOutlivesAReload sends the end of a request when the configuration has been replaced that it began with.
func TestReplayedLoginOutlivesAReload(t *testing.T) {
	key, _ := newKey(t)
	token, err := key.Sign(map[string]any{"sub": "user_1", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()})
	if err != nil {
		t.Fatal(err)
	}
	upstream, dir := newHolding(t, `{"access_token":"`+token+`"}`), t.TempDir()
	const login = `{"grant_type":"refresh_token","x":1}`
	site := func(mode, more string) string {
		return fmt.Sprintf("workos {\naccept_key sk_live_OF_THE_CALLERS\n%s\nupstream %s {\napi_key sk_live_THE_REAL_ONE\n}\nfixtures %s {\nmode %s\n}\n}", more, upstream.URL, dir, mode)
	}
	c := run(t, site("record", ""))
	if status, body, err := c.do("POST", "/user_management/authenticate", "sk_live_OF_THE_CALLERS", strings.NewReader(login)); err != nil || status != 200 {
		t.Fatal(status, body, err)
	}
	if err := c.load(site("replay", "")); err != nil {
		t.Fatal(err)
	}
	for _, next := range []string{site("replay", "token_ttl 1d"), "respond nothing", site("live", "")} {
		if err := c.load(site("replay", "")); err != nil {
			t.Fatal(err)
		}
		var rest *io.PipeWriter
		var answered chan string
		begin := func() {
			var sent *io.PipeReader
			sent, rest = io.Pipe()
			answered = make(chan string, 1)
			go func(body io.WriteCloser) { _, _ = io.WriteString(body, login[:10]) }(rest)
			go func(answered chan<- string) {
				status, body, err := c.do("POST", "/user_management/authenticate", "sk_live_OF_THE_CALLERS", sent)
				answered <- fmt.Sprint(status, body, err)
			}(answered)
		}
		begin()
		polls := 0
		eventually(t, "the request to be under way", func() bool {
			select {
			case <-answered: // the server that was replaced has dropped its connection
				begin()
			default:
				if polls++; polls%200 == 0 { // it has accepted it, and does not count any more
					rest.Close()
					begin()
				}
			}
			return underWay()
		})
		if err := c.load(next); err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(rest, login[10:])
		rest.Close()
		if got := <-answered; !strings.HasPrefix(got, "200") || !strings.Contains(got, "access_token") {
			t.Errorf("the login is answered %s", got)
		}
	}
}

// loadedApps are those of the configurations that tests have loaded.
var loadedApps []*app

// underWay tells whether any of these configurations serves a request, but for those whose modules have been cleaned up.
func underWay() bool {
	return slices.ContainsFunc(loadedApps, func(a *app) bool {
		a.configuration.mu.Lock()
		defer a.configuration.mu.Unlock()
		return a.modules > 0 && a.requests > 0
	})
}

// TestReloadsUnderLoad replaces configurations in every mode while all kinds of requests are served.
func TestReloadsUnderLoad(t *testing.T) {
	const keyA, keyB, local = "accepted-0123456789abcdefONE", "accepted-0123456789abcdefTWO", "sk_test_of_the_seed_1234"
	upstream := newHolding(t, `{"object":"thing","echo":"{authorization} `+local+`"}`)
	for _, mode := range []string{"record", "once", "fallback", "verify", "live", "replay"} {
		t.Run(mode, func(t *testing.T) {
			dir := t.TempDir()
			seeds := [2]string{filepath.Join(t.TempDir(), "a.yaml"), filepath.Join(t.TempDir(), "b.yaml")}
			const seed = "apiKeys:\n  %s: {environment: test}\norganizations:\n  - {name: Acme, id: org_ACME}\nconnectApplications:\n  - {name: B, organization: Acme, client_id: client_b, client_secret: the-secret-of-b}\n"
			for i, more := range []string{"", "  - {name: C, organization: Acme}\n"} {
				if err := os.WriteFile(seeds[i], []byte(fmt.Sprintf(seed, local)+more), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			sites := [2]string{}
			for i, key := range []string{keyA, keyB} {
				sites[i] = fmt.Sprintf("workos {\nseed %s\naccept_key %s\nupstream %s {\napi_key %s\n}\nfixtures %s {\nmode %s\n}\n}\nheader -X-Workos-Source", seeds[i], key, upstream.URL, key, dir, mode)
			}
			c := run(t, sites[0])
			var stop atomic.Bool
			var served atomic.Int64
			var wait sync.WaitGroup
			for worker, request := range []struct{ method, path, body string }{
				{"GET", "/things/a", ""}, {"POST", "/things", `{"a":1}`}, {"GET", "/organizations/org_ACME", ""}, {"GET", "/oauth2/jwks", ""},
				{"POST", "/oauth2/token", `{"grant_type":"client_credentials","client_id":"client_b","client_secret":"the-secret-of-b"}`},
				{"POST", "/organizations/org_ACME/api_keys", `{"name":"k"}`},
			} {
				wait.Go(func() {
					for i := 0; !stop.Load(); i++ {
						path := request.path
						if worker == 0 {
							path = fmt.Sprintf("%s%d", path, i%20)
						}
						status, body, err := c.do(request.method, path, local, bytes.NewBufferString(request.body))
						if err != nil {
							continue // Caddy's own: a listener that is being replaced drops connections
						}
						served.Add(1)
						if status >= 500 && (mode != "replay" || status != 501) {
							t.Errorf("%s %s: %d %.200s", request.method, path, status, body)
							return
						}
					}
				})
			}
			for i := range 20 {
				before := served.Load()
				if err := c.load(sites[(i+1)%2]); err != nil {
					t.Error(err)
					break
				}
				eventually(t, "requests", func() bool { return served.Load() > before+10 || t.Failed() })
			}
			stop.Store(true)
			wait.Wait()
			for _, key := range []string{keyA, keyB, local} {
				if strings.Contains(recorded(t, dir), key) {
					t.Errorf("%s is recorded", key)
				}
			}
		})
	}
	eventually(t, "the requests to end", func() bool { return !underWay() })
	if keys := realkeys.Known().Set; keys != nil {
		if spans, err := keys.Spans([]byte(keyA + " " + keyB)); err != nil || len(spans) > 0 {
			t.Errorf("keys are known that no configuration has: %v %v", spans, err)
		}
	}
}
