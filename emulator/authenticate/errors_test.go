package authenticate

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// wrong is a request that is refused: prepare makes it.
type wrong struct {
	prepare     func(f *fixture) body
	code        string // in the shape `{error, error_description}` or `{code, message}`
	description string // with %[1]s for what is named by about
	about       string // a member of the body
}

// oauthErrors are answered with `{error, error_description}` (LOGIN.md §2.4).
var oauthErrors = map[string]wrong{
	"no grant_type":           {just(passwordOf("alice").with("grant_type", "")), "invalid_request", "Missing required parameter: grant_type", ""},
	"unknown grant_type":      {just(grantBody("client_credentials")), "invalid_request", "The grant_type 'client_credentials' is not supported.", ""},
	"a key as the grant_type": {just(grantBody("sk_live_1234567890")), "invalid_request", "The grant_type is not supported.", ""},
	"radar, email":            {just(grantBody(ownGrants + "radar-email-challenge:code")), "invalid_request", "The grant types of Radar challenges are not emulated.", ""},
	"radar, SMS":              {just(grantBody(ownGrants + "radar-sms-challenge:code")), "invalid_request", "The grant types of Radar challenges are not emulated.", ""},
	"no client_id":            {just(passwordOf("alice").with("client_id", "")), "invalid_request", "Missing required parameter: client_id", ""},
	"unknown client_id":       {just(passwordOf("alice").with("client_id", "client_X")), "invalid_client", "Invalid client ID.", ""},
	"wrong secret":            {just(passwordOf("alice").with("client_secret", "sk_test_x")), "invalid_client", "Invalid client secret: it must be an API key of the environment.", ""},
	"expired secret":          {just(passwordOf("alice").with("client_secret", "sk_test_old")), "invalid_client", "Invalid client secret: the API key has expired or was deleted.", ""},
	"wrong secret, public grant": {func(f *fixture) body {
		return grantBody(refreshGrant, "client_secret", "sk_test_x", "refresh_token", f.send(passwordOf("alice")).text("refresh_token"))
	}, "invalid_client", "Invalid client secret: it must be an API key of the environment.", ""},

	"code, no proof of the client": {func(f *fixture) body { return grantBody(codeGrant, "client_secret", "", "code", f.codeFor("ALICE")) },
		"invalid_request", "Missing required parameter: client_secret, or code_verifier of a client without a secret", ""},
	"unknown code":      {just(grantBody(codeGrant, "code", "01JBS0GN92GC2RJQS4X9DBPQ2A")), "invalid_grant", "The code '%s' has expired or is invalid.", "code"},
	"a key as the code": {just(grantBody(codeGrant, "code", "sk_live_1234567890")), "invalid_grant", "The code has expired or is invalid.", ""},
	"expired code": {func(f *fixture) body {
		defer f.pass(10 * time.Minute)
		return grantBody(codeGrant, "code", f.codeFor("ALICE"))
	}, "invalid_grant", "The code '%s' has expired or is invalid.", "code"},
	"used code": {func(f *fixture) body {
		b := grantBody(codeGrant, "code", f.codeFor("ALICE"))
		f.send(b).want(200)
		return b
	}, "invalid_grant", "The code '%s' has expired or is invalid.", "code"},
	"code of another client": {func(f *fixture) body {
		return grantBody(codeGrant, "client_id", "client_OTHER", "code", f.codeFor("ALICE"))
	},
		"invalid_grant", "The code '%s' has expired or is invalid.", "code"},
	"code of a deleted user": {func(f *fixture) body {
		code := f.codeFor("ALICE")
		f.update(func(tx *store.Txn) error { return store.Users.Delete(tx, "user_ALICE") })
		return grantBody(codeGrant, "code", code)
	}, "invalid_grant", "The code '%s' has expired or is invalid.", "code"},
	"code from before a password reset": {func(f *fixture) body {
		code := f.codeFor("ALICE")
		f.update(func(tx *store.Txn) error { return session.EndAllOf(tx, "user_ALICE", f.now) })
		return grantBody(codeGrant, "code", code)
	}, "invalid_grant", "The code '%s' has expired or is invalid.", "code"},
	"wrong verifier": {func(f *fixture) body {
		return grantBody(codeGrant, "code", f.codeFor("ALICE", challenged), "code_verifier", verifier+"x")
	}, "invalid_grant", "The code '%s' has expired or is invalid.", "code"},
	"no verifier": {func(f *fixture) body { return grantBody(codeGrant, "code", f.codeFor("ALICE", challenged)) },
		"invalid_grant", "The code '%s' has expired or is invalid.", "code"},
	"refresh token as a code": {func(f *fixture) body {
		return grantBody(codeGrant, "code", f.send(passwordOf("alice")).text("refresh_token"))
	},
		"invalid_grant", "The code '%s' has expired or is invalid.", "code"},

	"unknown refresh token": {just(grantBody(refreshGrant, "refresh_token", "x")), "invalid_grant", "Invalid refresh token.", ""},
	"refresh token of another client": {func(f *fixture) body {
		return grantBody(refreshGrant, "client_id", "client_OTHER", "refresh_token", f.send(passwordOf("alice")).text("refresh_token"))
	}, "invalid_grant", "Invalid refresh token.", ""},
	"refresh token of a deleted user": {func(f *fixture) body {
		token := f.send(passwordOf("alice")).text("refresh_token")
		f.update(func(tx *store.Txn) error { return store.Users.Delete(tx, "user_ALICE") })
		return grantBody(refreshGrant, "refresh_token", token)
	}, "invalid_grant", "Invalid refresh token.", ""},
	"refresh token used before": {func(f *fixture) body {
		b := grantBody(refreshGrant, "refresh_token", f.send(passwordOf("alice")).text("refresh_token"))
		f.send(b).want(200)
		f.pass(30 * time.Second)
		return b
	}, "invalid_grant", "Refresh token already exchanged.", ""},
	"refresh token used for another organization": {func(f *fixture) body {
		b := grantBody(refreshGrant, "refresh_token", f.send(passwordOf("alice")).text("refresh_token"))
		f.send(b).want(200)
		return b.with("organization_id", "org_ONE")
	}, "invalid_grant", "Refresh token already exchanged.", ""},
	"session ended": {func(f *fixture) body {
		a := f.send(passwordOf("alice"))
		f.update(func(tx *store.Txn) error { return session.End(tx, a.claims()["sid"].(string), f.now) })
		return grantBody(refreshGrant, "refresh_token", a.text("refresh_token"))
	}, "invalid_grant", "Session has already ended.", ""},
	"session ended, in the half minute of a refresh": {func(f *fixture) body {
		b := grantBody(refreshGrant, "refresh_token", f.send(passwordOf("alice")).text("refresh_token"))
		f.send(b).want(200)
		f.update(func(tx *store.Txn) error { return session.EndAllOf(tx, "user_ALICE", f.now) })
		return b
	}, "invalid_grant", "Session has already ended.", ""},
	"session expired": {func(f *fixture) body {
		defer f.pass(24 * time.Hour)
		return grantBody(refreshGrant, "refresh_token", f.send(passwordOf("alice")).text("refresh_token"))
	}, "invalid_grant", "Session has already ended.", ""},
	"impersonated session expired": {func(f *fixture) body {
		defer f.pass(time.Hour)
		return grantBody(refreshGrant, "refresh_token", f.send(passwordOf("ivan")).text("refresh_token"))
	}, "invalid_grant", "Session has already ended.", ""},
	"refresh to an organization of others": {refreshTo("org_TWO"), "organization_membership_not_found", "The user is not an active member of the organization.", ""},
	"refresh to an unknown organization":   {refreshTo("org_UNKNOWN"), "organization_not_found", "The organization was not found.", ""},
	"refresh after the membership": {func(f *fixture) body {
		token := f.send(passwordOf("alice")).text("refresh_token")
		f.update(func(tx *store.Txn) error { return store.Memberships.Delete(tx, "om_ALICEorg_ONE") })
		return grantBody(refreshGrant, "refresh_token", token)
	}, "organization_membership_not_found", "The user is not an active member of the organization.", ""},

	"unknown invitation": {just(passwordOf("alice").with("invitation_token", "x")), "invitation_invalid", "The invitation cannot be used: no such invitation.", ""},
	"expired invitation": {func(f *fixture) body {
		f.invite("org_EMPTY", "alice@acme.example", "token", f.now)
		return passwordOf("alice").with("invitation_token", "token")
	}, "invitation_invalid", "The invitation cannot be used: the invitation has expired.", ""},
	"invitation of somebody else": {func(f *fixture) body {
		f.invite("org_EMPTY", "bob@acme.example", "token", f.now.Add(time.Hour))
		return passwordOf("alice").with("invitation_token", "token")
	}, "invitation_cannot_be_used_for_email", "The invitation is for another email address.", ""},
	"organization of others": {func(f *fixture) body {
		return grantBody(chooseGrant, pendingToken, f.send(passwordOf("carol")).text(pendingToken), "organization_id", "org_EMPTY")
	}, "organization_membership_not_found", "The user is not an active member of the organization.", ""},
	"organization of the past": {func(f *fixture) body {
		return grantBody(chooseGrant, pendingToken, f.send(passwordOf("carol")).text(pendingToken), "organization_id", "org_TWO")
	}, "organization_membership_not_found", "The user is not an active member of the organization.", ""},
	"unknown device code": {just(grantBody(deviceGrant, "device_code", "x")), "invalid_grant", "The device code is invalid.", ""},
}

