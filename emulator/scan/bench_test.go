package scan

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// BenchmarkScan measures how fast a text of each kind is scanned, with a few secrets and with many.
func BenchmarkScan(b *testing.B) {
	random := make([]byte, 1<<20)
	_, _ = rand.Read(random)
	json := strings.Repeat(`{"id":"org_01JQ8ZVXV3S6F0YBGQ8J4TMNKC","name":"Customer 1","metadata":{},"note":"a line\nand \"another\"","created_at":"2026-01-15T12:00:00.000Z"},`, 7000)
	texts := []struct {
		name string
		text []byte
	}{
		{"random", random},
		{"zeros", make([]byte, 1<<20)},
		{"json", []byte(json)},
		{"prose", bytes.Repeat([]byte("The quick brown fox jumps over the lazy dog, again and again. "), 16000)},
		{"form", bytes.Repeat([]byte("name=Customer+1&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback&"), 15000)},
		{"base64", []byte(base64.StdEncoding.EncodeToString(random[:700_000]))},
		{"base64_of_json", []byte(base64.StdEncoding.EncodeToString([]byte(json)))},
		{"hex", []byte(hex.EncodeToString(random[:500_000]))},
	}
	for _, count := range []int{10, 100_000} {
		var secrets []Secret
		for i := range count {
			secrets = append(secrets, Of(fmt.Sprintf("sk_test_of_customer_%08d", i))...)
		}
		set := NewSet(secrets, true)
		for _, text := range texts {
			b.Run(fmt.Sprintf("%s/%d_secrets", text.name, count), func(b *testing.B) {
				b.SetBytes(int64(len(text.text)))
				for b.Loop() {
					if found, err := set.Holds(text.text, Body, Whole); found || err != nil {
						b.Fatal(found, err)
					}
				}
			})
		}
	}
}

// BenchmarkValue scans the value of a header field, of which each request has several.
func BenchmarkValue(b *testing.B) {
	set := NewSet(append(Of("sk_test_of_customer"), Of("short")...), true)
	value := []byte("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)")
	for b.Loop() {
		if found, err := set.Holds(value, Header, Whole); found || err != nil {
			b.Fatal(found, err)
		}
	}
}
