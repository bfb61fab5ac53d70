package seed

import (
	"fmt"
	"io"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// Changes counts the rows that differ from one seed to the next; a client secret is a row of its own.
type Changes struct{ Added, Changed, Removed int }

func (c Changes) plus(other Changes) Changes {
	return Changes{c.Added + other.Added, c.Changed + other.Changed, c.Removed + other.Removed}
}

// Apply makes the store hold the seed, and should run in a transaction of its own: after an error the store is half
// changed. The store's baseline is then what it would be if nothing but seeds had ever been written.
//
// Only what differs between the seed and the one that was applied before is written, so that what the API has done to an
// entry since, deleting it included, lasts until the entry itself changes. Rows that were created at run time are left
// alone, even those of an organization or user that the file no longer holds; one that has taken a unique value of the
// seed makes Apply fail with a [store.ConflictError].
//
// Rows are created in the order of the file, at the moment now. random makes the secrets that the file does not pin, and
// must be cryptographically secure.
func (s *Seed) Apply(tx *store.Txn, now time.Time, random io.Reader) (Changes, error) {
	follows := tx.AtBaseline()
	d := s.differences(tx)
	err := d.applyToBaseline(tx, now, random)
	switch {
	case err != nil:
	case follows:
		tx.Follow()
	default:
		err = d.applyToStore(tx, now)
	}
	if err != nil {
		return Changes{}, fmt.Errorf("apply seed: %w", err)
	}
	return d.changes(), nil
}

// Restore makes the store and its baseline hold the seed and nothing else. Where the baseline holds it already,
// [store.Store.Reset] does the same at once.
func (s *Seed) Restore(tx *store.Txn, now time.Time, random io.Reader) error {
	if err := s.differences(tx).applyToBaseline(tx, now, random); err != nil {
		return fmt.Errorf("apply seed: %w", err)
	}
	tx.Reset()
	return nil
}

// differences is what has to happen to a store to get from what was seeded before to a seed.
type differences struct {
	organizations   *difference[store.Organization]
	users           *difference[store.User]
	applications    *difference[store.Application]
	clientSecrets   *difference[store.ClientSecret]
	apiKeys         *difference[store.APIKey]
	environmentKeys *difference[store.EnvironmentKey]
}

func (s *Seed) differences(tx *store.Txn) differences {
	baseline := tx.Baseline()
	return differences{
		differ(organizationTable, baseline, s.organizations),
		differ(userTable, baseline, s.users),
		differ(applicationTable, baseline, s.applications),
		differ(clientSecretTable, baseline, s.clientSecrets),
		differ(apiKeyTable, baseline, s.apiKeys),
		differ(environmentKeyTable, baseline, s.environmentKeys),
	}
}

func (d differences) changes() Changes {
	return d.organizations.changes().plus(d.users.changes()).plus(d.applications.changes()).
		plus(d.clientSecrets.changes()).plus(d.apiKeys.changes()).plus(d.environmentKeys.changes())
}

// applyToBaseline makes the secrets that no file pins.
func (d differences) applyToBaseline(tx *store.Txn, now time.Time, random io.Reader) error {
	return d.apply(tx.Baseline(), now,
		func(row *store.ClientSecret) error { return d.clientSecrets.fill(row, random) },
		func(row *store.APIKey) error { return d.apiKeys.fill(row, random) })
}

// applyToStore comes after [differences.applyToBaseline], and gives rows the secrets that they have there.
func (d differences) applyToStore(tx *store.Txn, now time.Time) error {
	d.followApplications(tx)
	return d.apply(tx, now, shared(d.clientSecrets, tx.Baseline()), shared(d.apiKeys, tx.Baseline()))
}

// shared returns a function that gives a row the secret that it has in the baseline.
func shared[T any](d *difference[T], baseline *store.Txn) func(*T) error {
	return func(row *T) error {
		id := d.Meta(row).ID
		from, ok := d.Get(baseline, id)
		if !ok {
			return fmt.Errorf("%s is not in the baseline", id)
		}
		d.share(row, from)
		return nil
	}
}

// followApplications has client secrets go and come with their application: those that were created at run time go with
// one that the file no longer holds, and those of the file come back with one that the API had deleted.
func (d *differences) followApplications(tx *store.Txn) {
	for _, id := range d.applications.removed {
		for _, secret := range tx.ClientSecrets(id) {
			d.clientSecrets.removed = append(d.clientSecrets.removed, secret.ID)
		}
	}
	deleted := map[string]bool{}
	for _, entry := range d.applications.written {
		if _, ok := d.applications.Get(tx, entry.row.ID); !ok {
			deleted[entry.row.ID] = true
		}
	}
	for _, entry := range d.clientSecrets.same {
		if deleted[entry.row.ApplicationID] {
			d.clientSecrets.written = append(d.clientSecrets.written, entry)
		}
	}
}

func (d differences) apply(
	tx *store.Txn, now time.Time, clientSecret func(*store.ClientSecret) error, apiKey func(*store.APIKey) error,
) error {
	for _, apply := range []func() error{
		func() error { return d.organizations.apply(tx, now, nil) },
		func() error { return d.users.apply(tx, now, nil) },
		func() error { return d.applications.apply(tx, now, nil) },
		func() error { return d.clientSecrets.apply(tx, now, clientSecret) },
		func() error { return d.apiKeys.apply(tx, now, apiKey) },
		func() error { return d.environmentKeys.apply(tx, now, nil) },
	} {
		if err := apply(); err != nil {
			return err
		}
	}
	return nil
}