// codeErrors are answered with `{code, message}` (LOGIN.md §2.4).
var codeErrors = map[string]wrong{
	"wrong password":       {just(passwordOf("alice").with("password", "Secret")), "invalid_credentials", "Invalid credentials for '%s'.", "email"},
	"unknown email":        {just(passwordOf("nobody")), "invalid_credentials", "Invalid credentials for '%s'.", "email"},
	"no password":          {just(passwordOf("olga")), "invalid_credentials", "Invalid credentials for '%s'.", "email"},
	"a key as the address": {just(passwordOf("alice").with("email", "sk_live_1234567890")), "invalid_credentials", "Invalid credentials.", ""},
	"verifier without a challenge": {func(f *fixture) body {
		return grantBody(codeGrant, "code", f.codeFor("ALICE"), "code_verifier", verifier)
	}, "code_challenge_not_found", "The authorization request of the code had no code_challenge.", ""},
	"verifier without a challenge, public": {func(f *fixture) body {
		return grantBody(codeGrant, "client_secret", "", "code", f.codeFor("ALICE"), "code_verifier", verifier)
	}, "code_challenge_not_found", "The authorization request of the code had no code_challenge.", ""},

	"magic auth, wrong code": {func(f *fixture) body {
		f.magicCode("ALICE")
		return grantBody(magicGrant, "email", "alice@acme.example", "code", "x")
	}, "invalid_one_time_code", "The code is incorrect.", ""},
	"magic auth, unknown email": {just(grantBody(magicGrant, "email", "nobody@acme.example", "code", "123456")), "invalid_one_time_code", "The code is incorrect.", ""},
	"magic auth, expired": {func(f *fixture) body {
		defer f.pass(10 * time.Minute)
		return grantBody(magicGrant, "email", "alice@acme.example", "code", f.magicCode("ALICE"))
	}, "one_time_code_expired", "The code has expired.", ""},
	"magic auth, used": {func(f *fixture) body {
		b := grantBody(magicGrant, "email", "alice@acme.example", "code", f.magicCode("ALICE"))
		f.send(b).want(200)
		return b
	}, "one_time_code_previously_used", "The code was used before.", ""},
	"magic auth, too often": {func(f *fixture) body {
		b := grantBody(magicGrant, "email", "alice@acme.example", "code", f.magicCode("ALICE"))
		for range 5 {
			f.send(b.with("code", "x")).want(400)
		}
		return b
	}, "one_time_code_too_many_attempts", "There were too many attempts with a wrong code. Ask for a new code.", ""},
	"email verification, wrong code": {func(f *fixture) body {
		return grantBody(emailGrant, pendingToken, f.send(passwordOf("dora")).text(pendingToken), "code", "x")
	}, "invalid_one_time_code", "The code is incorrect.", ""},
	"second factor, wrong code": {func(f *fixture) body {
		return f.challengeFor("ERIN", f.send(passwordOf("erin")).text(pendingToken)).with("code", "x")
	}, "invalid_one_time_code", "The code is incorrect.", ""},
	"second factor, used code": {func(f *fixture) body {
		f.send(f.challengeFor("ERIN", f.send(passwordOf("erin")).text(pendingToken))).want(403)
		return f.challengeFor("ERIN", f.send(passwordOf("erin")).text(pendingToken))
	}, "one_time_code_previously_used", "The code was used before.", ""},
	"second factor of somebody else": {func(f *fixture) body {
		return f.challengeFor("FRANK", f.send(passwordOf("erin")).text(pendingToken))
	}, "invalid_one_time_code", "The authentication_challenge_id is not that of a challenge of this user.", ""},

	"unknown pending token": {just(grantBody(chooseGrant, pendingToken, "x", "organization_id", "org_ONE")),
		"invalid_pending_authentication_token", "The pending_authentication_token '%s' has expired or is invalid.", pendingToken},
	"expired pending token": {func(f *fixture) body {
		defer f.pass(10 * time.Minute)
		return grantBody(chooseGrant, pendingToken, f.send(passwordOf("carol")).text(pendingToken), "organization_id", "org_ONE")
	}, "invalid_pending_authentication_token", "The pending_authentication_token '%s' has expired or is invalid.", pendingToken},
	"pending token of another client": {func(f *fixture) body {
		return grantBody(chooseGrant, "client_id", "client_OTHER", pendingToken, f.send(passwordOf("carol")).text(pendingToken), "organization_id", "org_ONE")
	}, "invalid_pending_authentication_token", "The pending_authentication_token '%s' has expired or is invalid.", pendingToken},
	"pending token for another step": {func(f *fixture) body {
		return grantBody(emailGrant, pendingToken, f.send(passwordOf("carol")).text(pendingToken), "code", "123456")
	}, "invalid_pending_authentication_token", "The pending_authentication_token '%s' has expired or is invalid.", pendingToken},
	"pending token of a deleted user": {func(f *fixture) body {
		token := f.send(passwordOf("carol")).text(pendingToken)
		f.update(func(tx *store.Txn) error { return store.Users.Delete(tx, "user_CAROL") })
		return grantBody(chooseGrant, pendingToken, token, "organization_id", "org_ONE")
	}, "invalid_pending_authentication_token", "The pending_authentication_token '%s' has expired or is invalid.", pendingToken},
}

