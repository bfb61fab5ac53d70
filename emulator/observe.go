package emulator

import (
	"net/http"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// Observer is told what becomes of requests, to count it. What it is told takes few different values and holds nothing
// that a caller sent. Its methods are called by many goroutines, while callers wait.
type Observer interface {
	// Answered is called at the end of each request. The route is a method and a pattern, such as
	// `GET /organizations/{id}`, or OtherRoute. The source is the answer's [source.Header], and the status its own: 0
	// where nothing was written, because err is next's failure or because the connection was dropped, when the source is
	// empty too, unless a hook did it.
	Answered(route, source string, status int, err error)
	// TokenIssued is called for each access token that was minted.
	TokenIssued()
	// TokenRefused is called for each token request that was answered with an error code of RFC 6749 §5.2.
	TokenRefused(code string)
	// NextAnswered is called when next has answered or failed, with who it says it is and how long it took.
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
	route := OtherRoute
	if c.route != nil {
		route = c.route.String()
	}
	c.emulator.Observer.Answered(route, c.writer.source, c.writer.status, err)
}

// observeToken tells the observer what a token request was answered.
func (c *call) observeToken(a answer) {
	switch body := a.body.(type) {
	case tokenResponse:
		c.emulator.Observer.TokenIssued()
	case *oauthProblem:
		if c.route != nil && c.route.group == GroupToken {
			c.emulator.Observer.TokenRefused(body.Code)
		}
	}
}

// timed asks next and tells the observer how long that took, by the wall clock. Where next does not answer, there is
// nothing to tell.
func (e *Emulator) timed(next Next, w http.ResponseWriter, r *http.Request, answered func() bool) error {
	begin := time.Now()
	err := next(w, r)
	if err != nil || answered() {
		e.Observer.NextAnswered(source.Get(r.Context()), time.Since(begin))
	}
	return err
}
