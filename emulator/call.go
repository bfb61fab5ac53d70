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

	merging bool  // what next has to say is to be put into the answer
	reached reach // how far a request gets that is passed on

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
	c.caller = e.identify(c.txn, r.Header, c.now)
	return c
}

// param is the value of the route's first {name}.
func (c *call) param() string { return c.params[0] }

func (c *call) serve() error {
	if realkey.IsTrace(c.http.Method) {
		c.write(c.problemOf(errTrace()))
		c.log("refused", nil)
		return nil
	}
	local, err := c.subjectIsLocal()
	if err != nil {
		// What the request is about cannot be told, so it may hold a local secret: it goes nowhere.
		if c.route.rule == bySecret && (c.caller.standing == stranger || c.caller.standing == barred) {
			err = errUnauthorized()
		}
		c.write(c.problemOf(err))
		c.log("unreadable", nil)
		return nil
	}
	rule, enabled := unrouted, true
	if c.route != nil {
		rule, enabled = c.route.rule, c.route.enabled
	}

	verdict := decide(rule, enabled, c.caller.standing, local)
	if c.caller.standing == customer {
		// Where recordings answer, nothing can leave, and every key is as good as another.
		if asTrusted := decide(rule, enabled, trusted, local); asTrusted != verdict && c.reach() == reachRecordings {
			verdict = asTrusted
		}
	}
	switch verdict {
	case refuse:
		c.write(c.problemOf(errUnauthorized()))
		c.log("refused", nil)
	case answerAlone:
		if c.reach() == reachNothing {
			return c.answer(c.nobody())
		}
		c.write(c.problemOf(errUnauthorized()))
		c.log("refused", nil)
	case notEmulated:
		c.write(c.problemOf(errNotEmulated(c.http.Method, c.http.URL.Path)))
		c.log("not emulated", nil)
	case answerHere, answerMerged:
		c.merging = verdict == answerMerged
		return c.answer(c.route.serve)
	case askNext, askNextAsUs:
		return c.ask(verdict == askNextAsUs)
	}
	return nil
}

// subjectIsLocal tells whether what the request is about lives in the store.
func (c *call) subjectIsLocal() (bool, error) {
	if c.route == nil || c.route.local == nil {
		return false, nil
	}
	return c.route.local(c)
}

// ask passes the request on, and answers as WorkOS would if nobody did.
func (c *call) ask(asUs bool) error {
	ctx := c.nextContext(asUs)
	r := c.http.WithContext(ctx)
	if asUs {
		defer withhold(r.Header, "Authorization")()
	}
	err := c.exchange(r, &ctx.grant)
	if err == nil {
		err = c.screen(r)
	}
	if err != nil {
		c.write(c.problemOf(err))
		return nil
	}
	err = c.forward(r)
	if found := guard.Found(r); found != nil && !c.writer.answered {
		c.write(c.problemOf(c.stopped(found)))
		return nil
	}
	if err != nil {
		c.log("next failed", err)
		return err
	}
	if c.writer.answered {
		c.log("passed on", nil)
		return nil
	}
	return c.answer(c.nobody())
}

// forward gives a request to next. One that is stopped while it is being sent fails in whatever way next has: that does not
// count.
func (c *call) forward(r *http.Request) error {
	c.writer.refused = func() bool { return guard.Found(r) != nil }
	defer func() {
		if failure := recover(); failure != nil && (guard.Found(r) == nil || c.writer.answered) {
			panic(failure)
		}
	}()
	return c.emulator.timed(c.next, c.writer.forwarding(), r, func() bool { return c.writer.answered })
}

// nobody returns what WorkOS says to a request that is not answered from the store, where there is nobody to pass it on
// to.
func (c *call) nobody() func(*call) (answer, error) {
	switch {
	case c.route == nil || !c.route.enabled:
		return func(c *call) (answer, error) {
			return answer{}, errNotEmulated(c.http.Method, c.http.URL.Path)
		}
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
