// Package instance has the state of emulators by the name of the option instance: handlers of one name share it, and it
// outlives their configurations.
package instance

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/signingkey"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// Default is the name of the instance where the configuration gives none.
const Default = "default"

// pool holds every instance by its name, for as long as a configuration uses it: a reload loses nothing.
var pool = caddy.NewUsagePool()

// Instance is the state that outlives a configuration.
type Instance struct {
	name      option.Option
	Store     *store.Store
	Documents upstream.Documents
	Keys      signingkey.Keys
	Faults    fault.Hooks
	// Secrets are those of the store, which must not leave.
	Secrets guard.Secrets

	mu      sync.Mutex
	applied *seedPlan         // what the store was seeded by last; nil before the first request
	planned int               // how many plans there have been
	plans   map[any]*seedPlan // by configuration

	folders map[*fixture.Library]int // the folders of fixtures that are used with it, and how often
	warned  map[warned]bool          // recorded logins that the log has told of
}

func newInstance(name option.Option) *Instance {
	i := &Instance{name: name, Store: store.New(), plans: map[any]*seedPlan{}, folders: map[*fixture.Library]int{}}
	i.Keys.Instance, i.Keys.LongestTTL = name, i.longestTTL
	return i
}

// Title is what the instance is called in errors, logs and answers.
func (i *Instance) Title() string { return i.name.String() }

// Destruct is called when no configuration uses the instance any more.
func (*Instance) Destruct() error { return nil }

// acquire takes a reference to an instance, which is to be given back to the pool.
func acquire(name option.Option) (*Instance, error) {
	loaded, _, err := pool.LoadOrNew(name.Value, func() (caddy.Destructor, error) { return newInstance(name), nil })
	if err != nil {
		return nil, err
	}
	return loaded.(*Instance), nil
}

// Replays tells whether there are fixtures, whose tokens the instance's keys sign.
func (i *Instance) Replays() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.folders) > 0
}

// longestTTL is how long its tokens live at most, where those of an application without a lifetime of its own live for ttl.
func (i *Instance) longestTTL(ttl time.Duration) time.Duration {
	ttl = oauth.LongestTTL(i.Store, ttl)
	if i.Replays() {
		ttl = max(ttl, limits.ReplayedTTL)
	}
	return ttl
}

// ByName are instances by their names.
type ByName map[string]*Instance

// All returns the instances that a configuration uses.
func All() ByName {
	all := ByName{}
	pool.Range(func(_, value any) bool {
		if i, ok := value.(*Instance); ok {
			all[i.name.Value] = i
		}
		return true
	})
	return all
}

// Find returns the instance of a name or of a title, or nil.
func (all ByName) Find(name string) *Instance {
	if i := all[name]; i != nil {
		return i
	}
	for _, i := range all {
		if i.Title() == name {
			return i
		}
	}
	return nil
}

// Titles are what the instances are called, in order.
func (all ByName) Titles() []string {
	var titles []string
	for i := range maps.Values(all) {
		titles = append(titles, i.Title())
	}
	return slices.Sorted(slices.Values(titles))
}

// Use is one handler's use of an instance. What it refers to stays valid after Release, for the requests that are under way.
type Use struct {
	*Instance
	configuration any
	plan          *seedPlan
	logger        *zap.Logger
}

// Acquire takes a reference to an instance for a handler of a configuration, which may be any value that no other
// configuration has. Nothing in the instance changes: the configuration may yet fail, or may only be validated.
func Acquire(configuration any, name option.Option, logger *zap.Logger) (*Use, error) {
	i, err := acquire(name)
	if err != nil {
		return nil, err
	}
	u := &Use{Instance: i, configuration: configuration, logger: logger}
	i.mu.Lock()
	defer i.mu.Unlock()
	if u.plan = i.plans[configuration]; u.plan == nil {
		u.plan = &seedPlan{}
		i.plans[configuration] = u.plan
	}
	u.plan.users++
	return u, nil
}

// Release gives the instance back.
func (u *Use) Release() error {
	u.mu.Lock()
	if u.plan.users--; u.plan.users == 0 {
		delete(u.plans, u.configuration)
	}
	u.mu.Unlock()
	_, err := pool.Delete(u.name.Value)
	return err
}
