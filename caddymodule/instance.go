package caddymodule

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// instances holds the state of every instance, by name, for as long as a configuration uses it: a reload loses nothing.
var instances = caddy.NewUsagePool()

// instance is the state that outlives a configuration.
type instance struct {
	name   string
	shown  string // the name as it may be told, if it may not be told as it is
	store  *store.Store
	remote emulator.Remote
	keys   emulator.Keys
	faults fault.Hooks
	// secrets are those of the store, which must not leave.
	secrets guard.Secrets

	mu        sync.Mutex
	applied   *seedPlan            // what the store was seeded by last
	planned   int                  // how many plans there have been
	generated *emulator.SigningKey // made when it is first needed
	stored    *emulator.SigningKey // as the storage had it last
	plans     map[any]*seedPlan    // by configuration

	shelves map[*fixture.Library]int // the folders of fixtures that are used with it, and how often
}

// seedPlan is the seed that a configuration wants the store to hold, shared by the configuration's handlers.
type seedPlan struct {
	number int // plans are made one after the other
	path   option
	seed   *seed.Seed
	key    func() *emulator.SigningKey // that signs now; nil until it is known
	users  int
}

// title is what the instance is called in errors, logs and answers.
func (i *instance) title() string { return cmp.Or(i.shown, i.name) }

// Destruct is called when no configuration uses the instance any more.
func (*instance) Destruct() error { return nil }

// holdInstance takes a reference to an instance, which is to be given back to the pool.
func holdInstance(name option) (*instance, error) {
	held, _, err := instances.LoadOrNew(name.value, func() (caddy.Destructor, error) {
		return &instance{
			name: name.value, shown: name.String(), store: store.New(), plans: map[any]*seedPlan{}, shelves: map[*fixture.Library]int{},
		}, nil
	})
	if err != nil {
		return nil, err
	}
	return held.(*instance), nil
}

// configOf tells configurations apart: each has one metrics registry, which no other has.
func configOf(ctx caddy.Context) any { return ctx.GetMetricsRegistry() }

// claim is one handler's hold on an instance.
type claim struct {
	instance *instance
	config   any
	plan     *seedPlan
	logger   *zap.Logger
	applying sync.Once
	err      error
}

// claimInstance takes hold of an instance and reads the seed. It applies the seed to a new instance; to one that a
// running configuration uses, only [claim.apply] does, for the new configuration may yet fail. What it took, it gives
// back when it fails.
func claimInstance(ctx caddy.Context, name, seedPath option, logger *zap.Logger) (*claim, error) {
	held, err := holdInstance(name)
	if err != nil {
		return nil, err
	}
	c := &claim{instance: held, config: configOf(ctx), logger: logger}
	if err := c.join(seedPath); err != nil {
		_, _ = instances.Delete(name.value)
		return nil, err
	}
	return c, nil
}

// join makes the claim part of its configuration's plan.
func (c *claim) join(seedPath option) error {
	i := c.instance
	i.mu.Lock()
	defer i.mu.Unlock()
	if plan := i.plans[c.config]; plan != nil {
		if plan.path.value != seedPath.value {
			return seedPath.errorf("the instance %q has two seeds, %q and %q: give each its own instance", i.title(), plan.path, seedPath)
		}
		plan.users++
		c.plan = plan
		return nil
	}
	wanted := seed.Empty()
	if seedPath.value != "" {
		var err error
		if wanted, err = seedOf(seedPath); err != nil {
			return seedPath.errorf("%w", err)
		}
	}
	for _, warning := range wanted.Warnings() {
		c.logger.Warn("the seed file holds what is not emulated", zap.Stringer("problem", warning))
	}
	i.planned++
	plan := &seedPlan{number: i.planned, path: seedPath, seed: wanted, users: 1}
	if err := i.try(plan, c.logger); err != nil {
		return seedPath.errorf("%w", err)
	}
	c.plan, i.plans[c.config] = plan, plan
	releaseMemory(wanted)
	return nil
}

// errTried ends the transaction of a trial.
var errTried = errors.New("tried")

