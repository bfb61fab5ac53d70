package instance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	logobserver "go.uber.org/zap/zaptest/observer"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/store"
)

const plannedSeed = "apiKeys:\n  sk_test_planned_0001: {environment: test}\norganizations:\n  - {name: Acme, id: org_ACME, external_id: %s}\n"

// secretOf is what a seed of the tests pins.
func secretOf(number int) string { return fmt.Sprintf("pinned-secret-of-edit-%04d", number) }

// seedFile writes the seed of the tests, with an external id and a secret.
func seedFile(t *testing.T, path, externalID string, secret int) {
	t.Helper()
	text := fmt.Sprintf(plannedSeed, externalID) +
		fmt.Sprintf("connectApplications:\n  - {name: B, organization: Acme, client_id: client_b, client_secret: %s}\n", secretOf(secret))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestSeedThatConflictsWithTheRunTime creates what an edited seed has as well, after the configuration has been loaded and
// before it is served.
func TestSeedThatConflictsWithTheRunTime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seed.yaml")
	core, logs := logobserver.New(zap.InfoLevel)
	logger := zap.New(core)
	i := newInstance(named(t))
	use := func(configuration string) *Use {
		u := &Use{Instance: i, configuration: configuration, plan: &seedPlan{}, logger: logger}
		i.plans[configuration] = u.plan
		if err := u.SeedBy(option.Option{Name: "seed", Value: path, Text: path}); err != nil {
			t.Fatal(err)
		}
		return u
	}
	seedFile(t, path, "one", 1)
	use("first").ApplySeed()

	seedFile(t, path, "two", 2)
	second := use("second")
	delete(i.plans, "first")
	before := i.applied
	created := func(tx *store.Txn) error { // as the API does
		return store.Organizations.Insert(tx, store.Organization{Meta: store.Meta{ID: "org_CREATED", CreatedAt: time.Now()}, Name: "Other", ExternalID: "two"})
	}
	if err := i.Store.Update(created); err != nil {
		t.Fatal(err)
	}

	for range 3 {
		second.ApplySeed() // with each request
	}
	if i.applied != before {
		t.Error("the seed was applied")
	}
	if knows := i.Secrets.Knows(secretOf(2)); knows {
		t.Error("a secret is refused of a seed that was never applied")
	}
	if !i.Secrets.Knows(secretOf(1)) {
		t.Error("a secret of the seed that is applied is not refused any more")
	}
	told := logs.FilterMessageSnippet("could not be applied").All()
	if len(told) != 1 {
		t.Fatalf("the log tells of it %d times", len(told))
	}
	if text := fmt.Sprint(told[0].ContextMap()); !strings.Contains(text, "organizations.external_id") || strings.Contains(text, secretOf(2)) {
		t.Errorf("the log says %s", text)
	}

	if err := i.Reset(logger); err != nil {
		t.Fatal(err)
	}
	if i.applied != second.plan || !i.Secrets.Knows(secretOf(2)) {
		t.Error("the reset did not apply the seed of the running configuration")
	}
	seedFile(t, path, "three", 3)
	third := use("third")
	delete(i.plans, "second")
	third.ApplySeed()
	if i.applied != third.plan || !i.Secrets.Knows(secretOf(3)) {
		t.Error("a further reload did not apply its seed")
	}
}
