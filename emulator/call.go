package emulator

import (
	"errors"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/realkey"
	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/store"
)

// call is one request on its way through the emulator: route → caller → decision → answer.
type call struct {
	emulator *Emulator
	http     *http.Request
	writer   watchedWriter
	next     Next

	now    time.Time
	txn    *store.Txn // the store as it was when the request came
	route  *route     // nil for a request that is not for an emulated endpoint
	params []string   // the values of the route's {names}
	caller caller
	body   *body
	client *presentedClient // who an OAuth request says it is from
	used   []store.APIKey   // whose use is noted once the request is accepted

	merging bool  // what next has to say is to be put into the answer
	sealed  bool  // what is passed on must not be sent anywhere: the caller's key does not stand for the real one
	reached reach // how far a request gets that is passed on

	misses        *source.Misses // of what is asked for the answer, where it may do without; may be nil
	mayBeReplayed bool           // a recording may answer it on the way, which reach finds out

	exchanged []byte // the body that goes on, without the local key that stood in it; nil where none did

	source string // of the answer, if it is written here
	status int    // of the answer that was written here
}

func (e *Emulator) newCall(w http.ResponseWriter, r *http.Request, next Next) *call {
	c := &call{
		emulator: e,
		http:     r,
		writer:   watchedWriter{ResponseWriter: w, context: r.Context()},
		next:     next,
		now:      e.Now(),
		txn:      e.Store.View(),
		source:   source.Emulator,
	}
	c.route, c.params = e.routes.find(r)
	c.caller = c.identify(r.Header)
	return c
}

// param is the value of the route's first {name}.
func (c *call) param() string { return c.params[0] }

func (c *call) serve() error {
	if err := unsafe(c.http); err != nil {
		c.write(c.problemOf(err))
		c.log("refused", nil)
		return nil
	}
	local, err := c.subjectIsLocal()
	if err != nil && c.refusesUnclear(err) {
		c.write(c.problemOf(err))
		c.log("unreadable", nil)
		return nil
	}
	rule, enabled := unrouted, true
	if c.route != nil {
		rule, enabled = c.route.rule, c.route.enabled
	}

	c.sealed = c.caller.standing == customer
	switch verdict := decide(rule, enabled, c.caller.standing, local); verdict {
	case refuse:
		c.write(c.problemOf(errUnauthorized()))
		c.log("refused", nil)
	case notEmulated:
		c.write(c.problemOf(errNotEmulated(c.http.Method, c.http.URL.Path)))
		c.log("not emulated", nil)
	case answerHere, answerMerged:
		c.merging = verdict == answerMerged
		return c.answer(c.route.serve)
	case askNext, askNextAsUs, askSealed:
		return c.ask(verdict != askNext)
	}
	return nil
}

// unsafe returns why a request is neither answered nor passed on, for any caller, or nil.
func unsafe(r *http.Request) error {
	switch {
	case realkey.IsTrace(r.Method):
		return errTrace()
	case r.Method == http.MethodConnect:
		return errConnect()
	case r.URL.Opaque != "":
		return errTarget()
	}
	return nil
}

// refusesUnclear tells whether a request of which it cannot be told what it is about gets the error here, whoever is next: one
// that ended early, and one that a caller with a good local key sends to an endpoint that is emulated. All others are taken
// for not local, and where they go on, the guard looks at them.
func (c *call) refusesUnclear(err error) bool {
	switch c.caller.standing {
	case barred:
		return false
	case customer, trusted:
		return c.route.enabled || errors.Is(err, errEndedEarly)
	default:
		return errors.Is(err, errEndedEarly)
	}
}

// subjectIsLocal tells whether what the request is about lives in the store. With an error, that cannot be told.
func (c *call) subjectIsLocal() (bool, error) {
	if c.route == nil || c.route.local == nil {
		return false, nil
	}
	return c.route.local(c)
}

