package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/authorize"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/requestbody"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// call is one request on its way through the emulator: route → caller → decision → answer.
type call struct {
	emulator *Emulator
	http     *http.Request
	caller   guard.Caller
	status   int    // of the answer that was written here
	code     string // of the error that was written here

	writer  upstream.Writer
	request api.Request
	client  upstream.Client
	uses    guard.Uses
}

func (e *Emulator) newCall(w http.ResponseWriter, r *http.Request, next Next) *call {
	r, continues := authorize.Continued(r)
	route, params := e.router.Find(r)
	now, view := e.now(), e.store.View()
	c := &call{emulator: e, http: r, request: api.MakeRequest(r, route, params, view, now)}
	c.request.Continues = continues
	c.writer.Init(w, r, &c.uses, now)
	var key store.APIKey
	c.caller, key = e.keys.Identify(view, r.Header, now)
	c.uses.Add(key)
	c.client = e.upstream.MakeClient(upstream.Call{
		Request: r, Body: &c.request.Body, Writer: &c.writer, Next: next, Now: now, View: view,
		Caller: c.caller, Uses: &c.uses, Route: route, RefuseMisses: c.wantsKey() || c.hasOwnAnswer(),
		Page: isPage(r, route),
	})
	c.request.Addresses, c.request.Upstream = &e.addresses, &c.client
	return c
}

// isPage reports whether a person's browser has come to a request by itself: to a page that is emulated or, as browsers say, to any.
func isPage(r *http.Request, route *api.Route) bool {
	return route != nil && route.Page || api.MethodOf(r) == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
}

func (c *call) serve() error {
	if err := checkTarget(c.http); err != nil {
		c.refuse("refused", err)
		return nil
	}
	route := c.request.Route
	local, err := c.subjectIsLocal()
	if err != nil && c.refusesUnclear(err) {
		c.refuse("unreadable", err)
		return nil
	}
	rule, enabled := api.Unrouted, true
	if route != nil {
		rule, enabled = route.Rule, route.Enabled()
	}
	switch verdict := decide(rule, enabled, c.caller.Access, local); verdict {
	case refuse:
		c.refuse("refused", api.Unauthorized())
	case notEmulated:
		c.refuse("not emulated", api.NotEmulated(c.http.Method, c.http.URL.Path, ""))
	case answerHere:
		return c.answer(route.Serve)
	case passOn, passOnWithKey, passOnSealed:
		return c.passOn(verdict != passOn)
	}
	return nil
}

// refuse answers with an error, and logs the outcome.
func (c *call) refuse(outcome string, err error) {
	c.write(c.answerTo(err))
	c.log(outcome, nil)
}

// subjectIsLocal reports whether the subject of the request is in the store. It fails where the request cannot be parsed.
func (c *call) subjectIsLocal() (bool, error) {
	if route := c.request.Route; route != nil && route.Local != nil {
		return route.Local(&c.request)
	}
	return false, nil
}

// refusesUnclear reports whether a request whose subject cannot be found out is answered with the error. That is so for a body that
// ended early, and for a caller with a valid local key at an emulated endpoint. Any other such request is treated as not local. Where
// it is passed on, the guard inspects it.
func (c *call) refusesUnclear(err error) bool {
	switch c.caller.Access {
	case guard.AccessRefused:
		return false
	case guard.AccessLocal, guard.AccessFull:
		return c.request.Route.Enabled() || errors.Is(err, requestbody.ErrEndedEarly)
	default:
		return errors.Is(err, requestbody.ErrEndedEarly)
	}
}

// passOn passes the request on. Where the next handler does not answer, it answers as WorkOS would.
func (c *call) passOn(withRealKey bool) error {
	done := c.passingOn(withRealKey)
	answered, err := c.client.PassOn(withRealKey)
	refusal, isRefusal := err.(*upstream.Refusal)
	switch {
	case isRefusal:
		c.warn("a request was not passed on", refusal)
		c.write(c.answerTo(refusal))
		return nil
	case answered:
		if done != nil && c.writer.Status() < http.StatusMultipleChoices {
			done()
		}
		c.log("passed on", nil)
		return err
	case err != nil:
		c.log("the next handler failed", err)
		return err
	}
	return c.answer(c.unanswered())
}

