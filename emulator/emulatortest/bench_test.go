package emulatortest_test

import (
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// BenchmarkNewWithAKey measures what a test waits for its server: below 5 ms where a key is given.
func BenchmarkNewWithAKey(b *testing.B) {
	key, err := oauth.GenerateKey()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		newServer(b, emulatortest.Key(key)).Close()
	}
}
