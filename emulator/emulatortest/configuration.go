package emulatortest

import (
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// configuration is what the options come to.
type configuration struct {
	emulator emulator.Options
	start    time.Time

	keepRequests int

	seed     *seed.Seed
	seededBy string // the option

	upstream, authkit *url.URL
	realKey           string
	fixtures          *fixture.Options
}

// sharedKey is the key of the servers that are given none.
var sharedKey = sync.OnceValues(oauth.GenerateKey)

// configure applies the options, each of which may be given once. An error begins with the name of the option.
func configure(options []Option) (*configuration, error) {
	c := &configuration{start: time.Now(), keepRequests: DefaultKeptRequests, emulator: emulator.Options{
		Store: store.New(), Secrets: &guard.Secrets{}, Faults: &fault.Hooks{}, Documents: &upstream.Documents{},
	}}
	given := map[string]bool{}
	for i, option := range options {
		switch {
		case option.apply == nil:
			return nil, fmt.Errorf("option %d is empty", i+1)
		case given[option.name] && option.name != "AcceptKey":
			return nil, fmt.Errorf("%s: is given twice", option.name)
		}
		given[option.name] = true
		if err := option.apply(c); err != nil {
			return nil, fmt.Errorf("%s: %w", option.name, err)
		}
	}
	return c, c.complete()
}

func (c *configuration) complete() (err error) {
	switch {
	case c.realKey != "" && c.upstream == nil:
		return errors.New("APIKey: it is for Upstream: give that too")
	case c.fixtures != nil && c.fixtures.Mode != fixture.Replay && c.upstream == nil:
		return fmt.Errorf("Fixtures: mode %s asks the real WorkOS: give Upstream too, or use mode replay", c.fixtures.Mode)
	}
	if c.seed == nil {
		c.seed = seed.Empty()
	}
	if c.emulator.Key == nil {
		c.emulator.Key, err = sharedKey()
	}
	return err
}

// seedBy takes over the seed of an option.
func (c *configuration) seedBy(option string, s *seed.Seed, err error) error {
	if err == nil && c.seed != nil {
		err = fmt.Errorf("%s is given as well", c.seededBy)
	}
	c.seed, c.seededBy = s, option
	return err
}
