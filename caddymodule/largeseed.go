package caddymodule

import (
	"runtime/debug"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// largeSeed is from how many entries a seed takes so much memory to read that it is given back at once.
const largeSeed = 10_000

// checkedSeed is the seed that a command has read to check it, until the configuration that it runs asks for it.
var checkedSeed atomic.Pointer[parsedSeed]

type parsedSeed struct {
	path string
	seed *seed.Seed
}

// seedOf returns the seed of a configuration: the one that the command has just checked, or what its file holds.
func seedOf(path option) (*seed.Seed, error) {
	if c := checkedSeed.Swap(nil); c != nil && c.path == path.value {
		return c.seed, nil
	}
	return readSeedFile(path)
}

// releaseMemory returns what reading a large seed took to the operating system, which the runtime does in minutes.
func releaseMemory(s *seed.Seed) {
	if s.Len() >= largeSeed {
		debug.FreeOSMemory()
	}
}
