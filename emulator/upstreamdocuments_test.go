package emulator

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
)

// theirJWKS returns a JWKS of one key with a kid.
func theirJWKS(kid string) string { return `{"keys":[{"kid":"` + kid + `","kty":"RSA"}]}` }

// TestSharedFetchHasNothingOfItsCaller compares the requests to the next handler for callers that have only the document in common.
func TestSharedFetchHasNothingOfItsCaller(t *testing.T) {
	t.Parallel()
	callers := map[string]func(*http.Request){
		"host":      func(r *http.Request) { r.Host = "attacker.example" },
		"no host":   func(r *http.Request) { r.Host = "" },
		"forwarded": func(r *http.Request) { r.Header.Set("X-Forwarded-Host", "attacker.example") },
		"header":    func(r *http.Request) { r.Header.Set("X-Anything", "x"); r.Header.Set("Cookie", "a=b") },
		"key":       func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+acceptedKey) },
		"address":   func(r *http.Request) { r.RemoteAddr = "203.0.113.9:4" },
		"TLS":       func(r *http.Request) { r.TLS = &tls.ConnectionState{ServerName: "attacker.example"} },
		"HTTP/2":    func(r *http.Request) { r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/2.0", 2, 0 },
		"query":     func(r *http.Request) { r.URL.RawQuery = "who=attacker" },
		"HEAD":      func(r *http.Request) { r.Method = http.MethodHead },
		"body":      func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader("x")), 1 },
		"spelling": func(r *http.Request) {
			if path, id, ok := strings.Cut(r.URL.Path, "/sso/jwks/c"); ok {
				r.URL.RawPath = path + "/sso/jwks/%63" + id
			}
		},
	}
	for _, path := range []string{"/oauth2/jwks", "/sso/jwks/client_X", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
		sent := func(change func(*http.Request)) (got *http.Request) {
			f := newServer(t)
			f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !source.IsShared(r.Context()) || realkey.GrantOf(r.Context()).Header {
					t.Error("the fetch does not say that it is for all callers, or is allowed the key")
				}
				got = r.WithContext(t.Context())
				_, _ = io.WriteString(w, theirJWKS("theirs"))
			})
			r := httptest.NewRequest("GET", "http://emulator.test"+path, nil)
			change(r)
			f.Handler(f.next).ServeHTTP(httptest.NewRecorder(), r)
			f.Close()
			return got
		}
		want := sent(func(*http.Request) {})
		if want == nil || want.Host != "" || want.URL.String() != path || want.RequestURI != path {
			t.Fatalf("%s: the next handler was sent %+v", path, want)
		}
		for name, change := range callers {
			if got := sent(change); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %s: the next handler was sent\n%+v\nwant\n%+v", path, name, got, want)
			}
		}
	}
}

// TestOneSpellingOfAClientID proves that the spellings of an id are one document.
func TestOneSpellingOfAClientID(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	next := &recorder{status: 200, body: theirJWKS("theirs")}
	f.next = next
	for _, path := range []string{"/sso/jwks/client_X", "/sso/jwks/%63lient_X", "/sso/jwks/client%5FX", "/sso/jwks/client%5fX?x=1"} {
		if r := f.send("GET", path, ""); !strings.Contains(r.Body.String(), "theirs") {
			t.Errorf("%s: %s", path, r.Body)
		}
	}
	if asked := next.take(); len(asked) != 1 || asked[0].uri != "/sso/jwks/client_X" {
		t.Errorf("the next handler was asked %v", asked)
	}
}

func TestClientIDsThatAreNotAskedFor(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	next := &recorder{status: 200, body: theirJWKS("theirs")}
	f.next = next
	for _, id := range []string{strings.Repeat("x", 129), "%2e%2e", "a%2Fb", "a%00", "client.x", "%C3%A9", "a%20b", "a%3Fb", "~", "a;b"} {
		r := f.send("GET", "/sso/jwks/"+id, "")
		if r.Code != 200 || !strings.Contains(r.Body.String(), f.Key.KeyID()) || r.Header().Get(source.Header) != source.Emulator {
			t.Errorf("%s: %d %s", id, r.Code, r.Body)
		}
	}
	if asked := next.take(); len(asked) != 0 {
		t.Errorf("the next handler was asked %v", asked)
	}
	if r := f.send("GET", "/sso/jwks/"+strings.Repeat("x", 128), ""); !strings.Contains(r.Body.String(), "theirs") {
		t.Errorf("an id of 128 characters: %s", r.Body)
	}
}

