package authorize

import (
	"cmp"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// target is what a login is with: AuthKit, an OAuth provider or an SSO connection, and perhaps an organization.
type target struct {
	// method is the `authentication_method` of the login. Empty stands for that of the account.
	method string
	// connection is the SSO connection, where method is SSO.
	connection store.Connection
	// organizationID is the organization of the session. Empty leaves it to the account's memberships.
	organizationID string
}

// resolve finds out what the selector of a request leads to. isKnown is false where neither the connection nor the organization is in the
// store: then it may be known upstream. The error is a [refusal].
func (q *request) resolve(tx *store.Txn) (to target, isKnown bool, err error) {
	switch {
	case q.provider != "":
		to.organizationID = q.organizationID
		if q.provider != authKit {
			to.method = q.provider
		}
		if q.organizationID != "" && !isKnownOrganization(tx, q.organizationID) {
			return to, false, nil
		}
		return to, true, nil
	case q.connectionID != "":
		connection, ok := store.Connections.Get(tx, q.connectionID)
		if !ok {
			return to, false, q.refuse("connection_invalid", "There is no Connection with the id '"+q.connectionID+"'.")
		}
		if connection.State != "active" {
			return to, true, q.refuse("connection_unlinked", "The Connection '"+q.connectionID+"' is not active.")
		}
		return connectionTarget(connection), true, nil
	case q.organizationID != "":
		return q.resolveOrganization(tx, q.organizationID)
	}
	return q.resolveDomain(tx)
}

func connectionTarget(c store.Connection) target {
	return target{method: session.SSO, connection: c, organizationID: c.OrganizationID}
}

// resolveOrganization finds the active connection of an organization.
func (q *request) resolveOrganization(tx *store.Txn, id string) (target, bool, error) {
	for _, connection := range tx.ConnectionsOfOrganization(id) {
		if connection.State == "active" {
			return connectionTarget(connection), true, nil
		}
	}
	return target{}, isKnownOrganization(tx, id), q.refuse("organization_invalid", "No Connection associated with Organization '"+id+"'")
}

// resolveDomain finds the connection of a domain: its own, or that of the organization that has the domain.
func (q *request) resolveDomain(tx *store.Txn) (target, bool, error) {
	for _, connection := range store.Connections.All(tx) {
		has := slices.ContainsFunc(connection.Domains, func(d store.ConnectionDomain) bool { return strings.EqualFold(d.Domain, q.domain) })
		if has && connection.State == "active" {
			return connectionTarget(connection), true, nil
		}
	}
	if organization, ok := tx.OrganizationByDomain(q.domain); ok {
		return q.resolveOrganization(tx, organization.ID)
	}
	return target{}, false, q.refuse("organization_invalid", "No Connection associated with domain '"+q.domain+"'")
}

// refuseUnknownOrganization returns the refusal of a login with AuthKit to an organization that neither side knows, and that therefore
// has no members (LOGIN.md §2.3).
func (q *request) refuseUnknownOrganization() error {
	return q.refuse("access_denied", "The user is not an active member of the organization: there is no Organization with the id '"+q.organizationID+"'.")
}

// isKnownOrganization reports whether an organization is in the store, or has members there.
func isKnownOrganization(tx *store.Txn, id string) bool {
	_, ok := store.Organizations.Get(tx, id)
	return ok || len(tx.MembershipsOfOrganization(id)) > 0
}

// account is who can sign in: a user, or a profile of a connection, which may be a user's.
type account struct {
	ID        string // of the profile, or else of the user
	Name      string
	Email     string
	userID    string // empty for a profile without a user
	profileID string
}

func userAccount(u store.User) account {
	name := cmp.Or(u.Name, strings.TrimSpace(u.FirstName+" "+u.LastName))
	return account{ID: u.ID, Name: name, Email: u.Email, userID: u.ID}
}

func profileAccount(tx *store.Txn, p store.Profile) account {
	user, _ := tx.UserByEmail(p.Email)
	return account{ID: p.ID, Name: strings.TrimSpace(p.FirstName + " " + p.LastName), Email: p.Email, userID: user.ID, profileID: p.ID}
}

// accounts returns up to a number of those who can sign in, oldest first, and whether there are more. A connection without profiles has
// the members of its organization.
func (to target) accounts(tx *store.Txn, most int) (found []account, more bool) {
	if to.method != session.SSO {
		page, err := store.Users.Page(tx, store.Page{Limit: most, Order: store.Ascending}, nil)
		if err != nil {
			return nil, false
		}
		for _, u := range page.Items {
			found = append(found, userAccount(u))
		}
		return found, page.After != ""
	}
	for _, p := range to.connection.Profiles {
		found = append(found, profileAccount(tx, p))
	}
	if len(to.connection.Profiles) == 0 {
		for _, m := range tx.MembershipsOfOrganization(to.connection.OrganizationID) {
			if user, ok := store.Users.Get(tx, m.UserID); ok && m.Status == store.ActiveMembership {
				found = append(found, userAccount(user))
			}
		}
	}
	if len(found) > most {
		return found[:most], true
	}
	return found, false
}

// byEmail returns who signs in with an address, whatever the case of its letters.
func (to target) byEmail(tx *store.Txn, email string) (account, bool) {
	if to.method != session.SSO {
		user, ok := tx.UserByEmail(email)
		return userAccount(user), ok && email != ""
	}
	return to.one(tx, func(a account) bool { return store.SameEmail(a.Email, email) })
}

// byID returns the account that was chosen from [target.accounts].
func (to target) byID(tx *store.Txn, id string) (account, bool) {
	if to.method != session.SSO {
		user, ok := store.Users.Get(tx, id)
		return userAccount(user), ok
	}
	return to.one(tx, func(a account) bool { return a.ID == id })
}

func (to target) one(tx *store.Txn, match func(account) bool) (account, bool) {
	all, _ := to.accounts(tx, 1<<30)
	if i := slices.IndexFunc(all, match); i >= 0 {
		return all[i], true
	}
	return account{}, false
}

// first returns the account that signs in where the request names none: the oldest one.
func (to target) first(tx *store.Txn) (account, bool) {
	found, _ := to.accounts(tx, 1)
	if len(found) == 0 {
		return account{}, false
	}
	return found[0], true
}
