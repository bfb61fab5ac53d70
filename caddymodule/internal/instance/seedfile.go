package instance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// ReadSeed reads the seed file that an option names. Problems call the file by the option.
func ReadSeed(o option.Option) (*seed.Seed, error) {
	file, err := os.Open(o.Value)
	if err != nil {
		if len(o.Value) > option.MaxWord && !strings.Contains(filepath.Base(o.Value), ".") {
			o.Text = "the value" // a line of a key, whose first letter was taken for the flag -s, is long and has no extension
		}
		return nil, fmt.Errorf("read seed: %w", o.Failed(err))
	}
	defer file.Close()
	loaded, err := seed.Read(o.String(), file, seed.Options{Dir: filepath.Dir(o.Value)})
	if o.Hidden() && errors.As(err, new(*fs.PathError)) {
		return nil, fmt.Errorf("read seed: %w", o.Failed(err))
	}
	return loaded, err
}

// checkedSeed is the seed that a command has read to check it, until the configuration that it runs asks for it.
var checkedSeed atomic.Pointer[parsedSeed]

type parsedSeed struct {
	path string
	seed *seed.Seed
}

// UseChecked spares the configuration that is loaded next to read the file of a seed again.
func UseChecked(path string, checked *seed.Seed) { checkedSeed.Store(&parsedSeed{path, checked}) }

// seedOf returns the seed of a configuration: the one that the command has just checked, or what its file holds.
func seedOf(path option.Option) (*seed.Seed, error) {
	if c := checkedSeed.Swap(nil); c != nil && c.path == path.Value {
		return c.seed, nil
	}
	return ReadSeed(path)
}

// largeSeed is from how many entries a seed takes so much memory to read that it is given back at once.
const largeSeed = 10_000

// releaseMemory returns what reading a large seed took to the operating system, which the runtime does in minutes.
func releaseMemory(s *seed.Seed) {
	if s.Len() >= largeSeed {
		debug.FreeOSMemory()
	}
}
