package integration

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// listOfTen is a page as WorkOS sends it.
var listOfTen = func() string {
	items := make([]string, 10)
	for i := range items {
		items[i] = fmt.Sprintf(`{"object":"organization","id":"org_UPSTREAM%02d","name":"Customer %d","domains":[],"metadata":{},"external_id":null,"created_at":"2026-01-15T12:00:00.000Z","updated_at":"2026-01-15T12:00:00.000Z"}`, i, i)
	}
	return `{"object":"list","data":[` + strings.Join(items, ",") + `],"list_metadata":{"before":null,"after":"org_UPSTREAM09"}}`
}()

// BenchmarkProxy measures what goes through the emulator against a plain reverse_proxy to the same upstream, in one
// Caddy, in turns.
func BenchmarkProxy(b *testing.B) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(listOfTen))) // else the proxy streams, and flushes by a timer
		_, _ = io.WriteString(w, listOfTen)
	}))
	defer upstream.Close()
	seed := filepath.Join(b.TempDir(), "seed.yaml")
	write(b, seed, mixSeed)
	plainPort := freePort(b)
	p := startConfig(b, fmt.Sprintf(`http://localhost:{$PORT} {
	workos {
		seed %[1]s
		upstream %[2]s {
			api_key sk_real
		}
	}
}
http://localhost:%[3]d {
	reverse_proxy %[2]s
}
`, seed, upstream.URL, plainPort))
	plain := fmt.Sprintf("http://localhost:%d", plainPort)

	for name, path := range map[string]string{"proxied": "/events?limit=10", "merged": "/organizations?limit=10"} {
		b.Run(name, func(b *testing.B) {
			var ratios []float64
			for b.Loop() {
				// The one that is measured later does better, whichever it is: each is measured first once.
				first, plainSecond := throughput(b, p.URL+path), throughput(b, plain+path)
				plainFirst, second := throughput(b, plain+path), throughput(b, p.URL+path)
				ratios = append(ratios, (1/plainFirst+1/plainSecond)/(1/first+1/second))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "x_plain_proxy")
		})
	}
}

// throughput returns the answers in a second that clients on all cores get from a URL, over enough requests for the
// connections to be made not to count.
func throughput(b *testing.B, url string) float64 { return rate(b, url, 8000) }

// inTurn is how many URLs are asked in turn where there is a %d in one.
const inTurn = 1000

// rate is throughput over a number of requests.
func rate(b *testing.B, url string, requests int) float64 {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	defer client.CloseIdleConnections()
	start := time.Now()
	var wait sync.WaitGroup
	workers := 4 * runtime.GOMAXPROCS(0)
	var asked atomic.Int64
	for range workers {
		wait.Go(func() {
			for range requests / workers {
				url := url
				if strings.Contains(url, "%d") {
					url = fmt.Sprintf(url, asked.Add(1)%inTurn)
				}
				request, _ := http.NewRequest("GET", url, nil)
				request.Header.Set("Authorization", "Bearer sk_local_trusted")
				response, err := client.Do(request)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				response.Body.Close()
				if response.StatusCode != http.StatusOK {
					b.Error(response.Status)
					return
				}
			}
		})
	}
	wait.Wait()
	return float64(requests) / time.Since(start).Seconds()
}
