package authorize_test

import (
	"crypto/rand"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/store"
)

// BenchmarkAuthorize issues a code to the user of a login_hint.
func BenchmarkAuthorize(b *testing.B) {
	s := store.New()
	if err := s.Update(seeded); err != nil {
		b.Fatal(err)
	}
	e, err := emulator.New(emulator.Options{Store: s, Secrets: &guard.Secrets{}, Key: testKey(), Random: rand.Reader, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	handler := e.Handler(nil)
	address := "http://emulator.test" + authorization("login_hint", "alice@acme.example")
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		if handler.ServeHTTP(w, httptest.NewRequest("GET", address, nil)); w.Code != 302 {
			b.Fatalf("%d: %s", w.Code, w.Body)
		}
	}
}
