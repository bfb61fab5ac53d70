package api

// Handler answers a request. An error is answered by [AnswerTo], unless it is one of package upstream that has its own answer.
type Handler func(*Request) (Answer, error)

// Rule says what decides whether a request is answered here or passed on. See DESIGN.md, "Who answers".
type Rule int

// The rules.
const (
	Unrouted      Rule = iota // the endpoint is not emulated: never answered here
	Always                    // answered here, for every caller
	ByCredentials             // answered here when the OAuth client is local
	BySecret                  // answered here when the secret in the body is local
	ByID                      // answered here when what the path or the body names is local
	Creation                  // answered here: what is created is stored here
	Listed                    // answered here: local and upstream items are merged into one list
	LastResort                // answered here only when the next handler did not
)

// Route is one endpoint that the emulator may answer.
type Route struct {
	Method  string
	Pattern string // as WorkOS documents it: {name} stands for one path segment
	Rule    Rule
	// Local reports whether the subject of the request is in the store. The rules ByCredentials, BySecret and ByID require it. An
	// error says that the request cannot be parsed.
	Local func(*Request) (bool, error)
	// Serve answers from the store.
	Serve Handler
	// Creates is set for a route whose answer is replayed to a request with the same Idempotency-Key.
	Creates bool
	// Unanswered is what WorkOS answers where the subject is not local and the next handler has not answered.
	Unanswered Handler
	// OwnAnswer reports whether Unanswered has an answer of the emulator's own to a request that no recording matches. Then the replay
	// does not answer that there is none. Default: it has none.
	OwnAnswer func(*Request) bool
	// PassingOn is called before a request of a known caller is passed on, and what it returns after the next handler has answered it
	// with success. Both may be nil.
	PassingOn func(*Request) (answered func())

	// Page is set for a page that browsers come to.
	Page bool

	group    string
	enabled  bool
	segments []string
	name     string // for String
}

// Group returns the name of the group that the route belongs to.
func (r *Route) Group() string { return r.group }

// Enabled reports whether the route's group is emulated.
func (r *Route) Enabled() bool { return r.enabled }

// String returns the method and the pattern. It may be logged, as it contains nothing of the request.
func (r *Route) String() string {
	if r == nil {
		return "none"
	}
	return r.name
}

// Group is a set of endpoints that is emulated as a whole. Its name is a value of the option `emulate`.
type Group struct {
	Name   string
	Routes []Route
	// NotEmulated are endpoints that WorkOS has and the emulator lacks, although it has their paths with other methods.
	NotEmulated []Route
}
