package seed

import "github.com/caddy-workos/caddy-workos/store"

// sparing deletes organizations and users, but not the applications and keys that would go with them: those that the
// file no longer holds are gone already, and the others are to stay.
func (a *applier) sparing(organizations, users []string, remove func() error) error {
	if len(organizations)+len(users) == 0 {
		return nil
	}
	leaving := map[string]bool{"": false}
	for _, id := range append(organizations[:len(organizations):len(organizations)], users...) {
		leaving[id] = true
	}
	var reattach []func() error
	for _, app := range a.tx.AllApplications() {
		if !leaving[app.OrganizationID] {
			continue
		}
		moveTo := func(organizationID string) error {
			_, err := a.tx.UpdateApplication(app.ID, func(stored *store.Application) error {
				stored.OrganizationID = organizationID
				return nil
			})
			return err
		}
		if err := moveTo(""); err != nil {
			return err
		}
		reattach = append(reattach, func() error { return moveTo(app.OrganizationID) })
	}
	for _, key := range a.tx.AllAPIKeys() {
		if !leaving[key.OrganizationID] && !leaving[key.UserID] {
			continue
		}
		moveTo := func(organizationID, userID string) error {
			_, err := a.tx.UpdateAPIKey(key.ID, func(stored *store.APIKey) error {
				stored.OrganizationID, stored.UserID = organizationID, userID
				return nil
			})
			return err
		}
		if err := moveTo("", ""); err != nil {
			return err
		}
		reattach = append(reattach, func() error { return moveTo(key.OrganizationID, key.UserID) })
	}
	if err := remove(); err != nil {
		return err
	}
	for _, restore := range reattach {
		if err := restore(); err != nil {
			return err
		}
	}
	return nil
}
