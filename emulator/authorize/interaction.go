package authorize

import (
	"html/template"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// interactionParameter is the parameter with the token of a login that is under way.
const interactionParameter = "_emulate_login"

// interactionAddress is the address of a login that is under way, relative to the page.
func interactionAddress(token string) string { return "?" + interactionParameter + "=" + token }

// maxTries is how many answers a login takes, right or wrong.
const maxTries = 10

// begin stores a login of which some step is left, and returns its token. The query is that of the page, unless the login has one.
func (f flow) begin(r *api.Request, tx *store.Txn, i store.Interaction) (string, error) {
	token, err := credential.NewToken(f.Random)
	if err != nil {
		return "", err
	}
	i.Meta = store.Meta{ID: store.TokenID(token), CreatedAt: r.Now, UpdatedAt: r.Now}
	i.Page, i.Query, i.ExpiresAt = f.path(), requestQuery(r), r.Now.Add(lifetime)
	return token, tx.InsertInteraction(i)
}

// spendPage notes that a form of a page with accounts was used, so that it is not used again. The error is errUsed.
func spendPage(r *api.Request, tx *store.Txn, token string) error {
	spent := store.Interaction{
		Meta:    store.Meta{ID: store.TokenID(token), CreatedAt: r.Now, UpdatedAt: r.Now},
		EndedAt: r.Now, ExpiresAt: r.Now.Add(lifetime),
	}
	if _, used := store.Interactions.Get(tx, spent.ID); used {
		return errUsed
	}
	return tx.InsertInteraction(spent)
}

// interaction returns a login that is under way, for the browser that has begun it on this page.
func (f flow) interaction(r *api.Request, tx *store.Txn, token string) (store.Interaction, error) {
	i, ok := store.Interactions.Get(tx, store.TokenID(token))
	switch {
	case !ok:
		return i, errUsed
	case !i.Browser.Equal(store.DigestOf(browserOf(r))):
		return store.Interaction{}, forbidden("This login was begun in another browser", "It can be completed there only.")
	case i.Page != f.path():
		return store.Interaction{}, forbidden("This login was begun on another page", "It can be completed there only.")
	case !i.EndedAt.IsZero():
		return i, errUsed
	case !r.Now.Before(i.ExpiresAt):
		return i, errExpired
	}
	return i, nil
}

// queryOf returns the query of the request that a login under way has begun with, so that it can be begun again; or nothing, where that is
// not known.
func (f flow) queryOf(r *api.Request, token string) string {
	i, ok := store.Interactions.Get(f.Store.View(), store.TokenID(token))
	if !ok || i.Page != f.path() || !i.Browser.Equal(store.DigestOf(browserOf(r))) {
		return ""
	}
	return i.Query
}

// step is what a person has to do next.
type step string

// The steps.
const (
	stepPassword     step = "password"
	stepCode         step = "code"         // the code of a magic auth
	stepVerification step = "verification" // the code that verifies an address
	stepFactor       step = "factor"
	stepOrganization step = "organization"
	stepApproval     step = "approval" // of a device
	stepNone         step = ""         // the login is complete, or cannot be completed
)

// next returns what a login needs next.
func (f flow) next(tx *store.Txn, i store.Interaction) (step, signin.Step) {
	user, ok := store.Users.Get(tx, i.Login.UserID)
	if !i.Proven && ok {
		if user.Password != nil {
			return stepPassword, signin.Step{User: user}
		}
		return stepCode, signin.Step{User: user}
	}
	left := signin.Next(tx, i.Login)
	switch left.Kind {
	case signin.VerifyEmail:
		return stepVerification, left
	case signin.ChallengeFactor:
		return stepFactor, left
	case signin.ChooseOrganization:
		return stepOrganization, left
	case signin.Complete:
		if f.isDevice {
			return stepApproval, left
		}
	}
	return stepNone, left
}

// showStep shows the step that a login has come to.
func (f flow) showStep(r *api.Request, token string) (api.Answer, error) {
	tx := f.Store.View()
	i, err := f.interaction(r, tx, token)
	if err != nil {
		return f.fail(r, err)
	}
	return f.showStepOf(r, tx, i, "")
}

// showStepOf shows the step that a login has come to, with what was wrong before.
func (f flow) showStepOf(r *api.Request, tx *store.Txn, i store.Interaction, alert string) (api.Answer, error) {
	at, left := f.next(tx, i)
	c := content{
		Step: string(at), Alert: alert, Email: left.User.Email, Client: i.Login.ClientID, Organizations: left.Organizations,
		Device: i.DeviceCode, Link: href(f.beginning(i)), LinkText: "Use another account",
	}
	status := http.StatusOK
	if alert != "" {
		status = http.StatusBadRequest
	}
	page, ok := stepPages[at]
	if !ok {
		return f.fail(r, errChanged)
	}
	c.Title = page.title
	return f.show(r, status, page.page, c)
}

// stepPages are the pages on which steps are done.
var stepPages = map[step]struct {
	page  *template.Template
	title string
}{
	stepPassword:     {passwordPage, "Enter your password"},
	stepCode:         {codePage, "Check your email"},
	stepVerification: {codePage, "Verify your email address"},
	stepFactor:       {codePage, "Enter the code of your authenticator app"},
	stepOrganization: {organizationPage, "Choose an organization"},
	stepApproval:     {approvalPage, "Approve this device?"},
}

// beginning is the address at which another account can be chosen, relative to the page.
func (f flow) beginning(i store.Interaction) string {
	if f.isDevice {
		return "?" + i.Query
	}
	return "?" + choosing + "&" + i.Query
}