// TestUpstreamsAreNotMixed shares Documents between emulators of two upstreams.
func TestUpstreamsAreNotMixed(t *testing.T) {
	t.Parallel()
	shared := &upstream.Documents{}
	for _, path := range []string{"/oauth2/jwks", "/sso/jwks/client_X"} {
		for _, upstream := range []string{"https://one.example", "https://two.example", "", "https://one.example"} {
			f := newServer(t, func(o *Options) { o.Documents, o.Upstream = shared, upstream })
			f.next = &recorder{status: 200, body: theirJWKS("of " + upstream + ".")}
			if r := f.send("GET", path, ""); !strings.Contains(r.Body.String(), `"of `+upstream+`."`) {
				t.Errorf("%s of %q holds %s", path, upstream, r.Body)
			}
		}
	}
}

// keyed is a next handler that has a JWKS for every client, and counts the requests for each document.
func keyed(asked map[string]int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path]++
		_, _ = io.WriteString(w, theirJWKS("of "+r.URL.Path))
	})
}

// TestNoCallerTakesThePlaceOfAFixedDocument names more clients than there is room for, before and after.
func TestNoCallerTakesThePlaceOfAFixedDocument(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	asked := map[string]int{}
	f.next = keyed(asked)
	for range 2 {
		for i := range 3 * limits.Documents {
			if r := f.send("GET", fmt.Sprintf("/sso/jwks/x%d", i), "", anonymous); r.Header().Get(source.Header) != source.Merged {
				t.Fatalf("x%d: %s", i, r.Body)
			}
		}
		for _, path := range []string{"/oauth2/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
			if r := f.send("GET", path, "", anonymous); r.Header().Get(source.Header) != source.Merged || asked[path] != 1 {
				t.Errorf("%s was asked for %d times, and holds %s", path, asked[path], r.Body)
			}
		}
	}
}

func TestLeastRecentlyUsedGoesFirst(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	asked := map[string]int{}
	f.next = keyed(asked)
	get := func(i int) { f.send("GET", fmt.Sprintf("/sso/jwks/x%d", i), "") }
	for i := range limits.Documents {
		get(i)
	}
	get(0)
	get(limits.Documents) // takes the place of 1
	get(0)
	get(1)
	if asked["/sso/jwks/x0"] != 1 || asked["/sso/jwks/x1"] != 2 {
		t.Errorf("0 was asked for %d times, want once; 1 was %d times, want twice", asked["/sso/jwks/x0"], asked["/sso/jwks/x1"])
	}
}

// TestUnknownNamesDisplaceNoDocument names clients that the upstream does not know.
func TestUnknownNamesDisplaceNoDocument(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	asked := map[string]int{}
	known := keyed(asked)
	f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/sso/jwks/client_X" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		known.ServeHTTP(w, r)
	})
	f.send("GET", "/sso/jwks/client_X", "")
	for i := range 3 * limits.Documents {
		f.send("GET", fmt.Sprintf("/sso/jwks/x%d", i), "", anonymous)
	}
	if r := f.send("GET", "/sso/jwks/client_X", ""); !strings.Contains(r.Body.String(), "of /sso/jwks/client_X") || asked["/sso/jwks/client_X"] != 1 {
		t.Errorf("it was asked for %d times, and holds %s", asked["/sso/jwks/client_X"], r.Body)
	}
}

// TestFetchesUnderWayAreBounded asks a next handler that hangs for more documents than may be fetched at once.
func TestFetchesUnderWayAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newServer(t)
		release := make(chan struct{})
		var asked atomic.Int32
		f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			<-release
			_, _ = io.WriteString(w, theirJWKS("theirs"))
		})
		var answered atomic.Int32
		for i := range limits.DocumentFetches {
			go func() {
				f.send("GET", fmt.Sprintf("/sso/jwks/x%d", i), "")
				answered.Add(1)
			}()
		}
		synctest.Wait()
		for i := range 100 { // the bubble's clock stands still while this goes on, so none of these has waited
			r := f.send("GET", fmt.Sprintf("/sso/jwks/y%d", i), "")
			if r.Code != 200 || r.Header().Get(source.Header) != source.Emulator || !strings.Contains(r.Body.String(), f.Key.KeyID()) {
				t.Errorf("y%d: %d %s", i, r.Code, r.Body)
			}
		}
		if asked.Load() != limits.DocumentFetches || answered.Load() != 0 {
			t.Errorf("the next handler was asked %d times, and %d callers were answered", asked.Load(), answered.Load())
		}
		go f.send("GET", "/oauth2/jwks", "")
		synctest.Wait()
		if asked.Load() != limits.DocumentFetches+1 {
			t.Error("a fixed document has to wait for the others")
		}
		close(release)
		synctest.Wait()
		if r := f.send("GET", "/sso/jwks/y0", ""); r.Header().Get(source.Header) != source.Merged {
			t.Errorf("when there is room again: %s", r.Body)
		}
	})
}

