package emulator

import "sync"

// atOnce calls a function many times at once, and counts what it returns.
func atOnce[T comparable](calls int, call func(i int) T) map[T]int {
	var mu sync.Mutex
	var wait sync.WaitGroup
	counts := map[T]int{}
	for i := range calls {
		wait.Go(func() {
			got := call(i)
			mu.Lock()
			defer mu.Unlock()
			counts[got]++
		})
	}
	wait.Wait()
	return counts
}
