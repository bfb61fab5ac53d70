package api

// Handler answers a request. The error is one that [AnswerTo] knows, or one of package upstream.
type Handler func(*Request) (Answer, error)

// Rule says what decides who answers the requests of a route. See DESIGN.md, "Who answers".
type Rule int

// The rules.
const (
	Unrouted      Rule = iota // not an emulated endpoint: never answered here
	Always                    // answered here, whoever asks
	ByCredentials             // answered here when the OAuth client is local
	BySecret                  // answered here when the secret in the body is local
	ByID                      // answered here when the id in the path is local
	Creation                  // what is created is created here
	Listed                    // local and upstream items as one list
	LastResort                // answered here only when the next handler did not
)

// Route is one endpoint that the emulator may answer.
type Route struct {
	Method  string
	Pattern string // as WorkOS documents it: {name} stands for one path segment
	Rule    Rule
	// Local tells whether what the request is about lives in the store. Needed by the rules that ask for it. An error
	// means that the request cannot be read.
	Local func(*Request) (bool, error)
	Serve Handler
	// Creates tells that an Idempotency-Key makes the route's answer be given again.
	Creates bool
	// Unanswered is what WorkOS answers where the subject is not local and the next handler did not answer.
	Unanswered Handler

	group    string
	enabled  bool
	segments []string
	name     string // for String
}

// Group is the name of the group that the route belongs to.
func (r *Route) Group() string { return r.group }

// Enabled tells whether the route's group is emulated.
func (r *Route) Enabled() bool { return r.enabled }

// String is the route as it may be logged: it holds nothing of the request.
func (r *Route) String() string {
	if r == nil {
		return "none"
	}
	return r.name
}

// Group is a set of endpoints that is emulated as a whole, under a name of the option `emulate`.
type Group struct {
	Name   string
	Routes []Route
	// NotEmulated are endpoints of WorkOS that are not emulated although their paths are, with other methods.
	NotEmulated []Route
}
