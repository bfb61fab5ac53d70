package authorize

import (
	"net"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/invitation"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// newLogin returns the login of an account that was chosen.
func (f flow) newLogin(r *api.Request, q *request, to target, a account) signin.Attempt {
	address, _, err := net.SplitHostPort(r.RemoteAddr())
	if err != nil {
		address = r.RemoteAddr()
	}
	return signin.Attempt{
		UserID: a.userID, ClientID: q.clientID, OrganizationID: to.organizationID, Method: to.method, Challenge: q.challenge,
		ConnectionID: to.connection.ID, ProfileID: a.profileID, Chosen: true,
		IPAddress: address, UserAgent: session.Shortened(r.Header().Get("User-Agent")),
	}
}

// signIn signs an account in at once, as a login_hint or the option asks for. Where a page can ask for the organization, it does.
func (f flow) signIn(r *api.Request, q *request, to target, a account) (api.Answer, error) {
	browser := browserOf(r)
	var err error
	if browser == "" {
		if browser, err = newBrowser(f.Random); err != nil {
			return api.Answer{}, err
		}
	}
	i := store.Interaction{Browser: store.DigestOf(browser), Login: f.newLogin(r, q, to, a), Proven: true}
	var done outcome
	err = f.Store.Update(func(tx *store.Txn) error {
		var err error
		if done, err = f.proceed(r, tx, q, &i.Login); err != nil || done.to != "" {
			return err
		}
		if !f.showsPage(r) { // the API asks for it, when the code is exchanged (LOGIN.md §2.3)
			done.to, err = f.issue(r, tx, q, i.Login)
			return err
		}
		done.interaction, err = f.begin(r, tx, i)
		return err
	})
	switch {
	case err != nil:
		return f.fail(r, err)
	case done.to != "":
		return redirect(done.to)
	}
	next, err := api.Redirect(http.StatusSeeOther, interactionAddress(done.interaction))
	next.Header.Set("Set-Cookie", cookie(r, browser))
	return next, err
}

// outcome is what a login has come to. With neither field, some step is left.
type outcome struct {
	to          string // where the browser is sent with a code
	interaction string // the token of the interaction that was begun
}

// proceed completes a login if nothing is left to be done. It may make the user and the membership of a profile. The error is also a
// [refusal].
func (f flow) proceed(r *api.Request, tx *store.Txn, q *request, login *signin.Attempt) (outcome, error) {
	if err := f.provision(r, tx, login); err != nil {
		return outcome{}, err
	}
	if err := f.invite(r, tx, q, login); err != nil {
		return outcome{}, err
	}
	if login.Method == "" {
		user, _ := store.Users.Get(tx, login.UserID)
		login.Method = signin.MethodOf(user)
	}
	if f.isSSO {
		if login.UserID != "" && !signin.IsMember(tx, login.UserID, login.OrganizationID) {
			login.OrganizationID = ""
		}
		to, err := f.issue(r, tx, q, *login)
		return outcome{to: to}, err
	}
	switch step := signin.Next(tx, *login); step.Kind {
	case signin.Complete:
		login.OrganizationID = step.OrganizationID
		if err := signin.Accept(tx, *login, r.Now); err != nil {
			return outcome{}, q.refuseInvitation(err)
		}
		to, err := f.issue(r, tx, q, *login)
		return outcome{to: to}, err
	case signin.NotMember:
		return outcome{}, q.refuse("access_denied", "The user is not an active member of the organization.")
	case signin.NoUser:
		return outcome{}, q.refuse("access_denied", "The user is no longer there.")
	}
	return outcome{}, nil
}

func (f flow) issue(r *api.Request, tx *store.Txn, q *request, login signin.Attempt) (string, error) {
	code, err := f.Signin.IssueCode(tx, login, r.Now)
	return q.answer(code), err
}

// provision makes the user of a profile of a connection, and their membership, where there are none yet. The SSO API has no users: there,
// it is done when the code is exchanged for a session.
func (f flow) provision(r *api.Request, tx *store.Txn, login *signin.Attempt) error {
	if login.ProfileID == "" {
		return nil
	}
	if f.isSSO {
		login.UserID = ""
		return nil
	}
	user, err := f.Signin.UserOf(tx, store.Code{ConnectionID: login.ConnectionID, ProfileID: login.ProfileID}, r.Now)
	login.UserID = user.ID
	return err
}

// invite notes the invitation of an authorization request in its login (LOGIN.md §8).
func (f flow) invite(r *api.Request, tx *store.Txn, q *request, login *signin.Attempt) error {
	if f.isSSO {
		return nil
	}
	return q.refuseInvitation(signin.Invite(tx, login, q.query.one(invitationToken), r.Now))
}

// refuseInvitation returns the refusal of a login whose invitation cannot be used. It returns any other error, and nil, as it is.
func (q *request) refuseInvitation(err error) error {
	if code, description := invitation.Refusal(err); code != "" {
		return q.refuse("access_denied", description)
	}
	return err
}
