package caddymodule

import (
	"crypto/rand"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/store"
)

// reset makes the instance what it was when it was seeded: what was created since goes, and what was changed or deleted
// comes back; fixtures begin with their first answers again. Requests see the store as it is before or as it is after. The signing key stays.
func (i *instance) reset(logger *zap.Logger) error {
	for _, library := range i.libraries() {
		library.Reset()
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	plan := i.wanted()
	if plan == nil {
		return nil // its first configuration is just being loaded
	}
	if err := i.restore(plan); err != nil {
		logger.Error("the seed could not be restored", zap.String("instance", i.title()), zap.Error(err))
		return err
	}
	i.documents.Forget()
	i.faults.Reset(plan.seed.ErrorHooks())
	logger.Info("reset", zap.String("instance", i.title()))
	return nil
}

// restore makes the store hold what the plan says and nothing else. i.mu is held.
func (i *instance) restore(plan *seedPlan) error {
	if plan == i.applied {
		i.store.Reset()
		return nil
	}
	undo := i.secrets.Seed(plan.seed.Secrets()) // before they are good for anything
	if err := i.store.Update(func(tx *store.Txn) error { return plan.seed.Restore(tx, time.Now(), rand.Reader) }); err != nil {
		undo()
		return err
	}
	i.applied = plan
	return nil
}
