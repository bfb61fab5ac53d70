package seed

import "github.com/caddy-workos/caddy-workos/store"

// followUsers has what belongs to users go and come with them. With a user whom the file no longer holds, sessions go, what leads to one,
// and memberships that were created at run time. With one whom the API had deleted, memberships and factors of the file come back.
func followUsers(tx *store.Txn, change *tableDifference[store.User], all differences) error {
	members, seconds := differenceOf[store.Membership](all), differenceOf[store.Factor](all)
	for _, id := range change.removed {
		members.removeMade(tx.MembershipsOfUser(id))
		if err := tx.DeleteLogins(id); err != nil {
			return err
		}
	}
	back := change.comingBack(tx)
	members.bringBack(func(m *store.Membership) bool { return back[m.UserID] })
	seconds.bringBack(func(f *store.Factor) bool { return back[f.UserID] })
	return nil
}

// followOrganizations is followUsers for organizations. Other rows of theirs stay, as they may belong to one that lives upstream.
func followOrganizations(tx *store.Txn, change *tableDifference[store.Organization], all differences) error {
	members := differenceOf[store.Membership](all)
	for _, id := range change.removed {
		members.removeMade(tx.MembershipsOfOrganization(id))
	}
	back := change.comingBack(tx)
	members.bringBack(func(m *store.Membership) bool { return back[m.OrganizationID] })
	differenceOf[store.Connection](all).bringBack(func(c *store.Connection) bool { return back[c.OrganizationID] })
	differenceOf[store.Invitation](all).bringBack(func(i *store.Invitation) bool { return back[i.OrganizationID] })
	return nil
}

// comingBack are the ids of the rows that the API had deleted, and that are written again.
func (d *tableDifference[R]) comingBack(tx *store.Txn) map[string]bool {
	back := map[string]bool{}
	for i := range d.written {
		id := d.Meta(&d.written[i].row).ID
		if _, before := d.before[id]; !before {
			continue
		}
		if _, ok := d.Get(tx, id); !ok {
			back[id] = true
		}
	}
	return back
}

// bringBack writes entries that have not changed, where their owner comes back.
func (d *tableDifference[R]) bringBack(belongs func(*R) bool) {
	same := d.same[:0]
	for _, entry := range d.same {
		if belongs(&entry.row) {
			d.written = append(d.written, entry)
		} else {
			same = append(same, entry)
		}
	}
	d.same = same
}

// removeMade removes the rows among some that were created at run time.
func (d *tableDifference[R]) removeMade(rows []R) {
	for i := range rows {
		if meta := d.Meta(&rows[i]); meta.Seed == "" {
			d.removed = append(d.removed, meta.ID)
		}
	}
}
