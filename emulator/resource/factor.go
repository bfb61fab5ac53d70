package resource

import (
	"cmp"
	"net/http"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/field"
	"github.com/caddy-workos/caddy-workos/emulator/id"
	"github.com/caddy-workos/caddy-workos/emulator/onetimecode"
	"github.com/caddy-workos/caddy-workos/emulator/totp"
	"github.com/caddy-workos/caddy-workos/store"
)

// factorBody is WorkOS's `authentication_factor`.
type factorBody struct {
	Object    string        `json:"object"`
	ID        string        `json:"id"`
	Type      string        `json:"type"`
	UserID    string        `json:"user_id"`
	TOTP      totpBody      `json:"totp"`
	CreatedAt api.Timestamp `json:"created_at"`
	UpdatedAt api.Timestamp `json:"updated_at"`
}

type totpBody struct {
	Issuer string `json:"issuer"`
	User   string `json:"user"`
	// The rest is only in the answer that creates the factor.
	Secret string `json:"secret,omitempty"`
	QRCode string `json:"qr_code,omitempty"`
	URI    string `json:"uri,omitempty"`
}

func factorWire(f store.Factor) factorBody {
	return factorBody{
		Object:    "authentication_factor",
		ID:        f.ID,
		Type:      "totp",
		UserID:    f.UserID,
		TOTP:      totpBody{Issuer: f.Issuer, User: f.User},
		CreatedAt: api.Timestamp(f.CreatedAt),
		UpdatedAt: api.Timestamp(f.UpdatedAt),
	}
}

var factorKind = kind[store.Factor, factorBody]{
	name: "AuthenticationFactor", table: store.Factors, find: store.Factors.Get, wire: factorWire,
}

func factorRoutes(s *Service) []api.Route {
	h := factorHandler{s}
	enrol := userKind.byID("POST", "/user_management/users/{id}/auth_factors", h.enrol)
	enrol.Creates = true
	return []api.Route{
		enrol,
		userKind.byID("GET", "/user_management/users/{id}/auth_factors", h.list),
		factorKind.getRoute("/auth/factors/{id}"),
		factorKind.byID("DELETE", "/auth/factors/{id}", factorKind.remove(s, http.StatusNoContent, store.Factors.Delete)),
	}
}

type factorHandler struct{ *Service }

// defaultIssuer is the issuer of a factor whose request names none. In production it is the name of the team.
const defaultIssuer = "WorkOS emulator"

// enrolledBody is the answer that creates a factor.
type enrolledBody struct {
	Factor    factorBody    `json:"authentication_factor"`
	Challenge challengeBody `json:"authentication_challenge"`
}

// enrol creates a factor of a user, with a challenge.
func (h factorHandler) enrol(r *api.Request) (api.Answer, error) {
	in, err := r.Input()
	if err != nil {
		return api.Answer{}, err
	}
	user, found := store.Users.Get(r.View, r.Param())
	if !found {
		return userKind.notFound(r)
	}
	f := store.Factor{
		UserID: user.ID,
		Issuer: cmp.Or(in.Text("totp_issuer"), defaultIssuer),
		User:   cmp.Or(in.Text("totp_user"), user.Email),
		Secret: in.Text("totp_secret"),
	}
	in.CheckedText("type", func(value string) bool { return value == "totp" }, "totp")
	in.Check("totp_issuer", field.PersonName(f.Issuer))
	in.Check("totp_user", field.PersonName(f.User))
	if f.Secret == "" {
		f.Secret, err = totp.NewSecret(h.Random)
	} else if f.Secret, err = totp.ParseSecret(f.Secret); err != nil {
		in.Fail("totp_secret", "invalid", "totp_secret "+err.Error())
		err = nil
	}
	if err != nil {
		return api.Answer{}, err
	}
	if err := in.Err(); err != nil {
		return api.Answer{}, err
	}
	shown, err := totp.Enrol(f.Secret, f.Issuer, f.User)
	if err != nil {
		in.Fail("totp_issuer", "too_long", "totp_issuer and totp_user are too long for a QR code")
		return api.Answer{}, in.Err()
	}
	if f.Meta, err = h.newMeta(r, id.AuthenticationFactor); err != nil {
		return api.Answer{}, err
	}
	h.guardSecret(in.Text("totp_secret")) // as it was given, which may be in lower case
	h.guardSecret(f.Secret)
	var challenge store.Challenge
	err = h.insert(r, "", user.ID, func(tx *store.Txn) error {
		if err := store.Factors.Insert(tx, f); err != nil {
			return err
		}
		challenge, err = onetimecode.NewChallenge(tx, f, r.Now, h.Random)
		return err
	})
	if err != nil {
		return api.Answer{}, err
	}
	body := enrolledBody{factorWire(f), challengeWire(challenge)}
	body.Factor.TOTP.Secret, body.Factor.TOTP.QRCode, body.Factor.TOTP.URI = f.Secret, shown.QRCode, shown.URI
	return api.Created(body)
}

func (h factorHandler) list(r *api.Request) (api.Answer, error) {
	return factorKind.localList(r, r.Query(), func(p store.Page) (store.List[store.Factor], error) {
		return r.View.FactorPage(r.Param(), p)
	})
}
