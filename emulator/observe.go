package emulator

import (
	"net/http"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// Outcome is what came of a request. But for ClientID, its members take few different values, and contain nothing that a caller
// sent.
type Outcome struct {
	// Route is a method and a pattern, such as `GET /organizations/{id}`, or OtherRoute.
	Route string
	// Source is the answer's [source.Header].
	Source string
	// Status is 0 where nothing was written: Err is the error of the next handler, or the connection was dropped. Then Source is
	// empty, unless a hook has dropped the connection.
	Status int
	Err    error
	// Code is the error code of an answer that the emulator has written, such as `entity_not_found` or `invalid_client`. Empty for
	// an answer without one, and for the answers of the next handler.
	Code string
	// ClientID is that of the local application which an OAuth request names. It is no secret.
	ClientID string
}

// Observer receives the outcome of each request, to count it. Its methods are called concurrently, and must return quickly, as
// callers wait for them.
type Observer interface {
	// Answered is called at the end of each request but health checks and those that the test API answers. Of the request, only the context is for observers:
	// all else is what a caller sent.
	Answered(*http.Request, Outcome)
	// TokenIssued is called for each access token that the token endpoint has issued.
	TokenIssued()
	// TokenRefused is called for each token request that was answered with an error code of RFC 6749 §5.2.
	TokenRefused(code string)
	// UpstreamAnswered is called when the next handler has answered or failed, with the time that it took. The source says whether
	// it was the upstream or a fixture: see [source.Get].
	UpstreamAnswered(source string, took time.Duration)
}

// OtherRoute is the route of a request that is not for an emulated endpoint.
const OtherRoute = "other"

// unobserved is the default of Options.Observer.
type unobserved struct{}

func (unobserved) Answered(*http.Request, Outcome)        {}
func (unobserved) TokenIssued()                           {}
func (unobserved) TokenRefused(string)                    {}
func (unobserved) UpstreamAnswered(string, time.Duration) {}

// observed reports the end of the call to the observer.
func (c *call) observed(err error) {
	c.report(Outcome{Source: c.writer.Source(), Status: c.writer.Status(), Err: err, Code: c.code})
}

// report completes an outcome, and reports it to the observer.
func (c *call) report(o Outcome) {
	o.Route, o.ClientID = c.routeName(), c.request.ClientID
	c.emulator.observer.Answered(c.http, o)
}

// routeName returns the route in the form of [Observer.Answered].
func (c *call) routeName() string {
	if c.request.Route == nil {
		return OtherRoute
	}
	return c.request.Route.String()
}

// observeToken reports the answer to a token request to the observer.
func (c *call) observeToken(a api.Answer) {
	if route := c.request.Route; route == nil || route.Group() != oauth.TokenGroup {
		return
	}
	switch content := a.Body.(type) {
	case oauth.TokenResponse:
		c.emulator.observer.TokenIssued()
	case *api.OAuthError:
		c.emulator.observer.TokenRefused(content.Code)
	}
}
