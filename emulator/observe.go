package emulator

import (
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// Observer receives the outcome of each request, to count it. Its arguments take few different values and contain nothing that a
// caller sent. Its methods are called concurrently, and must return quickly, as callers wait for them.
type Observer interface {
	// Answered is called at the end of each request. The route is a method and a pattern, such as `GET /organizations/{id}`, or
	// OtherRoute. The source is the answer's [source.Header].
	//
	// The status is 0 where nothing was written: err is the error of the next handler, or the connection was dropped. Then the
	// source is empty, unless a hook has dropped the connection.
	Answered(route, source string, status int, err error)
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

func (unobserved) Answered(string, string, int, error)    {}
func (unobserved) TokenIssued()                           {}
func (unobserved) TokenRefused(string)                    {}
func (unobserved) UpstreamAnswered(string, time.Duration) {}

// observed reports the end of the call to the observer.
func (c *call) observed(err error) {
	c.emulator.observer.Answered(c.routeName(), c.writer.Source(), c.writer.Status(), err)
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
