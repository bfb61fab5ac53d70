// Package billing tests a service against an emulated WorkOS, with the seed of ../node:
//
//	caddy workos exec --seed ../node/seed.yaml -- go test ./...
//
// starts a server, and says in the environment where it is.
package billing

import (
	"os"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2/clientcredentials"
)

// workosURL is where WorkOS is: the base URL for clients, and the issuer of tokens.
func workosURL() string {
	if url := os.Getenv("WORKOS_BASE_URL"); url != "" {
		return url
	}
	return "http://localhost:4100"
}

// clientID is the client ID of the environment, the audience of tokens.
func clientID() string {
	if id := os.Getenv("WORKOS_CLIENT_ID"); id != "" {
		return id
	}
	return "client_example"
}

// TestMachineToken exchanges the credentials of the seed, and verifies the token as a service does that knows nothing but
// the issuer.
func TestMachineToken(t *testing.T) {
	credentials := clientcredentials.Config{
		ClientID:     "client_billing",
		ClientSecret: "secret_billing",
		TokenURL:     workosURL() + "/oauth2/token",
		Scopes:       []string{"invoices:read"},
	}
	token, err := credentials.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	provider, err := oidc.NewProvider(t.Context(), workosURL())
	if err != nil {
		t.Fatal(err)
	}
	verified, err := provider.Verifier(&oidc.Config{ClientID: clientID()}).Verify(t.Context(), token.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		OrganizationID string `json:"org_id"`
		Scope          string `json:"scope"`
	}
	if err := verified.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	if verified.Subject != "client_billing" || claims.OrganizationID != "org_01JQ8ZVXTN4M7K2DPC5W9RHEAB" || claims.Scope != "invoices:read" {
		t.Errorf("the token is of %s, for %s, with scope %q", verified.Subject, claims.OrganizationID, claims.Scope)
	}
}
