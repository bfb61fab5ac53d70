package resource

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/store"
)

// challengeBody is WorkOS's `authentication_challenge`.
type challengeBody struct {
	Object    string        `json:"object"`
	ID        string        `json:"id"`
	ExpiresAt api.Timestamp `json:"expires_at"`
	FactorID  string        `json:"authentication_factor_id"`
	CreatedAt api.Timestamp `json:"created_at"`
	UpdatedAt api.Timestamp `json:"updated_at"`
}

func challengeWire(c store.Challenge) challengeBody {
	return challengeBody{
		Object:    "authentication_challenge",
		ID:        c.ID,
		ExpiresAt: api.Timestamp(c.ExpiresAt),
		FactorID:  c.FactorID,
		CreatedAt: api.Timestamp(c.CreatedAt),
		UpdatedAt: api.Timestamp(c.UpdatedAt),
	}
}

var challengeKind = kind[store.Challenge, challengeBody]{
	name: "AuthenticationChallenge", table: store.Challenges, find: store.Challenges.Get, wire: challengeWire,
}

func challengeRoutes(s *Service) []api.Route {
	h := challengeHandler{s}
	challenge := factorKind.byID("POST", "/auth/factors/{id}/challenge", h.create)
	challenge.Creates = true
	return []api.Route{
		challenge,
		challengeKind.byID("POST", "/auth/challenges/{id}/verify", h.verify),
	}
}

type challengeHandler struct{ *Service }

func (h challengeHandler) create(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	in.Text("sms_template") // factors by SMS are not emulated
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	var made store.Challenge
	err = factorKind.change(h.Service, r, func(tx *store.Txn) error {
		factor, found := store.Factors.Get(tx, r.Param())
		if !found {
			return store.ErrNotFound
		}
		made, err = onetimecode.NewChallenge(tx, factor, r.Now, h.Random)
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	return api.Created(challengeWire(made))
}

// verifiedBody is the answer to a code that is given to a challenge. A wrong code is no error.
type verifiedBody struct {
	Challenge challengeBody `json:"challenge"`
	Valid     bool          `json:"valid"`
}

func (h challengeHandler) verify(r *api.Request) (api.Answer, error) {
	code, err := requiredText(r, "code")
	if err != nil {
		return api.Answer{}, err
	}
	var challenge store.Challenge
	var refused error
	err = challengeKind.change(h.Service, r, func(tx *store.Txn) error {
		err := onetimecode.UseChallenge(tx, r.Param(), code, r.Now)
		if err != nil && !onetimecode.Refused(err) {
			return err
		}
		refused = err // a wrong try counts
		challenge, _ = store.Challenges.Get(tx, r.Param())
		return nil
	})
	if err != nil {
		return api.Answer{}, err
	}
	if err := challengeError(challenge, refused); err != nil {
		return api.Answer{}, err
	}
	return api.Created(verifiedBody{challengeWire(challenge), refused == nil})
}

// challengeError returns why a challenge takes no code any more, or nil. The 422s are those of the Node SDK's tests.
func challengeError(c store.Challenge, refused error) error {
	ended := func(code, why string) error {
		return &api.Problem{
			Status: http.StatusUnprocessableEntity, Code: code,
			Message: fmt.Sprintf("The authentication challenge '%s' %s.", c.ID, why),
		}
	}
	switch {
	case errors.Is(refused, onetimecode.ErrTooMany):
		return api.BadRequest("one_time_code_too_many_attempts", "Too many wrong codes were given to the authentication challenge.")
	case errors.Is(refused, onetimecode.ErrExpired):
		return ended("authentication_challenge_expired", "has expired")
	case errors.Is(refused, onetimecode.ErrUsed) && !c.UsedAt.IsZero():
		return ended("authentication_challenge_previously_verified", "has already been verified")
	}
	return nil
}
