package testapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/store"
)

// emailBody is an email that WorkOS would have sent.
type emailBody struct {
	ID        string        `json:"id"`
	To        string        `json:"to"`
	Kind      string        `json:"kind"`
	Code      string        `json:"code,omitempty"`
	Link      string        `json:"link,omitempty"`
	CreatedAt api.Timestamp `json:"created_at"`
}

func emailWire(e store.Email) emailBody {
	return emailBody{ID: e.ID, To: e.To, Kind: e.Kind, Code: e.Code, Link: e.Link, CreatedAt: api.Timestamp(e.CreatedAt)}
}

// mostEmails is how many emails are shown at most.
const mostEmails = 1000

// emailOperation answers with the emails that WorkOS would have sent, newest first. The parameters `to` and `kind` choose among them.
func emailOperation(state *store.Store) api.Operation {
	return api.Operation{Method: http.MethodGet, Path: "emails", Serve: func(w http.ResponseWriter, r *http.Request) error {
		q := api.Query{Values: r.URL.Query()}
		to, kind := q.One("to"), q.One("kind")
		if kind != "" && !slices.Contains(email.Kinds, kind) {
			q.Fail("kind", "unknown", "kind must be one of "+strings.Join(email.Kinds, ", "))
		}
		if err := q.Err(); err != nil {
			return err
		}
		list := []emailBody{}
		for _, e := range state.View().NewestEmails(mostEmails, func(e store.Email) bool {
			return (to == "" || store.SameEmail(e.To, to)) && (kind == "" || e.Kind == kind)
		}) {
			list = append(list, emailWire(e))
		}
		return api.WriteJSON(w, http.StatusOK, list)
	}}
}
