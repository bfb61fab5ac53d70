package authenticate

import (
	"cmp"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/email"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/emulator/resource"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// authentication is the answer to a login that is complete (LOGIN.md §2.2). It has no other members: SDKs store what they do not know.
type authentication struct {
	User           resource.User `json:"user"`
	OrganizationID string        `json:"organization_id,omitempty"`
	AccessToken    string        `json:"access_token"`
	RefreshToken   string        `json:"refresh_token"`
	Method         string        `json:"authentication_method"`
	Impersonator   *impersonator `json:"impersonator,omitempty"`
}

type impersonator struct {
	Email  string  `json:"email"`
	Reason *string `json:"reason"`
}

func authenticationOf(user store.User, s store.Session, pair session.Pair) authentication {
	a := authentication{
		User: resource.UserWire(user), OrganizationID: s.OrganizationID,
		AccessToken: pair.Access, RefreshToken: pair.Refresh, Method: s.Method,
	}
	if s.Impersonator != nil {
		a.Impersonator = &impersonator{s.Impersonator.Email, api.OrNull(s.Impersonator.Reason)}
	}
	return a
}

// result is what became of a proof: a session, a step that is left, or a one-time code that was refused.
type result struct {
	session store.Session
	user    store.User
	access  session.Unsigned
	refresh string

	step    signin.Step
	pending string // the token for the step
	email   store.EmailVerification

	refused error
}

// proceed runs a proof of who somebody is in a transaction, and goes on with the login that it returns: it begins the session, or asks for
// the next step. A one-time code that prove refuses is counted, so its transaction is committed.
func (h *Handler) proceed(r *api.Request, prove func(*store.Txn) (store.Attempt, error)) (api.Answer, error) {
	var done result
	err := h.Store.Update(func(tx *store.Txn) error {
		attempt, err := prove(tx)
		if onetimecode.Refused(err) {
			done.refused = answerToCode(err)
			return nil
		}
		if err != nil {
			return err
		}
		return h.next(tx, r, attempt, &done)
	})
	switch {
	case err != nil:
		return api.Answer{}, err
	case done.refused != nil:
		return api.Answer{}, done.refused
	case done.step.Kind != signin.Complete:
		return h.askFor(r, done)
	}
	access, err := h.Sessions.Sign(done.access) // outside of the transaction, as it takes long
	if err != nil {
		return api.Answer{}, err
	}
	return api.OK(authenticationOf(done.user, done.session, session.Pair{Access: access, Refresh: done.refresh}))
}

// next begins the session of a login, or stores the login with a token for its next step.
func (h *Handler) next(tx *store.Txn, r *api.Request, a store.Attempt, done *result) (err error) {
	done.step = signin.Next(tx, a)
	switch done.step.Kind {
	case signin.Complete:
		if err := signin.Accept(tx, a, r.Now); err != nil {
			return resource.InvitationRefused(err)
		}
		return h.begin(tx, r, a, done)
	case signin.NoUser:
		return refuse("invalid_grant", "The user does not exist any more.")
	case signin.NotMember:
		return errNotMember
	case signin.VerifyEmail:
		if done.email, err = onetimecode.NewEmailVerification(tx, done.step.User, r.Now, h.Random); err != nil {
			return err
		}
	}
	done.pending, err = h.SignIn.Hold(tx, a, done.step.Kind, r.Now)
	return err
}

// begin begins the session of a login that is complete.
func (h *Handler) begin(tx *store.Txn, r *api.Request, a store.Attempt, done *result) (err error) {
	done.session, done.refresh, err = h.Sessions.Begin(tx, session.Login{
		User: done.step.User, ClientID: a.ClientID, OrganizationID: done.step.OrganizationID, Method: a.Method,
		IPAddress: a.IPAddress, UserAgent: a.UserAgent,
	}, r.Now)
	if err != nil {
		return err
	}
	done.user, _ = store.Users.Get(tx, a.UserID)
	done.access, err = h.Sessions.Prepare(tx, done.session, r.Issuer(), r.Now)
	return err
}

// stepUp is the 403 that asks for another step (LOGIN.md §2.4, "Step-ups").
type stepUp struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Token   string `json:"pending_authentication_token"`

	Email               string                `json:"email,omitempty"`
	EmailVerificationID string                `json:"email_verification_id,omitempty"`
	Factors             []factor              `json:"authentication_factors,omitempty"`
	Organizations       []signin.Organization `json:"organizations,omitempty"`
	User                *resource.User        `json:"user,omitempty"`
}

// ErrorCode returns the code, for observers.
func (s stepUp) ErrorCode() string { return s.Code }

// factor is a second factor to choose.
type factor struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// askFor answers with the step that is left.
func (h *Handler) askFor(r *api.Request, done result) (api.Answer, error) {
	user := resource.UserWire(done.step.User)
	asked := stepUp{Token: done.pending, User: &user}
	switch done.step.Kind {
	case signin.VerifyEmail:
		email.Log(h.Logger, email.EmailVerification, done.step.User.ID)
		asked.Code, asked.Message = "email_verification_required", "Email ownership must be verified before authentication."
		asked.Email, asked.EmailVerificationID, asked.User = done.email.Email, done.email.ID, nil
	case signin.ChallengeFactor:
		asked.Code, asked.Message = "mfa_challenge", "The user must complete an MFA challenge to finish authenticating."
		for _, f := range done.step.Factors {
			asked.Factors = append(asked.Factors, factor{f.ID, "totp"})
		}
	case signin.ChooseOrganization:
		asked.Code = "organization_selection_required"
		asked.Message = "The user must choose an organization to finish their authentication."
		asked.Organizations = h.named(r, done.step.Organizations)
	}
	return api.Answer{Status: http.StatusForbidden, Body: asked}, nil
}

// named returns organizations with the names of those that live upstream, if the `client_secret` of the request stands for the real key.
// Where a name is not known, it is the id.
func (h *Handler) named(r *api.Request, organizations []signin.Organization) []signin.Organization {
	holder, _ := h.Keys.Holder(r.View, h.readRequest(r).One("client_secret"), r.Now)
	if h.OrganizationNames == nil || holder.Access != guard.AccessFull {
		return organizations
	}
	defer r.Upstream.CountMisses().Decide(true) // it is answered without what the upstream lacks
	nameOf := h.OrganizationNames(r)
	for i, o := range organizations {
		if !store.Organizations.Has(r.View, o.ID) {
			organizations[i].Name = cmp.Or(nameOf(o.ID), o.Name)
		}
	}
	return organizations
}
