package oauth

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/merge"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// jwks answers the two JWKS endpoints. Both serve the same own keys, merged with those of the upstream at that endpoint.
func (h *Handler) jwks(r *api.Request) (api.Answer, error) {
	var own []merge.JWK
	for _, key := range h.Signer.servedKeys(r.Now) {
		own = append(own, merge.JWK{ID: key.KeyID(), Raw: key.PublicJWK()})
	}
	set, merged, err := merge.KeySet(own, r.Upstream.Document(r.Route.Pattern, r.Params, merge.CheckKeySet))
	if err != nil {
		return api.Answer{}, err // CheckKeySet has not accepted the document
	}
	return api.Public(r, api.Answer{Status: http.StatusOK, Raw: set, Source: sourceOf(merged)})
}

func sourceOf(merged bool) string {
	if merged {
		return source.Merged
	}
	return source.Emulator
}
