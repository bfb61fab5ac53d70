package emulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
)

// publicDocuments are the paths of all documents that are merged with the upstream's.
var publicDocuments = []string{
	"/oauth2/jwks", "/sso/jwks/client_X", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
	"/user_management/client_X/.well-known/openid-configuration",
}

// failingUpstream is a next handler that fails in a given way, and notes when it is called.
type failingUpstream struct {
	mu    sync.Mutex
	fails func(http.ResponseWriter, *http.Request) // nil for no failure
	begin time.Time
	asked []int // seconds after the beginning
}

func (a *failingUpstream) set(fails func(http.ResponseWriter, *http.Request)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fails = fails
}

func (a *failingUpstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	fails := a.fails
	a.asked = append(a.asked, int(time.Since(a.begin)/time.Second))
	a.mu.Unlock()
	if fails != nil {
		fails(w, r)
		return
	}
	_, _ = io.WriteString(w, `{"theirs":true,"keys":[{"kid":"theirs"}]}`)
}

func (a *failingUpstream) take() []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.asked)
}

func answering(status int, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// TestDocumentsThatWereNeverReadAreRetried counts the attempts at each document after one request, and none after it.
func TestDocumentsThatWereNeverReadAreRetried(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(http.ResponseWriter, *http.Request){
		"500":        answering(500, ""),
		"404":        answering(404, `{}`),
		"a redirect": answering(302, ""),
		"panics":     func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"no JSON":    answering(200, "<html>starting</html>"),
		"cut off":    answering(200, `{"keys":[{"kid":`),
		"null":       answering(200, `null`),
		"too large":  answering(200, `{"keys":[]}`+strings.Repeat(" ", limits.Document)),
	} {
		for _, path := range publicDocuments {
			t.Run(name+path, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f, next := newServer(t), &failingUpstream{fails: fails, begin: time.Now()}
					f.next = next
					if r := f.send("GET", path, "", anonymous); r.Code != 200 || r.Header().Get(source.Header) != source.Emulator {
						t.Fatalf("%d %s", r.Code, r.Body)
					}
					time.Sleep(100 * time.Second)
					if got := fmt.Sprint(next.take()); got != "[0 1 3 7 15 31 61 91]" {
						t.Errorf("it was asked after %s seconds", got)
					}
					next.set(nil)
					time.Sleep(30 * time.Second)
					if r := f.send("GET", path, "", anonymous); r.Header().Get(source.Header) != source.Merged {
						t.Errorf("when it answers again: %s", r.Body)
					}
					time.Sleep(time.Hour)
					if got := next.take(); len(got) != 9 {
						t.Errorf("it was asked after %v seconds", got)
					}
					f.Close()
				})
			})
		}
	}
}

// TestRetriesDoNotPileUp sends requests all the time, to a next handler that hangs or fails.
func TestRetriesDoNotPileUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, next := newServer(t), &failingUpstream{fails: answering(503, ""), begin: time.Now()}
		f.next = next
		for range 100 {
			for range 10 {
				go f.send("GET", "/oauth2/jwks", "")
			}
			time.Sleep(time.Second)
		}
		if got := fmt.Sprint(next.take()); got != "[0 1 3 7 15 31 61 91]" {
			t.Errorf("it was asked after %s seconds", got)
		}
		if got := f.logs.FilterMessageSnippet("could not be read").FilterLevelExact(zapcore.WarnLevel).Len(); got != 1 {
			t.Errorf("there are %d warnings", got)
		}
		f.Close()
	})
}

// TestNamesOfClientsAreNotRetriedForever names more clients than there is room for.
func TestNamesOfClientsAreNotRetriedForever(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, next := newServer(t), &failingUpstream{fails: answering(404, ""), begin: time.Now()}
		f.next = next
		for i := range 3 * limits.Documents {
			f.send("GET", fmt.Sprintf("/sso/jwks/x%d", i), "", anonymous)
		}
		time.Sleep(time.Minute)
		if got := len(next.take()); got > 3*limits.Documents+8*limits.Documents {
			t.Errorf("it was asked %d times within a minute", got)
		}
		time.Sleep(upstream.DocumentRetriedFor)
		before := len(next.take())
		time.Sleep(time.Hour)
		if got := len(next.take()); got != before {
			t.Errorf("it was asked %d times more", got-before)
		}
		f.send("GET", "/sso/jwks/x191", "", anonymous)
		if got := len(next.take()); got != before+1 {
			t.Errorf("a new request has it asked %d times", got-before)
		}
		f.Close()
	})
}

