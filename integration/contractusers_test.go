package integration

import (
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

const (
	users          = "/user_management/users"
	verification   = "/user_management/users/{id}/email_verification"
	passwordResets = "/user_management/password_reset"
	magicAuth      = "/user_management/magic_auth"
	authFactors    = "/user_management/users/{id}/auth_factors"
)

// contractUserRows adds what the seed cannot have: codes, tokens and challenges, and a user whose address is verified.
func contractUserRows(tx *store.Txn) error {
	now := time.Now()
	meta := func(id string) store.Meta { return store.Meta{ID: id, CreatedAt: now, UpdatedAt: now} }
	code := store.OneTimeCode{UserID: "user_ALICE", Email: "alice@acme.example", Code: "123456", ExpiresAt: now.Add(time.Hour)}
	tried := store.Challenge{Meta: meta("auth_challenge_TRIED"), FactorID: "auth_factor_ALICE", ExpiresAt: now.Add(time.Hour), Tries: 5}
	for _, err := range []error{
		store.Users.Insert(tx, store.User{
			Meta: meta("user_VERIFIED"), Email: "verified@acme.example", EmailVerified: true, Locale: "en-US", LastSignInAt: now,
			Identities: []store.Identity{{IdPID: "1", Provider: "GoogleOAuth"}},
		}),
		tx.InsertMagicAuth(store.MagicAuth{Meta: meta("magic_auth_ALICE"), OneTimeCode: code}),
		tx.InsertEmailVerification(store.EmailVerification{Meta: meta("email_verification_ALICE"), OneTimeCode: code}),
		tx.InsertPasswordReset(store.PasswordReset{
			Meta: meta("password_reset_ALICE"), UserID: "user_ALICE", Email: "alice@acme.example", Token: "contract-reset",
			URL: "https://acme.example/reset?token=contract-reset", ExpiresAt: now.Add(time.Hour),
		}),
		store.Factors.Insert(tx, store.Factor{
			Meta: meta("auth_factor_ALICE"), UserID: "user_ALICE", Issuer: "Acme", User: "alice", Secret: "JBSWY3DPEHPK3PXP",
		}),
		tx.InsertChallenge(store.Challenge{Meta: meta("auth_challenge_ALICE"), FactorID: "auth_factor_ALICE", ExpiresAt: now.Add(time.Hour)}),
		tx.InsertChallenge(tried),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

var userWriteContract = []exchange{
	{route: "POST " + users, path: users, body: `{"email":"new@acme.example"}`, status: 201},
	{route: "POST " + users, path: users, body: `{"email":"new@acme.example","first_name":"N","last_name":"E","name":"N. E.","email_verified":true,"external_id":"n","metadata":{"a":"b"},"password":"x"}`, status: 201},
	{route: "POST " + users, path: users, body: `{"email":"ALICE@acme.example"}`, status: 400},
	{route: "POST " + users, path: users, body: `{"email":"new@acme.example","external_id":"alice"}`, status: 400},
	{route: "POST " + users, path: users, body: `{"email":"no address"}`, status: 400},
	{route: "POST " + users, path: users, body: `{"email":"new@acme.example","password":""}`, status: 400},
	{route: "POST " + users, path: users, body: `{"email":"new@acme.example","password":"x","password_hash":"x"}`, status: 400},
	{route: "POST " + users, path: users, body: `{"email":"new@acme.example","password":"x","password_hash_type":"bcrypt"}`, status: 400},
	{route: "POST " + users, path: users, body: `{"email":"new@acme.example","password_hash":"x","password_hash_type":"bcrypt"}`, status: 400},
	{route: "POST " + users, path: users, body: `{"email":"new@acme.example","metadata":{"":"v"}}`, status: 400},
	{route: "POST " + users, path: users, body: `{"email":""}`, status: 422},

	{route: "GET " + users + "/{id}", path: users + "/user_VERIFIED", status: 200},
	{route: "PUT " + users + "/{id}", path: users + "/user_ALICE", body: `{"first_name":"A","email_verified":true,"locale":"de","external_id":null,"metadata":{"team":null}}`, status: 200},
	{route: "PUT " + users + "/{id}", path: users + "/user_ALICE", body: `{"email":"bob@acme.example"}`, status: 400},
	{route: "PUT " + users + "/{id}", path: users + "/user_BOB", body: `{"external_id":"alice"}`, status: 400},
	{route: "PUT " + users + "/{id}", path: users + "/user_ALICE", body: `{"email":"no address"}`, status: 400},
	{route: "PUT " + users + "/{id}", path: users + "/user_ALICE", body: `{"locale":"?"}`, status: 400},
	{route: "PUT " + users + "/{id}", path: users + "/user_ALICE", body: `{"password":""}`, status: 400},
	{route: "PUT " + users + "/{id}", path: users + "/user_ALICE", body: `{"first_name":5}`, status: 422},
	{route: "DELETE " + users + "/{id}", path: users + "/user_ALICE", status: 200},
	{route: "DELETE " + users + "/{id}", path: users + "/user_NONE", status: 404},
	{route: "GET " + users + "/{id}/identities", path: users + "/user_VERIFIED/identities", status: 200},
	{route: "GET " + users + "/{id}/identities", path: users + "/user_NONE/identities", status: 404},
}

var codeContract = []exchange{
	{route: "POST " + magicAuth, path: magicAuth, body: `{"email":"alice@acme.example"}`, status: 201},
	{route: "POST " + magicAuth, path: magicAuth, body: `{"email":"new@acme.example"}`, status: 201},
	{route: "POST " + magicAuth, path: magicAuth, body: `{"email":"alice@acme.example","invitation_token":"x"}`, status: 400},
	{route: "POST " + magicAuth, path: magicAuth, body: `{}`, status: 422},
	{route: "GET " + magicAuth + "/{id}", path: magicAuth + "/magic_auth_ALICE", status: 200},
	{route: "GET " + magicAuth + "/{id}", path: magicAuth + "/magic_auth_NONE", status: 404},

	{route: "GET /user_management/email_verification/{id}", path: "/user_management/email_verification/email_verification_ALICE", status: 200},
	{route: "GET /user_management/email_verification/{id}", path: "/user_management/email_verification/email_verification_NONE", status: 404},
	{route: "POST " + verification + "/send", path: users + "/user_ALICE/email_verification/send", status: 200},
	{route: "POST " + verification + "/send", path: users + "/user_VERIFIED/email_verification/send", status: 400},
	{route: "POST " + verification + "/send", path: users + "/user_NONE/email_verification/send", status: 404},
	{route: "POST " + verification + "/confirm", path: users + "/user_ALICE/email_verification/confirm", body: `{"code":"123456"}`, status: 200},
	{route: "POST " + verification + "/confirm", path: users + "/user_ALICE/email_verification/confirm", body: `{"code":"1"}`, status: 400},
	{route: "POST " + verification + "/confirm", path: users + "/user_VERIFIED/email_verification/confirm", body: `{"code":"1"}`, status: 400},
	{route: "POST " + verification + "/confirm", path: users + "/user_NONE/email_verification/confirm", body: `{"code":"1"}`, status: 404},
	{route: "POST " + verification + "/confirm", path: users + "/user_ALICE/email_verification/confirm", body: `{}`, status: 422},

	{route: "POST " + passwordResets, path: passwordResets, body: `{"email":"alice@acme.example"}`, status: 201},
	{route: "POST " + passwordResets, path: passwordResets, body: `{"email":"nobody@acme.example"}`, status: 404},
	{route: "POST " + passwordResets, path: passwordResets, body: `{}`, status: 422},
	{route: "GET " + passwordResets + "/{id}", path: passwordResets + "/password_reset_ALICE", status: 200},
	{route: "GET " + passwordResets + "/{id}", path: passwordResets + "/password_reset_NONE", status: 404},
	{route: "POST " + passwordResets + "/confirm", path: passwordResets + "/confirm", body: `{"token":"contract-reset","new_password":"x"}`, status: 200},
	{route: "POST " + passwordResets + "/confirm", path: passwordResets + "/confirm", body: `{"token":"contract-reset","new_password":""}`, status: 400},
	{route: "POST " + passwordResets + "/confirm", path: passwordResets + "/confirm", body: `{"token":"x","new_password":"x"}`, status: 404},
	{route: "POST " + passwordResets + "/confirm", path: passwordResets + "/confirm", body: `{}`, status: 422},
}

var factorContract = []exchange{
	{route: "POST " + authFactors, path: users + "/user_ALICE/auth_factors", body: `{"type":"totp","totp_issuer":"Acme","totp_user":"alice"}`, status: 201},
	{route: "POST " + authFactors, path: users + "/user_ALICE/auth_factors", body: `{"type":"sms"}`, status: 422},
	{route: "GET " + authFactors, path: users + "/user_ALICE/auth_factors", status: 200},
	{route: "GET " + authFactors, path: users + "/user_ALICE/auth_factors?limit=0", status: 422},
	{route: "GET /auth/factors/{id}", path: "/auth/factors/auth_factor_ALICE", status: 200},
	{route: "GET /auth/factors/{id}", path: "/auth/factors/auth_factor_NONE", status: 404},
	{route: "DELETE /auth/factors/{id}", path: "/auth/factors/auth_factor_ALICE", status: 204},
	{route: "DELETE /auth/factors/{id}", path: "/auth/factors/auth_factor_NONE", status: 404},
	{route: "POST /auth/factors/{id}/challenge", path: "/auth/factors/auth_factor_ALICE/challenge", body: `{}`, status: 201},
	{route: "POST /auth/factors/{id}/challenge", path: "/auth/factors/auth_factor_NONE/challenge", body: `{}`, status: 404},
	{route: "POST /auth/factors/{id}/challenge", path: "/auth/factors/auth_factor_ALICE/challenge", body: `{"sms_template":5}`, status: 422},
	{route: "POST /auth/challenges/{id}/verify", path: "/auth/challenges/auth_challenge_ALICE/verify", body: `{"code":"1"}`, status: 201},
	{route: "POST /auth/challenges/{id}/verify", path: "/auth/challenges/auth_challenge_TRIED/verify", body: `{"code":"1"}`, status: 400},
	{route: "POST /auth/challenges/{id}/verify", path: "/auth/challenges/auth_challenge_NONE/verify", body: `{"code":"1"}`, status: 404},
	{route: "POST /auth/challenges/{id}/verify", path: "/auth/challenges/auth_challenge_ALICE/verify", body: `{}`, status: 422},
}
