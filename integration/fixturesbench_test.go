package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkFixtures measures replaying and recording against what Caddy does without them, in one Caddy, in turns.
func BenchmarkFixtures(b *testing.B) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		body := fixtureBody
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = io.WriteString(w, body)
	}))
	defer upstream.Close()
	few, some, many, recorded := b.TempDir(), b.TempDir(), b.TempDir(), b.TempDir()
	writeFixtures(b, few, 10)
	writeFixtures(b, some, inTurn)
	writeFixtures(b, many, 10_000)
	plain, respond, small, large, record, thousand := freePort(b), freePort(b), freePort(b), freePort(b), freePort(b), freePort(b)
	p := startConfig(b, fmt.Sprintf(`http://localhost:{$PORT} {
	workos_emulator
	workos_fixtures %[1]s {
		mode replay
	}
}
http://localhost:%[5]d {
	header Content-Type application/json
	respond %[9]q
}
http://localhost:%[6]d {
	workos_fixtures %[2]s {
		mode replay
	}
}
http://localhost:%[10]d {
	workos_fixtures %[1]s {
		mode replay
	}
}
http://localhost:%[7]d {
	workos_fixtures %[3]s {
		mode record
	}
	reverse_proxy %[4]s
}
http://localhost:%[8]d {
	reverse_proxy %[4]s
}
http://localhost:%[11]d {
	workos_fixtures %[12]s {
		mode replay
	}
}
`, few, many, recorded, upstream.URL, respond, large, record, plain, fixtureBody, small, thousand, some))
	at := func(port int, path string) string { return fmt.Sprintf("http://localhost:%d%s", port, path) }

	for name, pair := range map[string]struct{ measured, base string }{
		"replay/x_respond":          {at(thousand, "/events?page=%d"), at(respond, "/events?page=%d")},
		"replay_10000/x_10":         {at(large, "/events?page=1"), at(small, "/events?page=1")},
		"recording/x_plain_proxied": {at(record, "/events?page=1"), at(plain, "/events?page=1")},
		"recording_1000/x_plain":    {at(record, "/things?page=%d"), at(plain, "/things?page=%d")},
	} {
		b.Run(name, func(b *testing.B) {
			var ratios []float64
			for b.Loop() {
				// The one that is measured later does better, whichever it is: each is measured first once.
				first, baseSecond := throughput(b, pair.measured), throughput(b, pair.base)
				baseFirst, second := throughput(b, pair.base), throughput(b, pair.measured)
				ratios = append(ratios, (1/baseFirst+1/baseSecond)/(1/first+1/second))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "ratio")
		})
	}
	b.Run("memory/after_100000_against_after_10000", func(b *testing.B) {
		var ratios []float64
		for b.Loop() {
			rate(b, p.URL+"/events?page=1", 10_000)
			before := p.heap(b)
			rate(b, p.URL+"/events?page=1", 90_000)
			ratios = append(ratios, p.heap(b)/before)
		}
		slices.Sort(ratios)
		b.ReportMetric(ratios[len(ratios)/2], "ratio")
	})
}

// fixtureBody has 4 KiB, as a page of a list has.
var fixtureBody = `{"object":"list","data":[` + strings.TrimSuffix(strings.Repeat(fixtureItem+",", 4096/len(fixtureItem)), ",") + `],"list_metadata":{"before":null,"after":null}}`

const fixtureItem = `{"object":"event","id":"event_01JQ8ZVXV3S6F0YBGQ8J4TMNKC","event":"user.created","data":{"email":"bob@acme.example"},"created_at":"2026-01-15T12:00:00.000Z"}`

// writeFixtures makes fixtures for /events?page=1 and on, which are as old as committed ones.
func writeFixtures(b *testing.B, dir string, count int) {
	b.Helper()
	folder := filepath.Join(dir, "GET", "events")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		b.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	for i := range count {
		path := filepath.Join(folder, fmt.Sprintf("page=%d.json", i))
		write(b, path, fmt.Sprintf(`{"request":{"method":"GET","path":"/events","query":"page=%d"},"responses":[{"status":200,"headers":{"Content-Type":"application/json"},"body":%s}]}`, i, fixtureBody))
		if err := os.Chtimes(path, old, old); err != nil {
			b.Fatal(err)
		}
	}
}

// heap returns the bytes that the process uses after a garbage collection.
func (p *process) heap(b *testing.B) float64 {
	b.Helper()
	var vars struct {
		Memstats struct{ HeapAlloc float64 }
	}
	for _, path := range []string{"/debug/pprof/heap?gc=1", "/debug/vars"} {
		answer := receive(b, newRequest(b, http.MethodGet, p.Admin+path, "", ""))
		if path == "/debug/vars" {
			if err := json.Unmarshal([]byte(answer.body), &vars); err != nil {
				b.Fatal(err)
			}
		}
	}
	return vars.Memstats.HeapAlloc
}