func just(b body) func(*fixture) body { return func(*fixture) body { return b } }

func refreshTo(organization string) func(*fixture) body {
	return func(f *fixture) body {
		return grantBody(refreshGrant, "refresh_token", f.send(passwordOf("alice")).text("refresh_token"), "organization_id", organization)
	}
}

// TestErrors has each row of LOGIN.md §2.4 that is emulated: a 400 in one of two shapes, with exactly two members, after which nothing is
// issued. Step-ups are in TestStepsComeInOrder, and devices in TestDevice.
func TestErrors(t *testing.T) {
	t.Parallel()
	for _, shape := range []struct {
		members []string
		cases   map[string]wrong
	}{{[]string{"error", "error_description"}, oauthErrors}, {[]string{"code", "message"}, codeErrors}} {
		for name, test := range shape.cases {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				f := newFixture(t)
				b := test.prepare(f)
				before := f.issued()
				a := f.send(b).want(400)
				if got := slices.Sorted(maps.Keys(a.body)); !slices.Equal(got, shape.members) {
					t.Fatalf("the members are %v: %s", got, a.raw)
				}
				want := test.description
				if test.about != "" {
					want = fmt.Sprintf(want, b[test.about])
				}
				if a.text(shape.members[0]) != test.code || a.text(shape.members[1]) != want {
					t.Errorf("the answer is %s, want %s: %s", a.raw, test.code, want)
				}
				if a.header.Get("Cache-Control") != "no-store" {
					t.Error("the answer may be stored")
				}
				if after := f.issued(); !slices.Equal(after, before) {
					t.Errorf("there were %v sessions, refresh tokens and attempts, and are %v", before, after)
				}
			})
		}
	}
}