// ask passes the request on, and answers as WorkOS would if nobody did. One that must not be sent is passed on only where it
// is answered here, by a recording, or nobody answers, and sealed: a matcher may take it elsewhere than the probe.
func (c *call) ask(asUs bool) error {
	ctx := c.nextContext(asUs)
	r := c.http.WithContext(ctx)
	if asUs {
		defer withhold(r.Header, "Authorization")()
	}
	if r.Header.Get("Upgrade") != "" { // nothing looks into a tunnel, and WorkOS has none
		defer withhold(r.Header, "Upgrade")()
	}
	refusal := c.mayLeave(r, &ctx.grant)
	if refusal != nil {
		if c.reach() == reachUpstream && !c.mayBeReplayed {
			c.warn("a request was not passed on", refusal)
			c.write(c.problemOf(refusal))
			return nil
		}
		ctx.seal(!c.sealed)
		r = r.WithContext(ctx)
	}
	err := c.forward(r, refusal != nil)
	if found := guard.Found(r); found != nil {
		refusal = refusalOf(found)
	}
	switch {
	case c.writer.answered:
		c.log("passed on", nil)
		return err
	case refusal != nil && (err != nil || c.writer.dropping):
		c.warn("a request was not passed on", refusal)
		c.write(c.problemOf(refusal))
		return nil
	case err != nil:
		c.log("next failed", err)
		return err
	}
	return c.answer(c.nobody())
}

// mayLeave prepares a request to be sent, and returns why it must not be, or nil.
func (c *call) mayLeave(r *http.Request, grant *realkey.Grant) error {
	if c.sealed {
		return errUnauthorized()
	}
	if err := c.exchange(r, grant); err != nil {
		*grant = realkey.Grant{} // the key in the body is not good
		return err
	}
	return c.screen(r)
}

// forward gives a request to next. Where it is sealed, or stopped while it is being sent, next fails in whatever way it has,
// and that does not count.
func (c *call) forward(r *http.Request, sealed bool) error {
	stopped := func() bool { return guard.Found(r) != nil }
	c.writer.refused = func(status int) bool { return stopped() || sealed && notSent(status, r) }
	defer func() {
		failure := recover()
		switch {
		case failure == nil:
		case (sealed || stopped()) && !c.writer.answered:
			c.writer.dropping = true
		default:
			panic(failure)
		}
	}()
	return c.emulator.timed(c.next, c.writer.forwarding(), r, func() bool { return c.writer.answered })
}

// statusClientClosedRequest is what Caddy's proxy answers to a request whose context has ended.
const statusClientClosedRequest = 499

// notSent tells whether a status is that of a proxy which could not send a sealed request.
func notSent(status int, r *http.Request) bool {
	return source.Get(r.Context()) != source.Fixture && (status == statusClientClosedRequest || status >= http.StatusInternalServerError)
}

// nobody returns what WorkOS says to a request that is not answered from the store, where there is nobody to pass it on
// to.
func (c *call) nobody() func(*call) (answer, error) {
	switch {
	case c.route == nil || !c.route.enabled:
		return func(c *call) (answer, error) { return answer{}, c.errUnanswered() }
	case c.route.rule != byCredentials && c.caller.standing == stranger:
		return func(*call) (answer, error) { return answer{}, errUnauthorized() }
	default:
		return c.route.unanswered
	}
}

// answer runs a handler and writes what it says. The error is next's, where the handler had to ask it.
func (c *call) answer(handler func(*call) (answer, error)) error {
	a, err := c.once(handler)
	var failed nextFailed
	var relay relayed
	switch {
	case err == nil:
		c.write(a)
	case errors.As(err, &failed):
		c.log("next failed", failed.error)
		return failed.error
	case errors.As(err, &relay) && relay.isBareFailure():
		c.source = source.Emulator
		c.write(c.problemOf(errUnreachable(relay.status)))
	case errors.As(err, &relay):
		c.relay(relay.reply)
	case errors.Is(err, errAnswered):
	default:
		c.source = source.Emulator
		c.write(c.problemOf(err))
	}
	c.log("answered", err)
	return nil
}

// log tells what became of the request, by route and ids only: a path, a query or a body may hold a secret.
func (c *call) log(outcome string, err error) {
	level := zap.DebugLevel
	if c.status >= http.StatusInternalServerError && c.status != http.StatusNotImplemented {
		level = zap.ErrorLevel
	}
	entry := c.emulator.Logger.Check(level, outcome)
	if entry == nil {
		return
	}
	fields := []zap.Field{
		zap.Stringer("route", c.route),
		zap.String("caller", c.caller.keyID),
		zap.Int("status", c.status),
	}
	var oauth *oauthProblem
	switch {
	case errors.As(err, &oauth):
		fields = append(fields, zap.String("error", oauth.Code))
	case level == zap.ErrorLevel && err != nil:
		fields = append(fields, zap.Error(err))
	}
	entry.Write(fields...)
}
