package seed

import (
	"fmt"
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// Changes counts the rows that applying a seed has touched; a client secret is a row of its own.
type Changes struct{ Added, Changed, Removed int }

// applier is one application of a seed.
type applier struct {
	tx         *store.Txn
	first      bool // what was seeded before is known from the store only
	now        time.Time
	random     io.Reader
	changes    Changes
	reinserted map[string]bool // changed entries whose row had been deleted at run time
}

// Apply makes the store hold the seed, and should run in a transaction of its own: after an error the store is half
// changed.
//
// previous is the seed that was applied before it, and nil for the first. Only what differs between the two is written,
// so that what the API has done to an entry since, deleting it included, lasts until the entry itself changes. Rows that
// were created at run time are left alone, even those of an organization or user that the file no longer holds; one that
// has taken a unique value of the seed makes Apply fail with [store.ErrConflict]. With a nil previous on a store that
// holds rows, those that were seeded stand for it.
//
// Rows are created in the order of the file, at the moment now. random makes the secrets that the file does not pin, and
// must be cryptographically secure.
func (s *Seed) Apply(tx *store.Txn, previous *Seed, now time.Time, random io.Reader) (Changes, error) {
	a := &applier{tx: tx, first: previous == nil, now: now, random: random, reinserted: map[string]bool{}}
	if a.first {
		previous = &Seed{}
	}
	if err := a.apply(previous, s); err != nil {
		return Changes{}, fmt.Errorf("apply seed: %w", err)
	}
	return a.changes, nil
}

// Restore makes the store hold the seed and nothing else, as [Seed.Apply] does with an empty store. What is gone is still
// known to have been there: see [store.Txn.Clear].
func (s *Seed) Restore(tx *store.Txn, now time.Time, random io.Reader) error {
	if err := tx.Clear(); err != nil {
		return fmt.Errorf("clear the store: %w", err)
	}
	_, err := s.Apply(tx, nil, now, random)
	return err
}

func (a *applier) apply(before, s *Seed) error {
	organizations := newPlan(a, organizationTable, before.organizations, s.organizations)
	users := newPlan(a, userTable, before.users, s.users)
	applications := newPlan(a, applicationTable, before.applications, s.applications)
	clientSecrets := newPlan(a, clientSecretTable, before.clientSecrets, s.clientSecrets)
	apiKeys := newPlan(a, apiKeyTable, before.apiKeys, s.apiKeys)
	environmentKeys := newPlan(a, environmentKeyTable, before.environmentKeys, s.environmentKeys)
	clientSecrets.revived = func(secret store.ClientSecret) bool { return a.reinserted[secret.ApplicationID] }

	for _, step := range []func() error{
		clientSecrets.remove, applications.remove, apiKeys.remove, environmentKeys.remove,
		func() error {
			return a.sparing(organizations.removed, users.removed, func() error {
				if err := users.remove(); err != nil {
					return err
				}
				return organizations.remove()
			})
		},
		organizations.release, users.release, applications.release, apiKeys.release,
		organizations.write, users.write, applications.write, clientSecrets.write, apiKeys.write, environmentKeys.write,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
