package emulator

import (
	"crypto/rand"
	"encoding/json"
	mathrand "math/rand/v2"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// newSeeded is newServer with another seed than testSeed, for tests of what testSeed cannot have beside its own blocks.
func newSeeded(t testing.TB, yaml string, change ...func(*Options)) *server {
	t.Helper()
	parsed, err := seed.Parse("seed.yaml", []byte(yaml), seed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := newServer(t, change...)
	f.Secrets.Seed(parsed.Secrets())
	if err := f.Store.Update(func(tx *store.Txn) error { return parsed.Restore(tx, f.now, rand.Reader) }); err != nil {
		t.Fatal(err)
	}
	return f
}

// predictable makes ids and secrets the same in each run, so that a golden file can hold them.
func predictable(o *Options) { o.Random = mathrand.NewChaCha8([32]byte{1}) }

// array returns the answer's body as a bare array, which only the list of client secrets is.
func (r response) array(status int) []map[string]any {
	r.t.Helper()
	var items []map[string]any
	if err := json.Unmarshal(r.Body.Bytes(), &items); err != nil || r.Code != status {
		r.t.Fatalf("%d %s: %v", r.Code, r.Body, err)
	}
	return items
}

// ids returns the ids of a list, in its order.
func (r response) ids() []string {
	r.t.Helper()
	found := []string{}
	for _, item := range r.want(200)["data"].([]any) {
		found = append(found, item.(map[string]any)["id"].(string))
	}
	return found
}
