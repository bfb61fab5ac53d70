package store

import (
	"errors"
	"slices"
	"time"
)

// ApplicationType is the `application_type` of a Connect application.
type ApplicationType string

// The application types.
const (
	M2M   ApplicationType = "m2m"
	OAuth ApplicationType = "oauth"
)

// Application is a Connect application, WorkOS's `connect_application`.
type Application struct {
	Meta
	ClientID       string // unique
	Name           string
	Description    *string
	Type           ApplicationType
	OrganizationID string // of an m2m and a third-party oauth application; the organization may live elsewhere
	Scopes         []string
	Audience       string        // of its access tokens; empty for the configured one
	TokenTTL       time.Duration // of its access tokens; 0 for the configured one
	RedirectURIs   []RedirectURI
	UsesPKCE       bool
	IsFirstParty   bool
}

// RedirectURI is one redirection endpoint of an oauth application.
type RedirectURI struct {
	URI     string
	Default bool
}

func (a *Application) clone() Application {
	c := *a
	if a.Description != nil {
		description := *a.Description
		c.Description = &description
	}
	c.Scopes = slices.Clone(a.Scopes)
	c.RedirectURIs = slices.Clone(a.RedirectURIs)
	return c
}

const (
	byOrganization = "organization"
	byApplication  = "application"
	byUser         = "user"
)

var applications = table[Application]{
	name:   "applications",
	unique: []unique[Application]{{"client_id", func(a *Application) string { return a.ClientID }}},
	lists: []list[Application]{
		{byCreation, everything[Application]},
		{byOrganization, func(a *Application) (string, bool) { return a.OrganizationID, a.OrganizationID != "" }},
	},
	retire: []string{primary, "client_id"},
}

// Application looks an application up by id or by client id: every path of the API takes either.
func (t *Txn) Application(idOrClientID string) (Application, bool) {
	if a, ok := get(t, applications, primary, idOrClientID); ok {
		return a, true
	}
	return t.ApplicationByClientID(idOrClientID)
}

// ApplicationByClientID looks an application up by client id only.
func (t *Txn) ApplicationByClientID(clientID string) (Application, bool) {
	return get(t, applications, "client_id", clientID)
}

// ClientRetired tells whether the client id was one of an application that has been deleted, and is among the newest of
// these.
func (t *Txn) ClientRetired(clientID string) bool {
	_, ok := t.retired(applications.name, "client_id", clientID)
	return ok && find(t, applications, "client_id", clientID) == nil
}

// Applications lists the applications of an organization, or all where organizationID is empty.
func (t *Txn) Applications(organizationID string, p Page) (List[Application], error) {
	if organizationID == "" {
		return page(t, applications, byCreation, "", p, nil)
	}
	return page(t, applications, byOrganization, organizationID, p, nil)
}

// HasOrganizationApplication tells whether any application belongs to an organization.
func (t *Txn) HasOrganizationApplication(organizationID string) bool {
	return holds(t, applications, byOrganization, organizationID)
}

// AllApplications returns every application, oldest first.
func (t *Txn) AllApplications() []Application { return all(t, applications, byCreation, "") }

// InsertApplication adds an application. It returns [ErrConflict] for a taken id or client id.
func (t *Txn) InsertApplication(a Application) error { return insert(t, applications, a) }

// UpdateApplication changes an application. It returns [ErrNotFound], [ErrConflict] or the error of change.
func (t *Txn) UpdateApplication(id string, change func(*Application) error) (Application, error) {
	return update(t, applications, id, change)
}

// DeleteApplication deletes an application with its client secrets. id is not its client id.
func (t *Txn) DeleteApplication(id string) error {
	if err := remove(t, applications, id); err != nil {
		return err
	}
	var errs []error
	for _, secret := range ids(t, clientSecrets, byApplication, id) {
		errs = append(errs, t.DeleteClientSecret(secret))
	}
	return errors.Join(errs...)
}
