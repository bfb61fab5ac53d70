package caddymodule

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
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
	store  *store.Store
	remote emulator.Remote
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
	path   string
	seed   *seed.Seed
	key    *emulator.SigningKey // nil until it is known
	users  int
}

// Destruct is called when no configuration uses the instance any more.
func (*instance) Destruct() error { return nil }

// holdInstance takes a reference to an instance, which is to be given back to the pool.
func holdInstance(name string) (*instance, error) {
	held, _, err := instances.LoadOrNew(name, func() (caddy.Destructor, error) {
		return &instance{
			name: name, store: store.New(), plans: map[any]*seedPlan{}, shelves: map[*fixture.Library]int{},
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
func claimInstance(ctx caddy.Context, name, seedPath string, logger *zap.Logger) (*claim, error) {
	held, err := holdInstance(name)
	if err != nil {
		return nil, err
	}
	c := &claim{instance: held, config: configOf(ctx), logger: logger}
	if err := c.join(seedPath); err != nil {
		_, _ = instances.Delete(name)
		return nil, err
	}
	return c, nil
}

// join makes the claim part of its configuration's plan.
func (c *claim) join(seedPath string) error {
	i := c.instance
	i.mu.Lock()
	defer i.mu.Unlock()
	if plan := i.plans[c.config]; plan != nil {
		if plan.path != seedPath {
			return fmt.Errorf("seed: the instance %q has two seeds, %q and %q: give each its own instance", i.name, plan.path, seedPath)
		}
		plan.users++
		c.plan = plan
		return nil
	}
	wanted := seed.Empty()
	if seedPath != "" {
		var err error
		if wanted, err = seed.Load(seedPath, seed.Options{}); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	for _, warning := range wanted.Warnings() {
		c.logger.Warn("the seed file holds what is not emulated", zap.Stringer("problem", warning))
	}
	i.planned++
	plan := &seedPlan{number: i.planned, path: seedPath, seed: wanted, users: 1}
	if err := i.try(plan, c.logger); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	c.plan, i.plans[c.config] = plan, plan
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
		if _, err := plan.seed.Apply(tx, i.applied.seed, time.Now(), rand.Reader); err != nil {
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
	var before *seed.Seed
	if i.applied != nil {
		before = i.applied.seed
	}
	undo := i.secrets.Seed(plan.seed.Secrets()) // before they are good for anything
	var changes seed.Changes
	err := i.store.Update(func(tx *store.Txn) (err error) {
		changes, err = plan.seed.Apply(tx, before, time.Now(), rand.Reader)
		return err
	})
	if err != nil {
		undo()
		return err
	}
	i.applied = plan
	i.faults.Seed(plan.seed.ErrorHooks())
	if changes != (seed.Changes{}) {
		logger.Info("seeded", zap.String("instance", i.name),
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

// signingKey returns the key that the option asks for, a path, PEM or `storage`; without one, the instance's own.
func (c *claim) signingKey(ctx caddy.Context, option string) (*emulator.SigningKey, error) {
	switch option {
	case "":
		return c.instance.generatedKey()
	case storedSigningKey:
		return c.storedKey(ctx, ctx.Storage())
	}
	return readKey(option)
}

// readKey reads a key from PEM, or from the file of that name.
func readKey(option string) (*emulator.SigningKey, error) {
	if strings.Contains(option, "-----BEGIN ") {
		return emulator.ParseKey([]byte(option))
	}
	pem, err := os.ReadFile(option)
	if err != nil {
		return nil, err
	}
	key, err := emulator.ParseKey(pem)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", option, err)
	}
	return key, nil
}

// sign makes a key the one that signs for the configuration: also what its fixtures hold. Of several handlers, the first
// one's is.
func (c *claim) sign(key *emulator.SigningKey) {
	c.instance.mu.Lock()
	defer c.instance.mu.Unlock()
	if c.plan.key == nil {
		c.plan.key = key
	}
}

// keyOf returns the key that signs for a configuration, or nil.
func (i *instance) keyOf(config any) *emulator.SigningKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	if plan := i.plans[config]; plan != nil {
		return plan.key
	}
	return nil
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