// TestFetchOutlivesItsDocument evicts, and forgets, a document while it is read.
func TestFetchOutlivesItsDocument(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newServer(t)
		release := make(chan struct{})
		f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/sso/jwks/slow") || r.URL.Path == "/oauth2/jwks" {
				<-release
			}
			_, _ = io.WriteString(w, theirJWKS("theirs"))
		})
		sources := make(chan string, 2)
		for _, path := range []string{"/sso/jwks/slow", "/oauth2/jwks"} {
			go func() { sources <- f.send("GET", path, "").Header().Get(source.Header) }()
		}
		synctest.Wait()
		for i := range 2 * limits.Documents {
			f.send("GET", fmt.Sprintf("/sso/jwks/x%d", i), "")
		}
		f.Documents.Forget()
		close(release)
		for range 2 {
			if got := <-sources; got != source.Merged {
				t.Errorf("who waited for it was answered by the %s", got)
			}
		}
		synctest.Wait()
		if s := f.Documents.Stats(); s.Fetching != 0 || s.Fixed != 0 || s.Others != 0 {
			t.Errorf("it is %+v", s)
		}
	})
}

// TestDocumentOfAnySize takes one of 1 MiB, and no larger one.
func TestDocumentOfAnySize(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]string{limits.Document: source.Merged, limits.Document + 1: source.Emulator, limits.AnswerBody + 1: source.Emulator} {
		f := newServer(t)
		f.next = &recorder{status: 200, body: theirJWKS("theirs") + strings.Repeat(" ", size-len(theirJWKS("theirs")))}
		if r := f.send("GET", "/oauth2/jwks", ""); r.Header().Get(source.Header) != want {
			t.Errorf("of %d bytes: from %s", size, r.Header().Get(source.Header))
		}
	}
}

// TestDocumentsUnderRandomUse makes random sequences of reads and failures: a fixed document is merged after its first good fetch, and the
// number of stored documents is bounded.
func TestDocumentsUnderRandomUse(t *testing.T) {
	t.Parallel()
	fixed := []string{"/oauth2/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}
	for seed := range uint64(30) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			shared := &upstream.Documents{}
			var emulators []*server
			var failure atomic.Int32
			for _, upstream := range []string{"one", "two"} {
				f := newServer(t, func(o *Options) { o.Documents, o.Upstream = shared, upstream })
				f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch failure.Load() {
					case 0:
						_, _ = io.WriteString(w, `{"of":"`+upstream+`","keys":[{"kid":"of `+upstream+`"}]}`)
					case 1:
						w.WriteHeader(http.StatusInternalServerError)
					case 2:
						panic(errors.New("next"))
					case 3:
						<-r.Context().Done() // without an answer
						panic(http.ErrAbortHandler)
					}
				})
				emulators = append(emulators, f)
			}
			merged := map[string]bool{}
			for range 300 {
				f := emulators[random.IntN(2)]
				switch random.IntN(20) {
				case 0:
					failure.Store(random.Int32N(4))
				case 1:
					emulators[0].now = emulators[0].now.Add(upstream.DocumentFresh)
					emulators[1].now = emulators[0].now
				case 2:
					if random.IntN(10) == 0 {
						shared.Forget()
						clear(merged)
					}
				case 3, 4, 5:
					path := fixed[random.IntN(len(fixed))]
					r := f.send("GET", path, "", anonymous)
					got := r.Header().Get(source.Header) == source.Merged
					if merged[f.Upstream+path] && !got {
						t.Errorf("seed %d: %s of %s is not merged any more", seed, path, f.Upstream)
					}
					other := map[string]string{"one": "two", "two": "one"}[f.Upstream]
					if body := r.Body.String(); strings.Contains(body, `"of `+other+`"`) || strings.Contains(body, `"of":"`+other+`"`) {
						t.Errorf("seed %d: %s of %s holds %s", seed, path, f.Upstream, body)
					}
					merged[f.Upstream+path] = merged[f.Upstream+path] || got
				default:
					if r := f.send("GET", fmt.Sprintf("/sso/jwks/x%d", random.IntN(3*limits.Documents)), "", anonymous); r.Code != 200 {
						t.Errorf("seed %d: %d %s", seed, r.Code, r.Body)
					}
				}
				if s := shared.Stats(); s.Others > limits.Documents || s.Fixed > 2*len(fixed) || s.Fetching > limits.DocumentFetches {
					t.Errorf("seed %d: it is %+v", seed, s)
				}
			}
			for _, f := range emulators {
				f.Close()
			}
			synctest.Wait()
			if s := shared.Stats(); s.Fetching != 0 {
				t.Errorf("seed %d: %d fetches are left", seed, s.Fetching)
			}
		})
	}
}
