package emulator

import (
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestTokenTTL refuses what a token, whose times are whole seconds, cannot live for.
func TestTokenTTL(t *testing.T) {
	t.Parallel()
	for ttl, ok := range map[time.Duration]bool{
		0: true, time.Second: true, time.Hour: true,
		-time.Hour: false, -1: false, 1: false, time.Millisecond: false, time.Second - 1: false,
	} {
		e, err := New(Options{Store: store.New(), Secrets: &guard.Secrets{}, Key: testKey(), TokenTTL: ttl})
		if (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "TokenTTL") {
			t.Errorf("%s: %v", ttl, err)
		}
		if err == nil {
			e.Close()
		}
	}
}
