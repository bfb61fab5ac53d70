package emulatortest_test

import (
	"fmt"
	"net/http"
	"runtime"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
)

// heap is what is in use, in bytes.
func heap() int64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return int64(memory.HeapAlloc)
}

// TestServerDoesNotGrow asks many times, and compares the heap with that after the first ones.
func TestServerDoesNotGrow(t *testing.T) {
	const warm, requests = manyRequests / 5, manyRequests
	srv := emulatortest.New(t, emulatortest.KeepRequests(100))
	ask := func(count int) {
		for i := range count {
			response, err := srv.Client().Get(fmt.Sprintf("%s/organizations/org_%d?with=a_query_of_its_own", srv.URL, i))
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
		}
	}
	ask(warm)
	before := heap()
	ask(requests - warm)
	if grown := heap() - before; grown > 2<<20 {
		t.Errorf("the heap has grown by %d bytes, %d a request", grown, grown/(requests-warm))
	}
	if kept := len(srv.Requests()); kept != 100 {
		t.Errorf("%d requests are kept", kept)
	}
}

// TestRequestsAreTheLastOnes keeps as many as it is told, in their order.
func TestRequestsAreTheLastOnes(t *testing.T) {
	t.Parallel()
	for _, keep := range []int{0, 1, 3} {
		srv := emulatortest.New(t, emulatortest.KeepRequests(keep))
		for i := range 10 {
			response, err := srv.Client().Get(fmt.Sprintf("%s/%d", srv.URL, i))
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			got := srv.Requests()
			if want := min(keep, i+1); len(got) != want {
				t.Fatalf("after %d requests, %d are kept, want %d", i+1, len(got), want)
			}
			for j, request := range got {
				if want := fmt.Sprintf("/%d", i+1-len(got)+j); request.Path != want || request.Status != http.StatusNotImplemented {
					t.Errorf("request %d is %s, want one of %s", j, request, want)
				}
			}
		}
	}
}
