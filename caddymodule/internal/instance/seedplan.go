package instance

import (
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// seedPlan is what a configuration wants of an instance: its seed, its signing key and its issuers. The configuration's handlers
// share it.
type seedPlan struct {
	number  int // plans are made one after the other; 0 while there is no seed
	path    option.Option
	seed    *seed.Seed                        // nil while the configuration has no emulator of the instance
	key     func() (*oauth.SigningKey, error) // returns the one that signs now; nil until it is known
	issuers []string                          // that are configured
	users   int
	once    sync.Once // applies it
}

// SeedBy says by which file the configuration wants the instance to be seeded, reads it, and finds out whether it can be
// applied.
func (u *Use) SeedBy(path option.Option) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.setSeed(u.plan, path, u.logger)
}

// setSeed gives a plan its seed. i.mu is held.
func (i *Instance) setSeed(plan *seedPlan, path option.Option, logger *zap.Logger) error {
	if plan.seed != nil {
		if plan.path.Value != path.Value {
			return path.Errorf("the instance %q has two seeds, %q and %q: give each its own instance", i.Title(), plan.path, path)
		}
		return nil
	}
	wanted := seed.Empty()
	if path.Value != "" {
		var err error
		if wanted, err = seedOf(path); err != nil {
			return path.Errorf("%w", err)
		}
	}
	for _, warning := range wanted.Warnings() {
		logger.Warn("the seed file holds what is not emulated", zap.Stringer("problem", warning))
	}
	if err := i.try(wanted); err != nil {
		return path.Errorf("%w", err)
	}
	i.planned++
	plan.number, plan.path, plan.seed = i.planned, path, wanted
	return nil
}

// errTried ends the transaction of a trial.
var errTried = errors.New("tried")

// try finds out whether a seed can be applied to what the instance holds now, and changes nothing. One that could be read can
// be applied to an empty store. i.mu is held.
func (i *Instance) try(wanted *seed.Seed) error {
	if i.applied == nil {
		return nil
	}
	err := i.Store.Update(func(tx *store.Txn) error {
		if _, err := wanted.Apply(tx, time.Now(), rand.Reader); err != nil {
			return err
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		return nil
	}
	return err
}

// ApplySeed makes the store hold the configuration's seed. It is called when the configuration has started, or with its first
// request: the late requests of the configuration before change nothing any more.
func (u *Use) ApplySeed() {
	u.plan.once.Do(func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.applyNewer(u.plan, u.logger)
	})
}

// PassesKeysOn tells whether a key of the seed stands for the real one.
func (u *Use) PassesKeysOn() bool { return u.plan.seed.PassesKeysOn() }

// applyNewer makes the store hold what a plan says, unless that of a later configuration has been applied. What was created
// at run time since the configuration was loaded may stand in the way: then the instance stays as it is. i.mu is held.
func (i *Instance) applyNewer(plan *seedPlan, logger *zap.Logger) {
	if plan.seed == nil || i.applied != nil && plan.number <= i.applied.number {
		return
	}
	if err := i.apply(plan, logger); err != nil {
		logger.Error("the edited seed could not be applied, and the state stays as it was: what was created at run time has a value of the seed's; "+
			"delete it and reload, or reset the instance", zap.String("instance", i.Title()), zap.Error(err))
	}
}

// ApplyWanted applies the seed of the running configuration, if that has not been done yet.
func (i *Instance) ApplyWanted(logger *zap.Logger) {
	i.mu.Lock()
	plan := i.wanted()
	i.mu.Unlock()
	if plan != nil {
		(&Use{Instance: i, plan: plan, logger: logger}).ApplySeed()
	}
}

// apply makes the store hold what the plan says, or leaves everything as it is. i.mu is held.
func (i *Instance) apply(plan *seedPlan, logger *zap.Logger) error {
	undo := i.Secrets.Seed(plan.seed.Secrets()) // before they are good for anything
	var changes seed.Changes
	err := i.Store.Update(func(tx *store.Txn) (err error) {
		changes, err = plan.seed.Apply(tx, time.Now(), rand.Reader)
		return err
	})
	if err != nil {
		undo()
		return err
	}
	i.applied = plan
	i.Faults.Seed(plan.seed.ErrorHooks())
	if changes != (seed.Changes{}) {
		logger.Info("seeded", zap.String("instance", i.Title()),
			zap.Int("added", changes.Added), zap.Int("changed", changes.Changed), zap.Int("removed", changes.Removed))
	}
	releaseMemory(plan.seed)
	return nil
}

// wanted is the plan of the running configuration: the only one that has a seed. While one configuration replaces another,
// it is not known yet which of them will run, and what was applied last counts. i.mu is held.
func (i *Instance) wanted() *seedPlan {
	var only *seedPlan
	for _, plan := range i.plans {
		switch {
		case plan.seed == nil:
		case only != nil:
			return i.applied
		default:
			only = plan
		}
	}
	if only != nil {
		return only
	}
	return i.applied
}
