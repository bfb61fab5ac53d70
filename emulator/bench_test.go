package emulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// sink is a ResponseWriter that stores only the status.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

// serve runs one request through the handler, and panics if it is not answered with 200.
func serve(h http.Handler, r *http.Request, body string) {
	r.Body = io.NopCloser(strings.NewReader(body))
	w := &sink{header: http.Header{}}
	h.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		panic(fmt.Sprintf("the status is %d", w.status))
	}
}

// parallel runs work on all cores for a while and returns how often it was done in a second.
func parallel(work func()) float64 {
	const span = 500 * time.Millisecond
	var done atomic.Int64
	start := time.Now()
	finished := make(chan struct{})
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for time.Since(start) < span {
				work()
				done.Add(1)
			}
			finished <- struct{}{}
		}()
	}
	for range runtime.GOMAXPROCS(0) {
		<-finished
	}
	return float64(done.Load()) / time.Since(start).Seconds()
}

// BenchmarkToken measures token exchanges against bare signatures with the same key, both on all cores.
func BenchmarkToken(b *testing.B) {
	f := newServer(b, func(o *Options) { o.Logger = nil })
	h := f.Handler(nil)
	digest := sha256.Sum256([]byte("payload"))
	var exchanges, signatures float64
	for b.Loop() {
		signatures += parallel(func() {
			if _, err := rsa.SignPKCS1v15(rand.Reader, testPrivateKey(), crypto.SHA256, digest[:]); err != nil {
				panic(err)
			}
		})
		exchanges += parallel(func() {
			r := httptest.NewRequest("POST", "/oauth2/token", nil)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			serve(h, r, clientForm)
		})
	}
	b.ReportMetric(exchanges/signatures, "x_bare_sign")
}

// BenchmarkHandler measures calls of the handler alone, on one core.
func BenchmarkHandler(b *testing.B) {
	f := newServer(b, func(o *Options) { o.Logger = nil })
	h := f.Handler(nil)
	for name, test := range map[string]struct{ method, path, body string }{
		"validations": {"POST", "/api_keys/validations", `{"value":"sk_test_customer"}`},
		"jwks":        {"GET", "/oauth2/jwks", ""},
	} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(test.method, test.path, nil)
			r.Header.Set("Authorization", "Bearer "+acceptedKey)
			start := time.Now()
			calls := 0
			for b.Loop() {
				serve(h, r, test.body)
				calls++
			}
			b.ReportMetric(float64(calls)/time.Since(start).Seconds(), "calls/s/core")
		})
	}
}

// BenchmarkPass measures a request that goes on to the next handler, compared with a direct call of that handler.
func BenchmarkPass(b *testing.B) {
	f := newServer(b, func(o *Options) { o.Logger = nil })
	next := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	h := f.Handler(next)
	r := httptest.NewRequest("GET", "/events?limit=10&order=asc", nil)
	r.Header.Set("Authorization", "Bearer sk_test_upstream")
	b.ReportAllocs()
	for b.Loop() {
		serve(h, r, "")
	}
}

// BenchmarkMerge measures a merged page of ten of the upstream's items and the local ones.
func BenchmarkMerge(b *testing.B) {
	f := newServer(b, func(o *Options) { o.Logger = nil })
	items := make([]string, 10)
	for i := range items {
		items[i] = fmt.Sprintf(`{"object":"organization","id":"org_U%d","name":"Customer","domains":[],"metadata":{},"external_id":null,"created_at":"2026-01-15T12:00:00.000Z","updated_at":"2026-01-15T12:00:00.000Z"}`, i)
	}
	list := []byte(`{"object":"list","data":[` + strings.Join(items, ",") + `],"list_metadata":{"before":null,"after":null}}`)
	h := f.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(list) }))
	r := httptest.NewRequest("GET", "/organizations?limit=10", nil)
	r.Header.Set("Authorization", "Bearer "+acceptedKey)
	b.ReportAllocs()
	for b.Loop() {
		serve(h, r, "")
	}
}
