package resource

import (
	"net/http"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/store"
)

// connectionBody is WorkOS's `connection` (LOGIN.md §7).
type connectionBody struct {
	Object         string                 `json:"object"`
	ID             string                 `json:"id"`
	OrganizationID string                 `json:"organization_id,omitempty"`
	Type           string                 `json:"connection_type"`
	Name           string                 `json:"name"`
	State          string                 `json:"state"`
	Status         string                 `json:"status"` // WorkOS's old form of the state
	Domains        []connectionDomainBody `json:"domains"`
	CreatedAt      api.Timestamp          `json:"created_at"`
	UpdatedAt      api.Timestamp          `json:"updated_at"`
}

// connectionDomainBody is WorkOS's `connection_domain`.
type connectionDomainBody struct {
	Object string `json:"object"`
	ID     string `json:"id"`
	Domain string `json:"domain"`
}

func connectionWire(c store.Connection) connectionBody {
	body := connectionBody{
		Object:         "connection",
		ID:             c.ID,
		OrganizationID: c.OrganizationID,
		Type:           c.Type,
		Name:           c.Name,
		State:          c.State,
		Status:         "unlinked",
		Domains:        make([]connectionDomainBody, 0, len(c.Domains)),
		CreatedAt:      api.Timestamp(c.CreatedAt),
		UpdatedAt:      api.Timestamp(c.UpdatedAt),
	}
	if c.State == "active" {
		body.Status = "linked"
	}
	for _, d := range c.Domains {
		body.Domains = append(body.Domains, connectionDomainBody{Object: "connection_domain", ID: d.ID, Domain: d.Domain})
	}
	return body
}

var connectionKind = kind[store.Connection, connectionBody]{
	name: "Connection", table: store.Connections, find: store.Connections.Get, wire: connectionWire,
}

func connections(s *Service) api.Group {
	return api.Group{Name: "connections", Routes: []api.Route{
		{Method: "GET", Pattern: "/connections", Rule: api.Listed, Serve: s.listConnections},
		connectionKind.getRoute("/connections/{id}"),
		connectionKind.byID("DELETE", "/connections/{id}", connectionKind.remove(s, http.StatusNoContent, store.Connections.Delete)),
	}}
}

// listConnections answers with a page of connections: of a type, a domain, an organization, or whose name has a text in it.
func (s *Service) listConnections(r *api.Request) (api.Answer, error) {
	q := r.Query()
	kind, domain, organization := q.One("connection_type"), q.One("domain"), q.One("organization_id")
	search := strings.ToLower(q.One("search"))
	match := func(c store.Connection) bool {
		// WorkOS's description spells one type as GithubOAuth in the query, and as GitHubOAuth in the object.
		return (kind == "" || strings.EqualFold(c.Type, kind)) && strings.Contains(strings.ToLower(c.Name), search) &&
			(domain == "" || slices.ContainsFunc(c.Domains, func(d store.ConnectionDomain) bool { return strings.EqualFold(d.Domain, domain) }))
	}
	ofLocal := organization != "" && organizationOwns(r.View, organization)
	return connectionKind.list(s, r, q, ofLocal, func(p store.Page) (store.List[store.Connection], error) {
		return r.View.ConnectionPage(organization, p, match)
	})
}