// issued returns the numbers of what a login makes.
func (f *fixture) issued() []int {
	view := f.store.View()
	return []int{len(store.Sessions.All(view)), len(store.RefreshTokens.All(view)), len(store.Attempts.All(view)), len(store.Codes.All(view))}
}

// TestMissingParameters leaves out each parameter that a grant requires, and an empty one counts as none.
func TestMissingParameters(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, g := range grants {
		full := body{"grant_type": g.name, "client_id": client}
		for _, name := range g.needs {
			full[name] = "x"
			if name == "client_secret" {
				full[name] = key
			}
		}
		for _, name := range append(g.needs, "client_id") {
			want := "Missing required parameter: " + name
			for way, b := range map[string]body{"left out": full.with(name, ""), "empty": full.with()} {
				if way == "empty" {
					b[name] = ""
				}
				if a := f.form(b).want(400); a.text("error") != "invalid_request" || a.text("error_description") != want {
					t.Errorf("%s, %s %s: %s", g.name, name, way, a.raw)
				}
			}
		}
		if !slices.Contains(g.needs, "client_secret") && g.name != codeGrant {
			if a := f.send(full).want(400); a.code() != "invalid_grant" {
				t.Errorf("%s without a secret: %s", g.name, a.raw)
			}
		}
	}
}

// TestWrongVerifierDoesNotSpendTheCode: the client that has the right one can still use the code.
func TestWrongVerifierDoesNotSpendTheCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := grantBody(codeGrant, "code", f.codeFor("ALICE", challenged), "code_verifier", verifier)
	f.send(b.with("code_verifier", "x")).want(400)
	f.send(b.with("client_id", "client_OTHER")).want(400)
	f.send(b.with("invitation_token", "x")).want(400)
	f.send(b).want(200)
	if !credential.IsMarked(b["code"]) {
		t.Error("the code has no mark")
	}
}

// TestPasswordChangedMeanwhile: a login with the old password is refused after the change.
func TestPasswordRemoved(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.send(passwordOf("alice")).want(200)
	f.update(func(tx *store.Txn) error {
		_, err := store.Users.Update(tx, "user_ALICE", func(u *store.User) error { u.Password = nil; return nil })
		return err
	})
	if got := f.send(passwordOf("alice")).want(400).code(); got != "invalid_credentials" {
		t.Errorf("the answer is %s", got)
	}
}