// try applies a plan to a new instance, and finds out whether it could be applied to one that is in use.
func (i *instance) try(plan *seedPlan, logger *zap.Logger) error {
	if i.applied == nil {
		return i.apply(plan, logger)
	}
	err := i.store.Update(func(tx *store.Txn) error {
		if _, err := plan.seed.Apply(tx, time.Now(), rand.Reader); err != nil {
			return err
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		return nil
	}
	return err
}

// apply makes the store hold what the plan says. i.mu is held.
func (i *instance) apply(plan *seedPlan, logger *zap.Logger) error {
	undo := i.secrets.Seed(plan.seed.Secrets()) // before they are good for anything
	var changes seed.Changes
	err := i.store.Update(func(tx *store.Txn) (err error) {
		changes, err = plan.seed.Apply(tx, time.Now(), rand.Reader)
		return err
	})
	if err != nil {
		undo()
		return err
	}
	i.applied = plan
	i.faults.Seed(plan.seed.ErrorHooks())
	if changes != (seed.Changes{}) {
		logger.Info("seeded", zap.String("instance", i.title()),
			zap.Int("added", changes.Added), zap.Int("changed", changes.Changed), zap.Int("removed", changes.Removed))
	}
	return nil
}

// apply makes the store hold the configuration's seed, when the configuration serves its first request: then it has
// replaced the one before, whose late requests change nothing any more.
func (c *claim) apply() error {
	c.applying.Do(func() {
		c.instance.mu.Lock()
		defer c.instance.mu.Unlock()
		if c.plan.number > c.instance.applied.number {
			c.err = c.instance.apply(c.plan, c.logger)
		}
	})
	return c.err
}

// release gives the claim back.
func (c *claim) release() error {
	c.instance.mu.Lock()
	if c.plan.users--; c.plan.users == 0 {
		delete(c.instance.plans, c.config)
	}
	c.instance.mu.Unlock()
	_, err := instances.Delete(c.instance.name)
	return err
}

// signingKey returns the key that the option asks for, a path, PEM or `storage`; without one, the instance's own. That of the
// storage may change. Tokens live for ttl, or as the seed says.
func (c *claim) signingKey(ctx caddy.Context, o option, ttl time.Duration) (func() *emulator.SigningKey, error) {
	var key *emulator.SigningKey
	var err error
	switch o.value {
	case "":
		key, err = c.instance.generatedKey()
	case storedSigningKey:
		return c.followStoredKey(ctx, ctx.Storage(), ttl)
	default:
		key, err = readKey(o)
	}
	return func() *emulator.SigningKey { return key }, err
}

// readKey reads the key that an option holds, or that is in the file which it names.
func readKey(o option) (*emulator.SigningKey, error) {
	data := []byte(o.value)
	if emulator.FormatOfKey(data) == emulator.NoKey {
		var err error
		data, err = os.ReadFile(o.value)
		switch {
		case err != nil && o.hidden() && isNoPath(err):
			return nil, fmt.Errorf("%s is neither PEM nor the path of a file", o)
		case err != nil:
			return nil, o.failed(err)
		}
	}
	key, err := emulator.ParseKey(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o, err)
	}
	return key, nil
}

// isNoPath tells whether a file could not be opened because there can be none of that name, or is none.
func isNoPath(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, syscall.ENAMETOOLONG) ||
		errors.Is(err, syscall.ENOTDIR)
}

// readSeedFile reads the seed file that an option names. Problems call the file by the option.
func readSeedFile(o option) (*seed.Seed, error) {
	file, err := os.Open(o.value)
	if err != nil {
		return nil, fmt.Errorf("read seed: %w", o.failed(err))
	}
	defer file.Close()
	loaded, err := seed.Read(o.String(), file, seed.Options{Dir: filepath.Dir(o.value)})
	if o.hidden() && errors.As(err, new(*fs.PathError)) {
		return nil, fmt.Errorf("read seed: %w", o.failed(err))
	}
	return loaded, err
}

// sign makes a key the one that signs for the configuration: also what its fixtures hold. Of several handlers, the first
// one's is.
func (c *claim) sign(key func() *emulator.SigningKey) {
	c.instance.mu.Lock()
	defer c.instance.mu.Unlock()
	if c.plan.key == nil {
		c.plan.key = key
	}
}

// keyOf returns the key that signs for a configuration, or nil.
func (i *instance) keyOf(config any) *emulator.SigningKey {
	i.mu.Lock()
	var key func() *emulator.SigningKey
	if plan := i.plans[config]; plan != nil {
		key = plan.key
	}
	i.mu.Unlock()
	if key == nil {
		return nil
	}
	return key() // without the lock: it may read the storage
}

// shelve counts the handlers that use a folder of fixtures with the instance.
func (i *instance) shelve(library *fixture.Library, by int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.shelves[library] += by; i.shelves[library] == 0 {
		delete(i.shelves, library)
	}
}

func (i *instance) generatedKey() (*emulator.SigningKey, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.generated == nil {
		key, err := emulator.GenerateKey()
		if err != nil {
			return nil, err
		}
		i.generated = key
	}
	return i.generated, nil
}
