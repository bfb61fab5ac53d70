package integration

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator"
)

// undescribed are the emulated routes that the npm package does not describe, each with the reason.
var undescribed = map[string]string{
	"POST /oauth2/token":                                               "an OAuth endpoint of the AuthKit domain: RFC 6749",
	"POST /oauth2/introspection":                                       "an OAuth endpoint of the AuthKit domain: RFC 7662",
	"GET /oauth2/jwks":                                                 "an OAuth endpoint of the AuthKit domain: the same set as /sso/jwks/{clientId}",
	"GET /.well-known/openid-configuration":                            "on the AuthKit domain: OpenID Connect Discovery",
	"GET /.well-known/oauth-authorization-server":                      "on the AuthKit domain: RFC 8414",
	"GET /user_management/{clientId}/.well-known/openid-configuration": "OpenID Connect Discovery, of the issuer of sessions (LOGIN.md §5)",
	"POST /api_keys/{id}/expire":                                       "newer than the npm package",
}

// neverGiven are the described answers that the emulator does not give, each with the reason.
var neverGiven = map[string]string{
	"POST /user_management/users/{id}/api_keys 400": "WORKOS.md: what is invalid is a 422 here, and only what is not JSON a 400",
	"GET /sso/jwks/{clientId} 404":                  "the JWKS is served for every client ID (DESIGN.md, \"Who answers\")",
	"PUT /organizations/{id} 403":                   "there are no domain policies here",
	"DELETE /organizations/{id} 200":                "production answers 202",
	"DELETE /organizations/{id} 403":                "there are no domain policies here",
	"GET /authorization/roles 403":                  "keys have no permissions for WorkOS's API here",
	"GET /authorization/permissions 404":            "it is about an organization, which the path does not have",

	"GET /authorization/roles/{slug} 403":                                "keys have no permissions for WorkOS's API here",
	"GET /authorization/organizations/{organizationId}/roles 403":        "keys have no permissions for WorkOS's API here",
	"GET /authorization/organizations/{organizationId}/roles/{slug} 403": "keys have no permissions for WorkOS's API here",
	"GET /connections 403":                                               "keys have no permissions for WorkOS's API here",
	"GET /connections/{id} 403":                                          "keys have no permissions for WorkOS's API here",
	"DELETE /connections/{id} 403":                                       "keys have no permissions for WorkOS's API here",
	"DELETE /connections/{id} 200":                                       "production answers 204",
	"PUT /user_management/organization_memberships/{id}/deactivate 422":  "the body is not read",
	"PUT /user_management/organization_memberships/{id}/reactivate 422":  "the body is not read",
}

// TestContractIsComplete proves that no emulated route and no described answer is left out unless it is known why.
func TestContractIsComplete(t *testing.T) {
	t.Parallel()
	for name, d := range descriptions(t) {
		for _, route := range emulator.Routes() {
			answers := d.answers[inPlainForm(route)]
			switch reason, excepted := undescribed[route], undescribed[route] != ""; {
			case name == "npm" && answers == nil && !excepted:
				t.Errorf("%s is emulated, and the description does not have it", route)
			case name == "npm" && answers != nil && excepted:
				t.Errorf("%s is described: remove the exception %q", route, reason)
			}
			for text := range answers {
				status, err := strconv.Atoi(text)
				if err != nil {
					t.Errorf("%s: the description has the status %q", route, text)
				}
				given := slices.ContainsFunc(contract, func(e exchange) bool { return e.route == route && e.status == status })
				_, excepted := neverGiven[fmt.Sprintf("%s %d", route, status)]
				if given == excepted {
					t.Errorf("%s %d: in the table %t, excepted %t", route, status, given, excepted)
				}
			}
		}
		for _, e := range contract {
			answers := d.answers[inPlainForm(e.route)]
			if _, described := answers[strconv.Itoa(e.status)]; answers != nil && !described {
				t.Errorf("%s %d is in the table, and the description %q does not have it", e.route, e.status, name)
			}
		}
	}
}
