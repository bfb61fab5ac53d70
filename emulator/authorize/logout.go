package authorize

import (
	"errors"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/redirecturi"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// endsHere reports whether the session of a logout is one of this program, in any process.
func (h *Handler) endsHere(r *api.Request) (bool, error) {
	query, _ := parseParameters(r.RawQuery())
	return credential.IsSessionID(query.one("session_id")), nil
}

// logout ends a session and sends the browser to return_to, if that is allowed, or else to the default (LOGIN.md §4). A session that is
// not known is answered in the same way.
func (h *Handler) logout(r *api.Request) (api.Answer, error) {
	query, encoded := parseParameters(r.RawQuery())
	sessionID := query.one("session_id")
	switch {
	case !encoded:
		return api.Answer{}, api.Invalid(api.FieldError{Field: "query", Code: "malformed", Message: "the query string is not properly encoded"})
	case query.repeated("session_id", "return_to") != "":
		name := query.repeated("session_id", "return_to")
		return api.Answer{}, api.Invalid(api.FieldError{Field: name, Code: "repeated", Message: name + " is given more than once"})
	case sessionID == "":
		return api.Answer{}, api.Invalid(api.FieldError{Field: "session_id", Code: "session_id_required", Message: "session_id must be a string"})
	}
	err := h.Store.Update(func(tx *store.Txn) error { return session.End(tx, sessionID, r.Now) })
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return api.Answer{}, err
	}
	text := "You can close this page."
	to, wrong := redirecturi.ParseURI(query.one("return_to"))
	if wrong != nil || !h.SignOuts.Allows(to) {
		if query.one("return_to") != "" {
			text = "The application has named an address to return to that is not allowed: the option sign_out_redirect lists those that are."
		}
		to, _ = h.SignOuts.Default()
	}
	var a api.Answer
	if to == (redirecturi.URI{}) {
		a, err = flow{Handler: h}.show(r, 200, messagePage, content{Title: "You are signed out", Text: text})
	} else {
		a, err = redirect(to.String())
	}
	if err != nil {
		return api.Answer{}, err
	}
	a.Header.Set("Set-Cookie", cookie(r, ""))
	return a, nil
}
