package caddymodule

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/realkeys"
)

// TestEachConfigurationHasOneApp loads a configuration twice: its modules share an app, and none is left in the app of the
// configuration that was replaced.
func TestEachConfigurationHasOneApp(t *testing.T) {
	site := fmt.Sprintf("workos {\nupstream http://127.0.0.1:1\nfixtures %s {\nmode live\n}\n}", t.TempDir())
	c := run(t, site)
	first := loadedApps[len(loadedApps)-1]
	if first.modules != 3 { // emulator, fixtures and transport
		t.Errorf("the first app has %d modules", first.modules)
	}
	if err := c.load(site); err != nil {
		t.Fatal(err)
	}
	second := loadedApps[len(loadedApps)-1]
	if first == second || second.modules != 3 {
		t.Errorf("the second app is the first one: %t; it has %d modules", first == second, second.modules)
	}
	eventually(t, "the first configuration to be cleaned up", func() bool {
		first.configuration.mu.Lock()
		defer first.configuration.mu.Unlock()
		return first.modules == 0
	})
}

// TestConfigurationsThatNeverRunLeaveNothing validates configurations, of which some fail to provision.
func TestConfigurationsThatNeverRunLeaveNothing(t *testing.T) {
	const key = "accepted-0123456789abcdefNEVER"
	log := filepath.Join(t.TempDir(), "log")
	for name, options := range map[string]map[string]any{
		"valid":                   {},
		"without its seed":        {"seed": "/no/such/seed.yaml"},
		"without its signing key": {"signing_key": "/no/such/key.pem"},
		"with another issuer":     {"issuer": "ftp://example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			handler := map[string]any{"handler": "workos_emulator", "instance": t.Name(), "accept_key": []string{key}}
			for option, value := range options {
				handler[option] = value
			}
			said := provision(t, siteOf(t, log, "ERROR", handler), log)
			if i := instance.All().Find(t.Name()); i != nil {
				t.Errorf("the instance is left, after %s", said)
			}
			if set := realkeys.Known().Set; set != nil {
				if spans, err := set.Spans([]byte(key)); err != nil || len(spans) > 0 {
					t.Errorf("the key is known, after %s", said)
				}
			}
		})
	}
}
