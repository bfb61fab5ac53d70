package seed_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

const manyKeys = 200_000

// largeSeeds are seeds of many keys, in both forms of apiKeys.
func largeSeeds() map[string][]byte {
	var sequence, mapping strings.Builder
	sequence.WriteString("organizations: [{name: Acme}]\napiKeys:\n")
	mapping.WriteString("apiKeys:\n")
	for i := range manyKeys {
		fmt.Fprintf(&sequence, "  - name: Key %d\n    organization: Acme\n    value: sk_test_%048d\n    permissions: [posts:read, posts:write]\n", i, i)
		fmt.Fprintf(&mapping, "  sk_test_%048d: {environment: test}\n", i)
	}
	return map[string][]byte{"sequence": []byte(sequence.String()), "mapping": []byte(mapping.String())}
}

// started is what a server keeps of a seed.
type started struct {
	seed    *seed.Seed
	store   *store.Store
	secrets *guard.Secrets
}

func start(b *testing.B, data []byte) started {
	b.Helper()
	parsed, err := seed.Parse("seed.yaml", data, seed.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s := started{parsed, store.New(), &guard.Secrets{}}
	s.secrets.Seed(parsed.Secrets())
	apply(b, s.store, parsed)
	return s
}

// BenchmarkSeed reads and applies a seed of 200,000 keys, and reports the memory that it takes from then on.
func BenchmarkSeed(b *testing.B) {
	for form, data := range largeSeeds() {
		b.Run(form, func(b *testing.B) { benchmarkStart(b, data) })
	}
}

// benchmarkStart reads and applies a seed, and reports the memory that it takes from then on.
func benchmarkStart(b *testing.B, data []byte) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var s started
	for b.Loop() {
		s = start(b, data)
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s")
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB")
	runtime.KeepAlive(s)
}

// BenchmarkReload applies the seed again with one more key, and then without it.
func BenchmarkReload(b *testing.B) {
	for form, data := range largeSeeds() {
		b.Run(form, func(b *testing.B) {
			s := start(b, data)
			more := map[string]string{"sequence": "  - {name: More, organization: Acme, value: sk_test_more}\n", "mapping": "  sk_test_more: {environment: test}\n"}[form]
			edited, err := seed.Parse("seed.yaml", append(slices.Clip(data), more...), seed.Options{})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				apply(b, s.store, edited)
				apply(b, s.store, s.seed)
			}
		})
	}
}

// BenchmarkReset resets a store of 200,000 keys after a key was made and another deleted.
func BenchmarkReset(b *testing.B) {
	s := start(b, largeSeeds()["sequence"])
	seeded := store.APIKeys.All(s.store.View())[0]
	for b.Loop() {
		b.StopTimer()
		change(b, s.store, func(tx *store.Txn) error {
			if err := store.APIKeys.Insert(tx, store.APIKey{Meta: store.Meta{ID: "api_key_MADE"}, Digest: store.DigestOf("made")}); err != nil {
				return err
			}
			return store.APIKeys.Delete(tx, seeded.ID)
		})
		b.StartTimer()
		s.store.Reset()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms")
	if _, ok := store.APIKeys.Get(s.store.View(), seeded.ID); !ok {
		b.Error("the deleted key is not back")
	}
}
