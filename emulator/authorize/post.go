package authorize

import (
	"errors"
	"net/http"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// post answers a form of the page.
func (f flow) post(r *api.Request) (api.Answer, error) {
	form, err := readForm(r)
	if err != nil {
		return f.fail(r, err)
	}
	query, _ := parseParameters(r.RawQuery())
	if token := query.one(interactionParameter); token != "" {
		return f.answerStep(r, form, token)
	}
	if f.isDevice {
		return f.chooseForDevice(r, form)
	}
	q, err := f.read(r.View, requestQuery(r))
	if err != nil {
		return f.failForm(r, err)
	}
	to, isKnown, err := q.resolve(r.View)
	if err != nil {
		return f.failForm(r, err)
	}
	if !isKnown {
		return f.failForm(r, q.refuseUnknownOrganization())
	}
	return f.choose(r, form, q, to)
}

// failForm is [flow.fail] for an answer to a form, which must not be a redirect to another site.
func (f flow) failForm(r *api.Request, err error) (api.Answer, error) {
	var told *refusal
	if errors.As(err, &told) {
		return f.leave(r, "You are not signed in", told.location())
	}
	return f.fail(r, err)
}

// showAccounts shows the first step: who signs in.
func (f flow) showAccounts(r *api.Request, q *request, to target, alert string) (api.Answer, error) {
	const most = 50
	c := content{Title: "Sign in", Alert: alert, Client: q.clientID, Via: to.method, Email: q.loginHint}
	if to.method == session.SSO {
		c.Via = to.connection.Name
	}
	c.Accounts, c.More = to.accounts(r.View, most)
	if r.Upstream.Reaches() {
		c.Onward = href(onward(requestQuery(r)))
	}
	status := http.StatusOK
	if alert != "" {
		status = http.StatusBadRequest
	}
	return f.show(r, status, accountsPage, c)
}

// pick returns the account that a form has chosen: by a button, or by an address that was typed.
func (to target) pick(tx *store.Txn, form parameters) (a account, typed string, ok bool) {
	if chosen := form.one("account"); chosen != "" {
		a, ok = to.byID(tx, chosen)
		return a, "", ok
	}
	typed = strings.TrimSpace(form.one("email"))
	a, ok = to.byEmail(tx, typed)
	return a, typed, ok
}

// choose takes the account that was chosen. An address that no local user has goes on to the real WorkOS.
func (f flow) choose(r *api.Request, form parameters, q *request, to target) (api.Answer, error) {
	a, typed, ok := to.pick(r.View, form)
	if !ok {
		q.loginHint = shown(typed)
		switch {
		case typed == "" && form.one("account") != "":
			return f.showAccounts(r, q, to, "This account is no longer there. Choose another one.")
		case typed == "":
			return f.showAccounts(r, q, to, "Enter an email address, or choose an account.")
		case r.Upstream.Reaches():
			return f.leave(r, "Going on to the real WorkOS", onward(requestQuery(r)))
		}
		return f.showAccounts(r, q, to, "Nobody here has this address, and there is no real WorkOS behind this emulator. Choose an account, or add the address to the seed.")
	}
	login := f.newLogin(r, q, to, a)
	i := store.Interaction{Browser: store.DigestOf(browserOf(r)), Login: login, Proven: true}
	if f.Login == Password && to.method == "" && !f.isSSO { // an identity provider has asked for proof on its own
		i.Login.Chosen, i.Proven = false, false
	}
	return f.start(r, form, q, i)
}

// start begins the login of an account that was chosen. The page that it was chosen on cannot be used again.
func (f flow) start(r *api.Request, form parameters, q *request, i store.Interaction) (api.Answer, error) {
	var done outcome
	var sent []string
	err := f.Store.Update(func(tx *store.Txn) error {
		err := spendPage(r, tx, form.one("page"))
		if err != nil {
			return err
		}
		if i.Proven && !f.isDevice {
			if done, err = f.proceed(r, tx, q, &i.Login); err != nil || done.to != "" {
				return err
			}
		}
		if sent, err = f.send(r, tx, i); err != nil {
			return err
		}
		done.interaction, err = f.begin(r, tx, i)
		return err
	})
	return f.answer(r, done, sent, i.Login.UserID, err)
}

// answer answers a form with what the login has come to.
func (f flow) answer(r *api.Request, done outcome, sent []string, userID string, err error) (api.Answer, error) {
	if err != nil {
		return f.failForm(r, err)
	}
	for _, kind := range sent {
		if f.EmailSent != nil {
			f.EmailSent(kind, userID)
		}
	}
	if done.to != "" {
		return f.leave(r, "You are signed in", done.to)
	}
	return api.Redirect(http.StatusSeeOther, interactionAddress(done.interaction))
}

// send sends the code that the next step of a login asks for, and returns the kinds of emails that were sent.
func (f flow) send(r *api.Request, tx *store.Txn, i store.Interaction) ([]string, error) {
	at, left := f.next(tx, i)
	var err error
	switch at {
	case stepCode:
		_, err = onetimecode.NewMagicAuth(tx, left.User, r.Now, f.Random)
		return []string{email.MagicAuth}, err
	case stepVerification:
		_, err = onetimecode.NewEmailVerification(tx, left.User, r.Now, f.Random)
		return []string{email.EmailVerification}, err
	}
	return nil, nil
}
