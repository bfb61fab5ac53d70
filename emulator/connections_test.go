package emulator

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/store"
)

// newConnected has connections of org_ACME, of an organization that is not local, and of none.
func newConnected(t testing.TB) *server {
	t.Helper()
	f := newMembers(t)
	if err := f.Store.Update(func(tx *store.Txn) error {
		insert := func(id string, c store.Connection) error {
			c.Meta = store.Meta{ID: id, CreatedAt: f.now, UpdatedAt: f.now}
			return store.Connections.Insert(tx, c)
		}
		return errors.Join(
			insert("conn_SAML", store.Connection{
				OrganizationID: "org_ACME", Type: "GenericSAML", Name: "Acme SAML", State: "active",
				Domains:  []store.ConnectionDomain{{ID: "org_domain_1", Domain: "acme.example"}},
				Profiles: []store.Profile{{ID: "prof_1", Email: "alice@acme.example"}},
			}),
			insert("conn_DRAFT", store.Connection{OrganizationID: "org_ACME", Type: "OktaSAML", Name: "Okta of Acme", State: "draft"}),
			insert("conn_ELSE", store.Connection{OrganizationID: "org_REAL", Type: "GitHubOAuth", Name: "GitHub", State: "active"}),
			insert("conn_NONE", store.Connection{Type: "GoogleOAuth", Name: "Google", State: "active"}),
		)
	}); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestConnections(t *testing.T) {
	t.Parallel()
	f := newConnected(t)
	compareGolden(t, "connection", "200", f.send("GET", "/connections/conn_SAML", "").Body.Bytes())
	draft := f.send("GET", "/connections/conn_DRAFT", "")
	if got := gjson.GetBytes(draft.Body.Bytes(), "{state,status,domains}").Raw; got != `{"state":"draft","status":"unlinked","domains":[]}` {
		t.Errorf("it is %s", got)
	}
	if got := f.send("GET", "/connections/conn_NONE", "").want(200); got["organization_id"] != nil {
		t.Error(got)
	}
	if got := f.send("GET", "/connections/none", "").want(404); got["message"] != "Connection not found: 'none'." {
		t.Error(got)
	}
	for query, want := range map[string]string{
		"":                             "[conn_NONE conn_ELSE conn_DRAFT conn_SAML]",
		"?connection_type=GenericSAML": "[conn_SAML]",
		"?connection_type=GithubOAuth": "[conn_ELSE]",
		"?connection_type=ADFSSAML":    "[]",
		"?domain=ACME.example":         "[conn_SAML]",
		"?domain=x.example":            "[]",
		"?organization_id=org_ACME":    "[conn_DRAFT conn_SAML]",
		"?organization_id=org_NONE":    "[]",
		"?search=acme":                 "[conn_DRAFT conn_SAML]",
		"?search=acme&connection_type=OktaSAML&organization_id=org_ACME": "[conn_DRAFT]",
		"?organization_id=org_ACME&limit=1&order=asc":                    "[conn_SAML]",
	} {
		if got := fmt.Sprint(f.send("GET", "/connections"+query, "").ids()); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	wantField(t, f.send("GET", "/connections?limit=x", ""), "limit")

	if r := f.send("DELETE", "/connections/conn_SAML", ""); r.Code != 204 || r.Body.Len() != 0 {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	f.send("DELETE", "/connections/conn_SAML", "").want(404)
	f.send("GET", "/connections/conn_SAML", "").want(404)
}
