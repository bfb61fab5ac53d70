package emulator

import (
	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
)

// verdict says who answers a request.
type verdict int

const (
	answerHere    verdict = iota
	passOn                // the next handler answers the request as it came
	passOnWithKey         // the next handler answers; the caller's local key is exchanged for the real one
	passOnSealed          // a recording may answer; else 401 `Unauthorized`, and nothing is sent
	refuse                // 401 `Unauthorized`, and nothing is sent
	notEmulated           // 501 `not_emulated`, and nothing is sent
)

// decide returns who answers a request. enabled says whether the route's group is emulated, and local whether the subject of the
// request is in the store.
//
// A caller with a local key sees local and upstream resources together. For any other caller, the real WorkOS answers unchanged. A
// request with a local secret is never sent.
func decide(rule api.Rule, enabled bool, access guard.Access, local bool) verdict {
	if !enabled {
		if local && (rule == api.ByCredentials || rule == api.BySecret) {
			return notEmulated // to pass it on would send a local secret
		}
		rule = api.Unrouted
	}
	switch rule {
	case api.Always:
		return answerHere
	case api.ByCredentials:
		if local {
			return answerHere
		}
		return passOnFor(access)
	}

	switch access {
	case guard.AccessRefused:
		return refuse
	case guard.AccessNone:
		if rule == api.BySecret && local {
			return refuse
		}
		return passOn
	}

	switch rule {
	case api.ByID, api.BySecret:
		if local {
			return answerHere
		}
	case api.Creation, api.Listed:
		return answerHere
	}
	return passOnFor(access)
}

// passOnFor returns how a request that is not answered here is passed on, by the access level of its caller. A key that has expired
// or was deleted is refused.
func passOnFor(access guard.Access) verdict {
	switch access {
	case guard.AccessFull:
		return passOnWithKey
	case guard.AccessLocal:
		return passOnSealed
	case guard.AccessNone:
		return passOn
	default:
		return refuse
	}
}
