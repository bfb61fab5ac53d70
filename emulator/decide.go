package emulator

import (
	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
)

// verdict is who answers.
type verdict int

const (
	answerHere   verdict = iota
	passOn               // the next handler, with the request as it came
	passOnAsUs           // the next handler, with the caller's local key taken off
	passOnSealed         // what is here, such as a recording; else 401, and nothing is sent anywhere
	refuse               // 401, and nothing is sent anywhere
	notEmulated          // 501, and nothing is sent anywhere
)

// decide says who answers. local tells whether what the request is about lives in the store; enabled, whether the
// route's group is emulated.
//
// Known keys live in the mixed world; unknown keys see the real WorkOS untouched; a local secret never leaves.
func decide(rule api.Rule, enabled bool, access guard.Access, local bool) verdict {
	if !enabled {
		if local && (rule == api.ByCredentials || rule == api.BySecret) {
			return notEmulated // passing it on would let a local secret out
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

// passOnFor says how a request that is not answered here goes on.
func passOnFor(access guard.Access) verdict {
	switch access {
	case guard.AccessFull:
		return passOnAsUs
	case guard.AccessLocal:
		return passOnSealed
	case guard.AccessNone:
		return passOn
	default:
		return refuse
	}
}
