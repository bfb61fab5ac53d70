package scan

import "math/bits"

// filter tells windows that may belong to a secret from those that do not: a Bloom filter that sets three bits of one word
// for each window, so that it costs one access to memory to ask.
type filter struct {
	words []uint64
	shift uint // of a hash, whose upper bits are the place of the word
}

// The least size of a filter in words, and how many bits each window gets at the least.
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