func TestRetriesEndWithTheEmulator(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, next := newServer(t), &failingUpstream{fails: answering(503, ""), begin: time.Now()}
		f.next = next
		f.send("GET", "/oauth2/jwks", "")
		f.Close()
		time.Sleep(time.Hour)
		if got := fmt.Sprint(next.take()); got != "[0]" {
			t.Errorf("it was asked after %s seconds", got)
		}
	})
}

// TestRetriesSurviveAReload replaces an emulator by another one of the same upstream, with a new next handler.
func TestRetriesSurviveAReload(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ before, after bool }{
		"asked before the other is closed": {before: true},
		"asked afterwards":                 {after: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				shared := &upstream.Documents{}
				old := newServer(t, func(o *Options) { o.Documents = shared })
				old.next = &failingUpstream{fails: answering(503, ""), begin: time.Now()}
				old.send("GET", "/oauth2/jwks", "")
				time.Sleep(20 * time.Second)

				f, next := newServer(t, func(o *Options) { o.Documents = shared }), &failingUpstream{begin: time.Now()}
				f.next = next
				if test.before {
					f.send("GET", "/oauth2/jwks", "")
				}
				old.Close()
				if test.after {
					if r := f.send("GET", "/oauth2/jwks", ""); r.Header().Get(source.Header) != source.Merged {
						t.Errorf("the first request is answered with %s", r.Body)
					}
				}
				time.Sleep(30 * time.Second)
				if got := len(next.take()); got != 1 {
					t.Errorf("the new one was asked %d times without a request", got)
				}
				if r := f.send("GET", "/oauth2/jwks", ""); r.Header().Get(source.Header) != source.Merged {
					t.Errorf("%s", r.Body)
				}
				f.Close()
			})
		})
	}
}

// TestFetchOfAClosedEmulatorIsTakenOver closes an emulator whose fetch another one waits for.
func TestFetchOfAClosedEmulatorIsTakenOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shared := &upstream.Documents{}
		old := newServer(t, func(o *Options) { o.Documents = shared })
		old.next = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			panic(errors.New("closed"))
		})
		go old.send("GET", "/oauth2/jwks", "")
		synctest.Wait()
		f := newServer(t, func(o *Options) { o.Documents = shared })
		f.next = &failingUpstream{begin: time.Now()}
		go f.send("GET", "/oauth2/jwks", "")
		synctest.Wait()
		old.Close()
		synctest.Wait()
		if r := f.send("GET", "/oauth2/jwks", ""); r.Header().Get(source.Header) != source.Merged {
			t.Errorf("%s", r.Body)
		}
		f.Close()
	})
}

// TestDocumentsGoWithTheirUpstream drops the documents of an upstream that no emulator has any more.
func TestDocumentsGoWithTheirUpstream(t *testing.T) {
	t.Parallel()
	shared := &upstream.Documents{}
	of := func(upstream string, byHost bool) *server {
		f := newServer(t, func(o *Options) { o.Documents, o.Upstream, o.UpstreamByHost = shared, upstream, byHost })
		f.next = &failingUpstream{begin: time.Now()}
		for _, path := range publicDocuments {
			if r := f.send("GET", path, ""); r.Header().Get(source.Header) != source.Merged {
				t.Errorf("%s of %s: %s", path, upstream, r.Body)
			}
		}
		return f
	}
	one, again, two, three := of("one", false), of("one", false), of("two", false), of("three", true)
	one.Close()
	if s := shared.Stats(); s.Fixed != 6 || s.Others != 9 {
		t.Errorf("with all upstreams in use, it is %+v", s)
	}
	for _, f := range []*server{again, two, three} {
		f.Close()
	}
	if s := shared.Stats(); s != (upstream.DocumentStats{}) {
		t.Errorf("left is %+v", s)
	}
}

// TestUpstreamByHost has a next handler that depends on the Host of the request.
func TestUpstreamByHost(t *testing.T) {
	t.Parallel()
	f := newServer(t, func(o *Options) { o.UpstreamByHost = true })
	for range 2 {
		for _, host := range []string{"one.example", "two.example"} {
			f.next = &recorder{status: 200, body: theirJWKS("of " + host)}
			for _, path := range []string{"/oauth2/jwks", "/sso/jwks/client_X"} {
				if r := f.sendAs("GET", path, host, nil); !strings.Contains(r.Body.String(), `"of `+host+`"`) {
					t.Errorf("%s of %s holds %s", path, host, r.Body)
				}
			}
		}
	}
	for i := range 3 * limits.Documents {
		f.sendAs("GET", "/oauth2/jwks", fmt.Sprintf("%d.example", i), nil)
	}
	if s := f.Documents.Stats(); s.Fixed != 0 || s.Others > limits.Documents {
		t.Errorf("it is %+v", s)
	}
}