// passingOn calls the function of the route: see [api.Route.PassingOn].
func (c *call) passingOn(withRealKey bool) func() {
	route := c.request.Route
	if !withRealKey || route == nil || !route.Enabled() || route.PassingOn == nil {
		return nil
	}
	return route.PassingOn(&c.request)
}

// unanswered returns the handler for a request that was passed on and that the next handler has not answered: 501 `not_emulated`,
// 401 `Unauthorized`, or what WorkOS answers to a request about a subject that does not exist.
func (c *call) unanswered() api.Handler {
	route := c.request.Route
	switch {
	case route == nil || !route.Enabled():
		return func(*api.Request) (api.Answer, error) { return api.Answer{}, c.emulator.router.Unanswered(c.http) }
	case c.wantsKey():
		return func(*api.Request) (api.Answer, error) { return api.Answer{}, api.Unauthorized() }
	default:
		return route.Unanswered
	}
}

// wantsKey reports whether the endpoint is emulated and wants an API key, and the caller has no valid one.
func (c *call) wantsKey() bool {
	route := c.request.Route
	return route != nil && route.Enabled() && route.Rule != api.ByCredentials && c.caller.Access == guard.AccessNone
}

// hasOwnAnswer reports whether the request is answered here where neither the upstream nor a recording answers it.
func (c *call) hasOwnAnswer() bool {
	route := c.request.Route
	return route != nil && route.Enabled() && route.OwnAnswer != nil && route.OwnAnswer(&c.request)
}

// answer runs a handler and writes its answer. It returns the next handler's error, if the handler has called it and it has failed.
// An upstream that cannot be reached is answered with `upstream_unreachable`.
func (c *call) answer(handler api.Handler) error {
	a, err := c.emulator.answers.Once(&c.request, c.caller.Key, handler)
	var failed *upstream.Failure
	var relayed *upstream.Relayed
	switch {
	case err == nil:
		c.write(a)
	case errors.As(err, &failed):
		c.log("the next handler failed", failed.Unwrap())
		return failed.Unwrap()
	case errors.As(err, &relayed) && relayed.IsBareFailure():
		c.write(c.answerTo(api.Unreachable(relayed.Status)))
	case errors.As(err, &relayed):
		c.status = relayed.Status
		c.writer.Relay(relayed.Reply)
	case errors.Is(err, upstream.ErrAnswered):
	default:
		c.write(c.answerTo(err))
	}
	c.log("answered", err)
	return nil
}

// write writes an answer of the emulator's own.
func (c *call) write(a api.Answer) {
	c.status, c.code = a.Status, a.Code()
	c.observeToken(a)
	api.Write(c.writer.Own(), c.http, a, c.emulator.random)
}

// recovered answers 500 where a handler panicked. The value of the panic may hold anything, so it is not logged.
func (c *call) recovered(failure any) error {
	if failure == http.ErrAbortHandler {
		panic(failure) // net/http drops the connection
	}
	c.emulator.logger.Error("a handler panicked",
		zap.String("route", c.request.Route.String()),
		zap.String("type", fmt.Sprintf("%T", failure)),
		zap.ByteString("stack", debug.Stack()))
	if c.writer.Answered() {
		panic(http.ErrAbortHandler) // the answer has begun: drop the connection, so that it does not look complete
	}
	c.write(c.answerTo(errors.New("panic")))
	return nil
}

func (c *call) warn(message string, why error) {
	c.emulator.logger.Warn(message, zap.Stringer("route", c.request.Route), zap.Error(why))
}

// log logs the outcome of the request by route and ids only. A path, a query or a body may contain a secret.
func (c *call) log(outcome string, err error) {
	level := zap.DebugLevel
	if c.status >= http.StatusInternalServerError && c.status != http.StatusNotImplemented {
		level = zap.ErrorLevel
	}
	entry := c.emulator.logger.Check(level, outcome)
	if entry == nil {
		return
	}
	fields := []zap.Field{
		zap.Stringer("route", c.request.Route),
		zap.String("caller", c.caller.KeyID),
		zap.Int("status", c.status),
	}
	var oauth *api.OAuthError
	switch {
	case errors.As(err, &oauth):
		fields = append(fields, zap.String("error", oauth.Code))
	case level == zap.ErrorLevel && err != nil:
		fields = append(fields, zap.Error(err))
	}
	entry.Write(fields...)
}
