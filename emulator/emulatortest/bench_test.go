package emulatortest_test

import (
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
)

func BenchmarkNewWithAKey(b *testing.B) {
	key, err := emulator.GenerateKey()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		newServer(b, emulatortest.Key(key)).Close()
	}
}

// TestAServerStartsInNoTime holds New to 5 ms where a key is given. The fastest of several starts is what it takes: the
// others had to wait for other tests.
func TestAServerStartsInNoTime(t *testing.T) {
	key, err := emulator.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	fastest := time.Hour
	for range 20 {
		begin := time.Now()
		newServer(t, emulatortest.Key(key))
		fastest = min(fastest, time.Since(begin))
	}
	if fastest >= 5*time.Millisecond {
		t.Errorf("a start takes %s", fastest)
	}
}
