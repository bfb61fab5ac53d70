package emulator

// rule says what decides who answers the requests of a route. See DESIGN.md, "Who answers".
type rule int

const (
	unrouted      rule = iota // not an emulated endpoint: never answered here
	always                    // answered here, whoever asks
	byCredentials             // answered here when the OAuth client is local
	bySecret                  // answered here when the secret in the body is local
	byID                      // answered here when the id in the path is local
	created                   // what is created is created here
	listed                    // local and upstream items as one list
	lastResort                // answered here only when nobody else did
)

// standing is what a caller may do, by the API key it holds.
type standing int

const (
	stranger standing = iota // holds no local key: sees the real WorkOS untouched
	barred                   // holds a local key that has expired or was deleted, or presents one wrongly
	customer                 // holds a local key that may use the emulated endpoints; what is passed on for it is not sent
	trusted                  // holds a local key that stands for the real one
)

// verdict is who answers.
type verdict int

const (
	answerHere   verdict = iota
	answerMerged         // here, with what next has to say put in
	askNext              // next, with the request as it came
	askNextAsUs          // next, with the caller's local key taken off
	askSealed            // what is here, such as a recording; else 401, and nothing is sent anywhere
	refuse               // 401, and nothing is sent anywhere
	notEmulated          // 501, and nothing is sent anywhere
)

// decide says who answers. local tells whether what the request is about lives in the store; enabled, whether the
// route's group is emulated.
//
// Known keys live in the mixed world; unknown keys see the real WorkOS untouched; a local secret never leaves.
func decide(rule rule, enabled bool, caller standing, local bool) verdict {
	if !enabled {
		if local && (rule == byCredentials || rule == bySecret) {
			return notEmulated // passing it on would let a local secret out
		}
		rule = unrouted
	}
	switch rule {
	case always:
		return answerMerged
	case byCredentials:
		if local {
			return answerHere
		}
		return passOn(caller)
	}

	switch caller {
	case barred:
		return refuse
	case stranger:
		if rule == bySecret && local {
			return refuse
		}
		return askNext
	}

	switch rule {
	case byID, bySecret:
		if local {
			return answerHere
		}
	case created:
		return answerHere
	case listed:
		return answerMerged
	}
	return passOn(caller)
}

// passOn says how a request that is not answered here goes on.
func passOn(caller standing) verdict {
	switch caller {
	case trusted:
		return askNextAsUs
	case customer:
		return askSealed
	case stranger:
		return askNext
	default:
		return refuse
	}
}
