package authenticate

import (
	"cmp"
	"errors"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/store"
)

// step runs the step that a pending token is for. The token is spent when prove accepts the proof, and stays valid after a wrong one.
func (h *Handler) step(r *api.Request, p request, kind signin.Kind, prove func(*store.Txn, *store.Attempt) error) (api.Answer, error) {
	token := p.One(pendingToken)
	return h.proceed(r, func(tx *store.Txn) (store.Attempt, error) {
		a, ok := signin.Held(tx, token, p.One("client_id"), kind, r.Now)
		if _, known := store.Users.Get(tx, a.UserID); !ok || !known {
			return store.Attempt{}, h.invalidPendingToken(token)
		}
		if err := prove(tx, &a); err != nil {
			return store.Attempt{}, err
		}
		if err := signin.Drop(tx, a); err != nil {
			return store.Attempt{}, err
		}
		a.IPAddress = cmp.Or(p.shortened("ip_address"), a.IPAddress)
		a.UserAgent = cmp.Or(p.shortened("user_agent"), a.UserAgent)
		return a, nil
	})
}

// verifyEmail is the step in which a user proves that the address is theirs.
func (h *Handler) verifyEmail(r *api.Request, p request) (api.Answer, error) {
	return h.step(r, p, signin.VerifyEmail, func(tx *store.Txn, a *store.Attempt) error {
		_, err := onetimecode.UseEmailVerification(tx, a.UserID, p.One("code"), r.Now)
		return err
	})
}

// verifyFactor is the step in which a user proves their second factor.
func (h *Handler) verifyFactor(r *api.Request, p request) (api.Answer, error) {
	return h.step(r, p, signin.ChallengeFactor, func(tx *store.Txn, a *store.Attempt) error {
		if len(tx.FactorsOfUser(a.UserID)) == 0 { // deleted since: no code can be right
			return h.invalidPendingToken(p.One(pendingToken))
		}
		id := p.One("authentication_challenge_id")
		challenge, _ := store.Challenges.Get(tx, id)
		if f, ok := store.Factors.Get(tx, challenge.FactorID); !ok || f.UserID != a.UserID {
			return errNoChallenge
		}
		err := onetimecode.UseChallenge(tx, id, p.One("code"), r.Now)
		if errors.Is(err, store.ErrNotFound) {
			return errNoChallenge
		}
		a.SecondFactor = err == nil
		return err
	})
}

var errNoChallenge = api.BadRequest("invalid_one_time_code", "The authentication_challenge_id is not that of a challenge of this user.")

// selectOrganization is the step in which a user chooses one of their organizations.
func (h *Handler) selectOrganization(r *api.Request, p request) (api.Answer, error) {
	return h.step(r, p, signin.ChooseOrganization, func(tx *store.Txn, a *store.Attempt) error {
		a.OrganizationID = p.One("organization_id")
		if !signin.IsMember(tx, a.UserID, a.OrganizationID) {
			return errNotMember
		}
		return nil
	})
}
