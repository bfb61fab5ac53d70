package store

import (
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

// Applications is the table of applications. Deleting one deletes its client secrets.
var Applications = newTable(Table[Application]{
	name:   "applications",
	unique: []unique[Application]{{field: "client_id", value: func(a *Application) string { return a.ClientID }}},
	lists: []list[Application]{
		{byOrganization, func(a *Application) (string, bool) { return a.OrganizationID, a.OrganizationID != "" }},
	},
	retire:  []string{primary, "client_id"},
	cascade: []cascade{ClientSecrets.of(byApplication)},
})

// ApplicationByAnyID looks up an application by id or by client id: every path of the API takes either.
func (t *Txn) ApplicationByAnyID(idOrClientID string) (Application, bool) {
	if a, ok := Applications.Get(t, idOrClientID); ok {
		return a, true
	}
	return t.ApplicationByClientID(idOrClientID)
}

// ApplicationByClientID looks up an application by client id only.
func (t *Txn) ApplicationByClientID(clientID string) (Application, bool) {
	return Applications.get(t, "client_id", clientID)
}

// ClientRetired reports whether a client id was that of an application that was deleted. Only the newest deletions are remembered.
func (t *Txn) ClientRetired(clientID string) bool {
	_, ok := t.retired(Applications.name, "client_id", clientID)
	return ok && Applications.find(t, "client_id", clientID) == nil
}

// OrganizationApplications returns a page of the applications of an organization, or of all where organizationID is empty.
func (t *Txn) OrganizationApplications(organizationID string, p Page) (List[Application], error) {
	if organizationID == "" {
		return Applications.Page(t, p, nil)
	}
	return Applications.page(t, byOrganization, organizationID, p, nil)
}
