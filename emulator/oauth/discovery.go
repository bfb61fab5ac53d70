package oauth

import (
	"net/http"
	"net/url"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/merge"
)

// openIDConfiguration answers GET /.well-known/openid-configuration (OpenID Connect Discovery 1.0 §4.2).
func (h *Handler) openIDConfiguration(r *api.Request) (api.Answer, error) {
	return h.authKitMetadata(r, map[string]any{
		"userinfo_endpoint":                     r.BaseURL() + "/oauth2/userinfo",
		"grant_types_supported":                 []string{"authorization_code", clientCredentials, "refresh_token", deviceCode},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"subject_types_supported":               []string{"public"},
	})
}

// authorizationServer answers GET /.well-known/oauth-authorization-server (RFC 8414 §3.2).
func (h *Handler) authorizationServer(r *api.Request) (api.Answer, error) {
	return h.authKitMetadata(r, map[string]any{
		"code_challenge_methods_supported": []string{"S256"},
		"grant_types_supported":            []string{"authorization_code", "refresh_token", deviceCode},
		"response_modes_supported":         []string{"query"},
	})
}

// userManagementConfiguration answers GET /user_management/{clientId}/.well-known/openid-configuration (LOGIN.md §3). A client ID that is
// unknown here has a document only where the upstream has one.
func (h *Handler) userManagementConfiguration(r *api.Request) (api.Answer, error) {
	base, client := r.BaseURL(), url.PathEscape(r.Param())
	a, merged, err := h.mergedMetadata(r, map[string]any{"response_types_supported": []string{"code"}}, map[string]any{
		"issuer":                 r.Issuer() + "/user_management/" + client,
		"authorization_endpoint": base + "/user_management/authorize",
		"token_endpoint":         base + "/user_management/authenticate",
		"jwks_uri":               base + "/sso/jwks/" + client,
	})
	if err == nil && !merged && !h.KnownClient(r.View, r.Param()) {
		return api.Answer{}, api.NotFound("Application", r.Param())
	}
	return a, err
}

// authKitMetadata adds the members that both documents of the AuthKit domain have (WORKOS.md, "JWKS, discovery, introspection").
func (h *Handler) authKitMetadata(r *api.Request, own map[string]any) (api.Answer, error) {
	base := r.BaseURL()
	own["authorization_endpoint"] = base + "/oauth2/authorize"
	own["device_authorization_endpoint"] = base + "/oauth2/device_authorization"
	own["response_types_supported"] = []string{"code"}
	own["scopes_supported"] = []string{"email", "offline_access", "openid", "profile"}
	own["token_endpoint_auth_methods_supported"] = []string{"none", "client_secret_basic", "client_secret_post"}
	return h.metadata(r, own, map[string]any{
		"issuer":                 r.Issuer(),
		"token_endpoint":         base + "/oauth2/token",
		"jwks_uri":               base + "/oauth2/jwks",
		"introspection_endpoint": base + "/oauth2/introspection",
	})
}

// metadata answers with a discovery document: see [merge.Metadata].
func (h *Handler) metadata(r *api.Request, own, must map[string]any) (api.Answer, error) {
	a, _, err := h.mergedMetadata(r, own, must)
	return a, err
}

// mergedMetadata is metadata, and reports whether the upstream has a document.
func (h *Handler) mergedMetadata(r *api.Request, own, must map[string]any) (answer api.Answer, merged bool, err error) {
	members, merged, err := merge.Metadata(own, must, r.Upstream.Document(r.Route.Pattern, r.Params, merge.CheckMetadata))
	if err != nil {
		return api.Answer{}, false, err // CheckMetadata has not accepted the document
	}
	a, err := api.Public(r, api.Answer{Status: http.StatusOK, Body: members, Source: sourceOf(merged)})
	if err == nil && h.VaryByForwarded {
		a.Header.Set("Vary", "X-Forwarded-Proto, X-Forwarded-Host, X-Forwarded-Prefix")
	}
	return a, merged, err
}
