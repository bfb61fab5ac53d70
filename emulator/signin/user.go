package signin

import (
	"slices"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/rolegrant"
	"github.com/caddy-workos/caddy-workos/store"
)

// FirstUser returns the oldest user: the first one of the seed.
func FirstUser(tx *store.Txn) (store.User, bool) {
	first, err := store.Users.Page(tx, store.Page{Limit: 1, Order: store.Ascending}, nil)
	if err != nil || len(first.Items) == 0 {
		return store.User{}, false
	}
	return first.Items[0], true
}

// UserOf returns the user of an authorization code. A code of an SSO login may have none: then it is the user with the address of the
// profile, or a new one, who becomes a member of the organization of the connection. The error is [store.ErrNotFound] where the connection
// or the profile is no longer there.
func (s *Service) UserOf(tx *store.Txn, c store.Code, now time.Time) (store.User, error) {
	if c.UserID != "" {
		if user, ok := store.Users.Get(tx, c.UserID); ok {
			return user, nil
		}
		return store.User{}, store.ErrNotFound
	}
	connection, _ := store.Connections.Get(tx, c.ConnectionID)
	i := slices.IndexFunc(connection.Profiles, func(p store.Profile) bool { return p.ID == c.ProfileID })
	if i < 0 {
		return store.User{}, store.ErrNotFound
	}
	profile := connection.Profiles[i]
	user, ok := tx.UserByEmail(profile.Email)
	if !ok {
		userID, err := id.New(id.User, now, s.Random)
		if err != nil {
			return store.User{}, err
		}
		user = store.User{
			Meta:  store.Meta{ID: userID, CreatedAt: now, UpdatedAt: now},
			Email: profile.Email, FirstName: profile.FirstName, LastName: profile.LastName, EmailVerified: true,
		}
		if err := store.Users.Insert(tx, user); err != nil {
			return store.User{}, err
		}
	}
	return user, s.join(tx, user, connection.OrganizationID, profile.RoleSlugs, now)
}

// join makes a user a member of an organization, if they are none, whatever their status.
func (s *Service) join(tx *store.Txn, user store.User, organizationID string, roles []string, now time.Time) error {
	if organizationID == "" {
		return nil
	}
	if _, ok := tx.MembershipOf(user.ID, organizationID); ok {
		return nil
	}
	membershipID, err := id.New(id.Membership, now, s.Random)
	if err != nil {
		return err
	}
	if len(roles) == 0 {
		roles = []string{rolegrant.Default}
	}
	return store.Memberships.Insert(tx, store.Membership{
		Meta:   store.Meta{ID: membershipID, CreatedAt: now, UpdatedAt: now},
		UserID: user.ID, OrganizationID: organizationID, Status: store.ActiveMembership, RoleSlugs: roles,
	})
}
