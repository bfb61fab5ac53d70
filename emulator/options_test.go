package emulator

import (
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestTokenTTL refuses lifetimes below a second, as the times of a token are whole seconds.
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

func TestOptions(t *testing.T) {
	t.Parallel()
	good := Options{Store: store.New(), Secrets: &guard.Secrets{}, Key: testKey()}
	for name, change := range map[string]func(*Options){
		"Store":      func(o *Options) { o.Store = nil },
		"Secrets":    func(o *Options) { o.Secrets = nil },
		"Key":        func(o *Options) { o.Key = nil },
		"TokenTTL":   func(o *Options) { o.TokenTTL = -1 },
		"AcceptKeys": func(o *Options) { o.AcceptKeys = []string{""} },
		"group":      func(o *Options) { o.Emulate = []string{"tokens"} },
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
