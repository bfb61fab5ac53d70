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
	"POST /x/authkit/users/authenticate":                               "the path by which authkit-js asks for a session (LOGIN.md §10)",
	"POST /user_management/authorize":                                  "the form of the login page",
	"POST /sso/authorize":                                              "the form of the login page",
	"GET /device":                                                      "the page on which a device is approved: on the AuthKit domain",
	"POST /device":                                                     "the form of that page",
	"GET /invite":                                                      "the page of an invitation's link: on the AuthKit domain",
	"GET /reset-password":                                              "the page of a password reset's link: on the AuthKit domain",
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

	"DELETE /user_management/users/{id} 409":                             "no user here may not be deleted",
	"POST /user_management/users 404":                                    "it is about an organization, which the body does not name",
	"POST /user_management/magic_auth 429":                               "there are no rate limits",
	"POST /user_management/users/{id}/email_verification/send 429":       "there are no rate limits",
	"POST /user_management/password_reset 403":                           "passwords cannot be switched off here",
	"POST /user_management/password_reset 429":                           "there are no rate limits",
	"POST /user_management/password_reset/confirm 403":                   "passwords cannot be switched off here",
	"DELETE /auth/factors/{id} 200":                                      "production answers 204",
	"POST /user_management/sessions/revoke 400":                          "what is invalid is a 422 here, and only what is not JSON a 400",
	"GET /authorization/roles/{slug} 403":                                "keys have no permissions for WorkOS's API here",
	"GET /authorization/organizations/{organizationId}/roles 403":        "keys have no permissions for WorkOS's API here",
	"GET /authorization/organizations/{organizationId}/roles/{slug} 403": "keys have no permissions for WorkOS's API here",
	"PUT /user_management/organization_memberships/{id}/deactivate 422":  "the body is not read",
	"PUT /user_management/organization_memberships/{id}/reactivate 422":  "the body is not read",
	"GET /connections 403":                                               "keys have no permissions for WorkOS's API here",
	"GET /connections/{id} 403":                                          "keys have no permissions for WorkOS's API here",
	"DELETE /connections/{id} 200":                                       "production answers 204",
	"DELETE /connections/{id} 403":                                       "keys have no permissions for WorkOS's API here",
	"POST /user_management/authenticate 404":                             "LOGIN.md §2.4: what is unknown is a 400",
	"POST /user_management/authenticate 422":                             "LOGIN.md §2.4: what is wrong is a 400",
	"POST /user_management/authenticate 429":                             "there are no rate limits",
	"POST /user_management/authorize/device 403":                         "every client may use the device flow",
	"GET /user_management/authorize 200":                                 "the page is no answer of the description's",
	"GET /user_management/sessions/logout 200":                           "without a redirect it is a page",
	"POST /sso/token 201":                                                "production answers 200",
	"POST /sso/token 404":                                                "what is unknown is a 400",
	"POST /sso/token 422":                                                "what is wrong is a 400",
	"GET /sso/profile 404":                                               "a token has its profile",
	"GET /sso/authorize 200":                                             "the page is no answer of the description's",
}

// TestContractIsComplete proves that no emulated route and no described answer is left out unless it is known why.
func TestContractIsComplete(t *testing.T) {
	t.Parallel()
	all := descriptions(t)
	for _, route := range emulator.Routes() {
		described := all["npm"].answers[inPlainForm(route)] != nil || all["login"].answers[inPlainForm(route)] != nil
		switch reason := undescribed[route]; {
		case !described && reason == "":
			t.Errorf("%s is emulated, and no description has it", route)
		case described && reason != "":
			t.Errorf("%s is described: remove the exception %q", route, reason)
		}
	}
	for name, d := range all {
		for _, route := range emulator.Routes() {
			answers := d.answers[inPlainForm(route)]
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
