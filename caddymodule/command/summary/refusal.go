package summary

import (
	"net/http"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/requestlog"
	"github.com/caddy-workos/caddy-workos/emulator/help"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// advice is what to do about the refusals with an error code.
var advice = map[string]string{
	"local_secret": "it holds a secret of the emulator, and would have gone to the real WorkOS: take it out." + help.LocalSecret.See(),
	"not_emulated": "it is not emulated: give --upstream, or replay a fixture of it." + help.NotEmulated.See(),
	"unreadable_body": "its body could not be read as its headers say, so that it may hold a secret of the emulator." +
		help.UnreadableBody.See(),
	"upstream_unreachable":   "the upstream could not be reached: look at --upstream and --authkit." + help.UpstreamUnreachable.See(),
	"invalid_client":         "the client_id and the client_secret are not those of an application of the seed." + help.InvalidClient.See(),
	"test_api_off":           "the test API is off: give --test-api." + help.TestAPIOff.See(),
	"method_not_allowed":     "the path takes other methods.",
	"invalid_request_target": "the request target is no path.",
}

// refusal returns what to do about a request that was not answered for what it is, and whether it is one: one that was refused, or
// has no answer at all. What WorkOS answers to a request that it understands, such as a 404 for an id, is no refusal.
func refusal(r requestlog.Request) (about string, ok bool) {
	switch {
	case r.Miss != "" || r.Source == source.Fault || r.Source == source.Fixture:
		return "", false
	case r.Source == source.Upstream:
		return "the real WorkOS refuses it: look at the key that it was sent with.", r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden
	}
	about, ok = advice[r.Code]
	switch {
	case ok:
		return about, true
	case r.Status == http.StatusForbidden && r.Code == "access_denied": // the same, in the words of OAuth
		return advice["local_secret"], true
	case r.Status == http.StatusUnauthorized:
		return "the API key is missing, or is none that is accepted: send the one of WORKOS_API_KEY." + help.Unauthorized.See(), true
	case r.Source == "" && (r.Err != nil || r.Status >= http.StatusBadGateway):
		return advice["upstream_unreachable"], true
	}
	return "", false
}
