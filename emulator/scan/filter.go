package scan

import "math/bits"

// filter finds windows that may belong to a secret. It is a Bloom filter with three bits for each window in one word, so that a look-up
// takes one memory access.
type filter struct {
	words []uint64
	shift uint // of a hash; its upper bits are the index of the word
}

// The least size of a filter in words, and the least number of bits for each window.
const (
	leastFilter   = 1 << 9
	bitsPerWindow = 16
)

func newFilter(windows int) filter {
	size := leastFilter
	for size*64 < bitsPerWindow*windows {
		size *= 2
	}
	return filter{make([]uint64, size), uint(64 - bits.TrailingZeros(uint(size)))}
}

func (f filter) add(windows [step]uint64) {
	for _, hash := range windows {
		f.words[hash>>f.shift] |= maskOf(hash)
	}
}

// has reports whether a window may have been added.
func (f filter) has(hash uint64) bool {
	word := f.words[hash>>(f.shift&63)]
	if word>>(hash&63)&1 == 0 { // as for most
		return false
	}
	mask := maskOf(hash)
	return word&mask == mask
}

func maskOf(hash uint64) uint64 { return 1<<(hash&63) | 1<<(hash>>6&63) | 1<<(hash>>12&63) }
