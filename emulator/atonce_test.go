package emulator

import (
	"io"
	"net/http/httptest"
	"strings"
	"sync"
)

// atOnce sends a request many times at once. No body can be read before all requests have their view of the store.
func (f *server) atOnce(times int, method string, request func(i int) (path, body string)) []response {
	f.t.Helper()
	var viewed, done sync.WaitGroup
	viewed.Add(times)
	answers := make([]response, times)
	for i := range times {
		done.Go(func() {
			path, body := request(i)
			r := httptest.NewRequest(method, "http://emulator.test"+path, &lateBody{Reader: strings.NewReader(body), viewed: &viewed})
			r.Header.Set("Authorization", "Bearer "+acceptedKey)
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			f.Handler(nil).ServeHTTP(w, r)
			answers[i] = response{w, f.t}
		})
	}
	done.Wait()
	return answers
}

// lateBody is a body that can be read when all requests have begun to read theirs.
type lateBody struct {
	io.Reader
	viewed *sync.WaitGroup
	once   sync.Once
}

func (b *lateBody) Read(p []byte) (int, error) {
	b.once.Do(func() {
		b.viewed.Done()
		b.viewed.Wait()
	})
	return b.Reader.Read(p)
}

// countOf counts the answers by what a function returns of them.
func countOf[T comparable](answers []response, of func(response) T) map[T]int {
	counts := map[T]int{}
	for _, r := range answers {
		counts[of(r)]++
	}
	return counts
}

func statusOf(r response) int { return r.Code }
