package caddymodule

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
)

const (
	traceSecret = "pinned-secret-of-a-trace"
	traceSeed   = "organizations:\n  - {name: Acme}\nconnectApplications:\n  - {name: B, organization: Acme, client_id: client_b, client_secret: " + traceSecret + "}\n"
)

// TestProvisionLeavesNoTrace loads a configuration that fails after its seed has been read, beside one that uses the same
// instance without a seed.
func TestProvisionLeavesNoTrace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "seed.yaml")
	if err := os.WriteFile(path, []byte(traceSeed), 0o600); err != nil {
		t.Fatal(err)
	}
	beside := fmt.Sprintf("workos_fixtures %s {\nmode live\ninstance trace\n}\nrespond fixtures", dir)
	c := run(t, beside)
	if err := c.load(fmt.Sprintf("%s\nworkos_emulator {\nseed %s\ninstance trace\n}\nreverse_proxy x {\nto https://example.com/path\n}", beside, path)); err == nil {
		t.Fatal("the configuration was loaded")
	}
	i := instance.All().Find("trace")
	if i == nil {
		t.Fatal("the instance is gone")
	}
	if _, seeded := i.Store.View().ApplicationByClientID("client_b"); seeded || i.Secrets.Knows(traceSecret) {
		t.Error("the seed of a configuration that failed to load has left a trace")
	}
}
