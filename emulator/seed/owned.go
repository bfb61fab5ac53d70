package seed

import (
	"slices"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// ownerRow is a row that others belong to, and are deleted with.
type ownerRow struct {
	table interface {
		Has(tx *store.Txn, id string) bool
	}
	id string
}

// arrivals are the rows that are about to be written, and that the store does not have: true for those that the API had deleted.
type arrivals map[ownerRow]bool

// settle has the entries of a table follow their owners. What the API has deleted with an owner comes back with it, whether its own entry
// has changed or not, and is not written while the owner stays away. It is called for the tables in the order of the kinds.
func (d *tableDifference[R]) settle(tx *store.Txn, arriving arrivals) {
	if d.owners != nil {
		d.written = d.owned(tx, arriving)
	}
	for i := range d.written {
		id := d.Meta(&d.written[i].row).ID
		if !d.Has(tx, id) {
			_, before := d.before[id]
			arriving[ownerRow{d.Table, id}] = before
		}
	}
}

// owned returns the entries to write: with those whose owner comes back, and without those whose owner stays away.
func (d *tableDifference[R]) owned(tx *store.Txn, arriving arrivals) []seeded[R] {
	written := slices.Clone(d.written)
	for _, entry := range d.same {
		if len(arriving) > 0 && slices.ContainsFunc(d.owners(&entry.row), func(o ownerRow) bool { return arriving[o] }) {
			written = append(written, entry)
		}
	}
	baseline := tx.Baseline()
	staysAway := func(o ownerRow) bool {
		_, arrives := arriving[o]
		return !arrives && o.table.Has(baseline, o.id) && !o.table.Has(tx, o.id)
	}
	return slices.DeleteFunc(written, func(entry seeded[R]) bool { return slices.ContainsFunc(d.owners(&entry.row), staysAway) })
}

// followUsers has what was made at run time go with a user whom the file no longer holds: memberships, sessions, and what leads to one.
func followUsers(tx *store.Txn, change *tableDifference[store.User], all differences, _ time.Time) error {
	members := differenceOf[store.Membership](all)
	for _, id := range change.removed {
		members.removeMade(tx.MembershipsOfUser(id))
		if err := tx.DeleteLogins(id); err != nil {
			return err
		}
	}
	return nil
}

// followOrganizations is followUsers for organizations: memberships and invitations go, by which there would be members of what is not
// there. Other rows of theirs stay, as they may belong to one that lives upstream.
func followOrganizations(tx *store.Txn, change *tableDifference[store.Organization], all differences, _ time.Time) error {
	members, invited := differenceOf[store.Membership](all), differenceOf[store.Invitation](all)
	for _, id := range change.removed {
		members.removeMade(tx.MembershipsOfOrganization(id))
		invited.removeMade(tx.InvitationsOfOrganization(id))
	}
	return nil
}

// followMemberships ends the sessions of members who are no longer active, as the API does.
func followMemberships(tx *store.Txn, change *tableDifference[store.Membership], _ differences, now time.Time) error {
	for _, id := range change.removed {
		if m, ok := store.Memberships.Get(tx, id); ok {
			if err := tx.EndSessionsIn(m.UserID, m.OrganizationID, now); err != nil {
				return err
			}
		}
	}
	for i := range change.written {
		if m := &change.written[i].row; m.Status != store.ActiveMembership {
			if err := tx.EndSessionsIn(m.UserID, m.OrganizationID, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeMade removes the rows among some that were created at run time.
func (d *tableDifference[R]) removeMade(rows []R) {
	for i := range rows {
		if meta := d.Meta(&rows[i]); meta.Seed == "" {
			d.removed = append(d.removed, meta.ID)
		}
	}
}
