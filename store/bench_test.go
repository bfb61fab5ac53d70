package store

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

const (
	few  = 1_000
	many = 1_000_000
)

// filled returns a store with that many API keys of one organization.
func filled(b *testing.B, rows int) *Store {
	b.Helper()
	s := New()
	mustUpdate(b, s, func(tx *Txn) error {
		for i := range rows {
			k := APIKey{Meta: meta(fmt.Sprintf("api_key_%d", i)), Digest: DigestOf(valueOf(i)), OrganizationID: "org"}
			if err := APIKeys.Insert(tx, k); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

// valueOf returns the value of the i-th key, with the length of a real one.
func valueOf(i int) string { return fmt.Sprintf("sk_test_%048d", i) }

var stores = sync.OnceValue(func() map[int]*Store { return map[int]*Store{} })

func storeOf(b *testing.B, rows int) *Store {
	b.Helper()
	if stores()[rows] == nil {
		stores()[rows] = filled(b, rows)
	}
	return stores()[rows]
}

// reportRatio runs an operation on both sizes in turns, so that the load of the machine is the same for both. It reports how much longer the
// median batch takes on the larger one.
func reportRatio(b *testing.B, operation func(s *Store, rows int)) {
	small, large := storeOf(b, few), storeOf(b, many)
	measure := func(s *Store, rows int) time.Duration {
		const batch = 100
		start := time.Now()
		for range batch {
			operation(s, rows)
		}
		return time.Since(start)
	}
	var onSmall, onLarge []time.Duration
	runtime.GC() // collect what filling the stores has left
	for b.Loop() {
		onSmall = append(onSmall, measure(small, few))
		onLarge = append(onLarge, measure(large, many))
	}
	b.ReportMetric(float64(median(onLarge))/float64(median(onSmall)), "x_1k")
}

func median(of []time.Duration) time.Duration {
	slices.Sort(of)
	return of[len(of)/2]
}

// BenchmarkLookup looks up keys by their value, as every request does: 1,000,000 keys against 1,000. With some of them in
// use, both stores are asked for 1,000 different keys; with all of them, what is measured besides is how little of a
// million rows fits into the processor's cache.
func BenchmarkLookup(b *testing.B) {
	for name, inUse := range map[string]func(rows int) int{
		"some": func(rows int) int { return rand.IntN(few) * (rows / few) },
		"all":  rand.IntN,
	} {
		b.Run(name, func(b *testing.B) {
			reportRatio(b, func(s *Store, rows int) {
				if _, ok := s.View().APIKeyByDigest(DigestOf(valueOf(inUse(rows)))); !ok {
					b.Fatal("a key is missing")
				}
			})
		})
	}
}

// BenchmarkPage reads a page of ten from the middle of a list: 1,000,000 rows against 1,000.
func BenchmarkPage(b *testing.B) {
	for _, order := range []Order{Descending, Ascending} {
		b.Run(string(order), func(b *testing.B) {
			reportRatio(b, func(s *Store, rows int) {
				list, err := s.View().OrganizationAPIKeys("org", Page{Limit: 10, Order: order, After: fmt.Sprintf("api_key_%d", rows/2)})
				if err != nil || len(list.Items) != 10 {
					b.Fatal(len(list.Items), err)
				}
			})
		})
	}
}
