package authorize

import (
	"errors"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/redirecturi"
)

// problem is an error that is shown on a page: it is not known where the browser may be sent, or the page itself was misused. WorkOS shows
// such errors on error.workos.com (LOGIN.md §1).
type problem struct {
	status int
	title  string
	text   string
	mend   string // what to do about it; optional
	code   string // a line or an option that mends it, to be copied; optional
	// again is set where the login may be begun again from the page's address.
	again bool
}

// Error returns the title.
func (p *problem) Error() string { return p.title }

func badRequest(title, text string) *problem {
	return &problem{status: http.StatusBadRequest, title: title, text: text}
}

// refusal is an error that is told to the application, by a redirect (RFC 6749 §4.1.2.1, LOGIN.md §1 "other errors").
type refusal struct {
	to                redirecturi.URI
	state             string
	hasState          bool
	code, description string
}

// Error returns the description.
func (r *refusal) Error() string { return r.description }

// errorURI is the error_uri of all redirects with an error (LOGIN.md §1).
const errorURI = "https://workos.com/docs/reference/sso/get-authorization-url/error-codes"

// location returns where the browser is sent.
func (r *refusal) location() string {
	parameters := []redirecturi.Parameter{
		{Name: "error", Value: r.code}, {Name: "error_description", Value: r.description}, {Name: "error_uri", Value: errorURI},
	}
	if r.hasState {
		parameters = append(parameters, redirecturi.Parameter{Name: "state", Value: r.state})
	}
	return r.to.With(parameters...)
}

// fail answers with an error: a problem by its page, and a refusal by a redirect.
func (f flow) fail(r *api.Request, err error) (api.Answer, error) {
	var shown *problem
	var told *refusal
	switch {
	case errors.As(err, &shown):
		return f.showProblem(r, shown)
	case errors.As(err, &told):
		return redirect(told.location())
	}
	return api.Answer{}, err
}

// redirect sends a browser to another site.
func redirect(to string) (api.Answer, error) {
	a, err := api.Redirect(http.StatusFound, to)
	a.Header.Set("Referrer-Policy", "no-referrer")
	return a, err
}
