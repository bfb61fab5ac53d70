package instance

import (
	"crypto/rand"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/store"
)

// Reset makes the instance what it was when it was seeded: what was created since is deleted, what was changed or deleted is
// restored, and fixtures begin with their first answers again. A request sees the store as it is before or as it is after. The
// signing key stays.
func (i *Instance) Reset(logger *zap.Logger) error {
	for _, library := range i.Libraries() {
		library.Reset()
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	plan := i.wanted()
	if plan == nil {
		return nil // its first configuration is just being loaded
	}
	if err := i.restore(plan); err != nil {
		logger.Error("the seed could not be restored", zap.String("instance", i.Title()), zap.Error(err))
		return err
	}
	i.Documents.Forget()
	i.Faults.Reset(plan.seed.ErrorHooks())
	logger.Info("reset", zap.String("instance", i.Title()))
	return nil
}

// restore makes the store hold what the plan says and nothing else. i.mu is held.
func (i *Instance) restore(plan *seedPlan) error {
	if plan == i.applied {
		i.Store.Reset()
		return nil
	}
	undo := i.Secrets.Seed(plan.seed.Secrets()) // before they are good for anything
	if err := i.Store.Update(func(tx *store.Txn) error { return plan.seed.Restore(tx, time.Now(), rand.Reader) }); err != nil {
		undo()
		return err
	}
	i.applied = plan
	return nil
}
