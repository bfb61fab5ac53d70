package emulator

import (
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
)

// Observer is told what becomes of requests, to count it. What it is told takes few different values and holds nothing
// that a caller sent. Its methods are called by many goroutines, while callers wait.
type Observer interface {
	// Answered is called at the end of each request. The route is a method and a pattern, such as
	// `GET /organizations/{id}`, or OtherRoute. The source is the answer's [source.Header], and the status its own: 0
	// where nothing was written, because err is the next handler's failure or because the connection was dropped, when the source is
	// empty too, unless a hook did it.
	Answered(route, source string, status int, err error)
	// TokenIssued is called for each access token that was minted.
	TokenIssued()
	// TokenRefused is called for each token request that was answered with an error code of RFC 6749 §5.2.
	TokenRefused(code string)
	// NextAnswered is called when the next handler has answered or failed, with who has answered by its own account and how long
	// that took.
	NextAnswered(source string, took time.Duration)
}

// OtherRoute is the route of a request that is not for an emulated endpoint.
const OtherRoute = "other"

// unobserved is the observer of those who want none.
type unobserved struct{}

func (unobserved) Answered(string, string, int, error) {}
func (unobserved) TokenIssued()                        {}
func (unobserved) TokenRefused(string)                 {}
func (unobserved) NextAnswered(string, time.Duration)  {}

// observed tells the observer how a call ended.
func (c *call) observed(err error) {
	c.emulator.observer.Answered(c.routeName(), c.writer.Source(), c.writer.Status(), err)
}

// routeName is the route as the observer is told it.
func (c *call) routeName() string {
	if c.request.Route == nil {
		return OtherRoute
	}
	return c.request.Route.String()
}

// observeToken tells the observer what a token request was answered.
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
