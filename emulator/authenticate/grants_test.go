package authenticate

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

func challenged(a *store.Attempt) {
	digest := sha256.Sum256([]byte(verifier))
	a.Challenge = base64.RawURLEncoding.EncodeToString(digest[:])
}

// TestGrants has each grant of LOGIN.md §2.1, and its old name, as JSON and as a form.
func TestGrants(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body   func(f *fixture) body
		method string
		user   string
	}{
		"code": {func(f *fixture) body { return grantBody(codeGrant, "code", f.codeFor("ALICE")) }, "Password", "user_ALICE"},
		"code, by a provider": {func(f *fixture) body {
			return grantBody(codeGrant, "code", f.codeFor("ALICE", func(a *store.Attempt) { a.Method = "GoogleOAuth" }))
		}, "GoogleOAuth", "user_ALICE"},
		"code, public": {func(f *fixture) body {
			return grantBody(codeGrant, "client_secret", "", "code", f.codeFor("ALICE", challenged), "code_verifier", verifier)
		}, "Password", "user_ALICE"},
		"code, both": {func(f *fixture) body {
			return grantBody(codeGrant, "code", f.codeFor("ALICE", challenged), "code_verifier", verifier)
		}, "Password", "user_ALICE"},
		"code, address unproven": {func(f *fixture) body { return grantBody(codeGrant, "code", f.codeFor("DORA")) }, "Password", "user_DORA"},
		"password":               {func(*fixture) body { return passwordOf("alice") }, "Password", "user_ALICE"},
		"password, other case":   {func(*fixture) body { return passwordOf("ALICE") }, "Password", "user_ALICE"},
		"password, impersonated": {func(*fixture) body { return passwordOf("ivan") }, "Impersonation", "user_IVAN"},
		"magic auth": {func(f *fixture) body {
			return grantBody(magicGrant, "email", "alice@acme.example", "code", f.magicCode("ALICE"))
		}, "MagicAuth", "user_ALICE"},
		"magic auth, old name": {func(f *fixture) body {
			return grantBody("urn:workos:oauth:grant-type:magic-auth", "email", "alice@acme.example", "code", f.magicCode("ALICE"))
		}, "MagicAuth", "user_ALICE"},
		"magic auth proves the address": {func(f *fixture) body {
			return grantBody(magicGrant, "email", "dora@acme.example", "code", f.magicCode("DORA"))
		}, "MagicAuth", "user_DORA"},
		"email verification": {func(f *fixture) body {
			pending := f.send(passwordOf("dora")).want(403).text(pendingToken)
			return grantBody(emailGrant, pendingToken, pending, "code", f.emailCode("DORA"))
		}, "Password", "user_DORA"},
		"email verification, old name": {func(f *fixture) body {
			pending := f.send(passwordOf("dora")).want(403).text(pendingToken)
			return grantBody("urn:workos:oauth:grant-type:email-verification", pendingToken, pending, "code", f.emailCode("DORA"))
		}, "Password", "user_DORA"},
		"organization selection": {func(f *fixture) body {
			pending := f.send(passwordOf("carol")).want(403).text(pendingToken)
			return grantBody(chooseGrant, pendingToken, pending, "organization_id", "org_REAL")
		}, "Password", "user_CAROL"},
		"refresh": {func(f *fixture) body {
			return grantBody(refreshGrant, "refresh_token", f.send(passwordOf("alice")).want(200).text("refresh_token"))
		}, "Password", "user_ALICE"},
		"refresh, public": {func(f *fixture) body {
			return grantBody(refreshGrant, "client_secret", "", "refresh_token", f.send(passwordOf("ivan")).want(200).text("refresh_token"))
		}, "Impersonation", "user_IVAN"},
	} {
		for form, send := range map[string]func(*fixture, body) answer{"JSON": (*fixture).send, "form": (*fixture).form} {
			t.Run(name+", "+form, func(t *testing.T) {
				t.Parallel()
				f := newFixture(t)
				b := test.body(f)
				f.pass(time.Second)
				a := send(f, b.with("ip_address", "203.0.113.7", "user_agent", "Test/1")).want(200)
				if got := a.text("authentication_method"); got != test.method {
					t.Errorf("the method is %s", got)
				}
				user, _ := a.body["user"].(map[string]any)
				if user["id"] != test.user || a.claims()["sub"] != test.user || user["last_sign_in_at"] == nil {
					t.Errorf("the user is %v", user)
				}
				if a.header.Get("Cache-Control") != "no-store" {
					t.Error("the answer may be stored")
				}
				for _, member := range []string{"refresh_token"} {
					if !credential.IsMarked(a.text(member)) {
						t.Errorf("%s has no mark", member)
					}
				}
				sid, _ := a.claims()["sid"].(string)
				s, ok := store.Sessions.Get(f.store.View(), sid)
				if !credential.IsSessionID(sid) || !ok || s.UserID != test.user || s.ClientID != client {
					t.Errorf("the session is %+v", s)
				}
				if b["grant_type"] != refreshGrant && (s.IPAddress != "203.0.113.7" || s.UserAgent != "Test/1") {
					t.Errorf("the session is one of %q, %q", s.IPAddress, s.UserAgent)
				}
			})
		}
	}
}

// TestMembersOfAnswer has exactly the members that production sends: SDKs store what they do not know.
func TestMembersOfAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	always := []string{"access_token", "authentication_method", "refresh_token", "user"}
	for user, more := range map[string][]string{"alice": {"organization_id"}, "bob": nil, "ivan": {"impersonator"}} {
		first := f.send(passwordOf(user)).want(200)
		again := f.send(grantBody(refreshGrant, "refresh_token", first.text("refresh_token"))).want(200)
		for _, a := range []answer{first, again} {
			want := slices.Sorted(slices.Values(slices.Concat(always, more)))
			if got := slices.Sorted(maps.Keys(a.body)); !slices.Equal(got, want) {
				t.Errorf("%s: the members are %v, want %v", user, got, want)
			}
		}
		if got, _ := json.Marshal(first.body["impersonator"]); user == "ivan" && string(got) != `{"email":"staff@acme.example","reason":"A ticket"}` {
			t.Errorf("the impersonator is %s", got)
		}
		if first.text("organization_id") != "" && first.text("organization_id") != first.claims()["org_id"] {
			t.Errorf("the organization is %s, and in the token %v", first.text("organization_id"), first.claims()["org_id"])
		}
	}
}

// TestStepsComeInOrder goes through a login with all steps: address, second factor, organization. Each pending token is for one step, and
// survives a wrong proof.
func TestStepsComeInOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	asked := f.send(passwordOf("frank")).want(403)
	wantMembers(t, asked, "email_verification_required", "email", "email_verification_id")
	verify := grantBody(emailGrant, pendingToken, asked.text(pendingToken), "code", f.emailCode("FRANK"))
	if got := f.send(verify.with("code", "x")).want(400).code(); got != "invalid_one_time_code" {
		t.Errorf("a wrong code is %s", got)
	}
	f.wantSpent(grantBody(chooseGrant, pendingToken, asked.text(pendingToken), "organization_id", "org_ONE"))

	first := asked.text(pendingToken)
	asked = f.send(verify).want(403)
	wantMembers(t, asked, "mfa_challenge", "authentication_factors", "user")
	if got, _ := json.Marshal(asked.body["authentication_factors"]); string(got) != `[{"id":"auth_factor_FRANK","type":"totp"}]` {
		t.Errorf("the factors are %s", got)
	}
	f.wantSpent(verify)
	factor := f.challengeFor("FRANK", asked.text(pendingToken))
	f.wantSpent(factor.with(pendingToken, first))
	if got := f.send(factor.with("code", "000000x")).want(400).code(); got != "invalid_one_time_code" {
		t.Errorf("a wrong code is %s", got)
	}
	if got := f.send(factor.with("authentication_challenge_id", "auth_challenge_x")).want(400).code(); got != "invalid_one_time_code" {
		t.Errorf("a wrong challenge is %s", got)
	}

	second := asked.text(pendingToken)
	asked = f.send(factor).want(403)
	wantMembers(t, asked, "organization_selection_required", "organizations", "user")
	if got, _ := json.Marshal(asked.body["organizations"]); string(got) != `[{"id":"org_ONE","name":"One"},{"id":"org_TWO","name":"Two"}]` {
		t.Errorf("the organizations are %s", got)
	}
	choose := grantBody(chooseGrant, pendingToken, asked.text(pendingToken), "organization_id", "org_TWO")
	f.wantSpent(choose.with(pendingToken, second))
	for _, foreign := range []string{"org_EMPTY", "org_UNKNOWN"} {
		if got := f.send(choose.with("organization_id", foreign)).want(400).text("error"); got != "organization_membership_not_found" {
			t.Errorf("%s is %s", foreign, got)
		}
	}
	if n := len(store.Sessions.All(f.store.View())); n != 0 {
		t.Errorf("there are %d sessions before the last step", n)
	}
	if got := f.send(choose).want(200).text("organization_id"); got != "org_TWO" {
		t.Errorf("the organization is %s", got)
	}
	f.wantSpent(choose)
	if left := store.Attempts.All(f.store.View()); len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
}

func wantMembers(t *testing.T, a answer, code string, members ...string) {
	t.Helper()
	want := slices.Sorted(slices.Values(append(members, "code", "message", pendingToken)))
	if got := slices.Sorted(maps.Keys(a.body)); a.text("code") != code || !slices.Equal(got, want) {
		t.Errorf("the answer is %s", a.raw)
	}
}

// wantSpent checks that a step is refused because of its pending token.
func (f *fixture) wantSpent(b body) {
	f.t.Helper()
	a := f.send(b).want(400)
	want := "The pending_authentication_token '" + b[pendingToken] + "' has expired or is invalid."
	if a.text("code") != "invalid_pending_authentication_token" || a.text("message") != want {
		f.t.Errorf("the answer is %s", a.raw)
	}
}

// TestOrganizationOfCode: the organization that the authorization request named wins, and one must be chosen where it named none.
func TestOrganizationOfCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	named := f.codeFor("CAROL", func(a *store.Attempt) { a.OrganizationID = "org_REAL" })
	a := f.send(grantBody(codeGrant, "code", named)).want(200)
	if a.text("organization_id") != "org_REAL" || a.claims()["role"] != "member" {
		t.Errorf("the answer is %s", a.raw)
	}
	asked := f.send(grantBody(codeGrant, "code", f.codeFor("CAROL"))).want(403)
	if got, _ := json.Marshal(asked.body["organizations"]); string(got) != `[{"id":"org_ONE","name":"One"},{"id":"org_REAL","name":"org_REAL"}]` {
		t.Errorf("the organizations are %s", got)
	}
	f.send(grantBody(chooseGrant, pendingToken, asked.text(pendingToken), "organization_id", "org_ONE")).want(200)

	gone := f.codeFor("CAROL", func(a *store.Attempt) { a.OrganizationID = "org_ONE" })
	f.update(func(tx *store.Txn) error { return store.Memberships.Delete(tx, "om_CAROLorg_ONE") })
	if got := f.send(grantBody(codeGrant, "code", gone)).want(400).text("error"); got != "organization_membership_not_found" {
		t.Errorf("a membership that has ended is %s", got)
	}
}

// TestSSOProfile exchanges the code of an SSO login: the user with the profile's address, or a new one, joins the organization.
func TestSSOProfile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.update(func(tx *store.Txn) error {
		return store.Connections.Insert(tx, store.Connection{
			Meta: meta("conn_ONE"), OrganizationID: "org_ONE", Profiles: []store.Profile{
				{ID: "prof_NEW", Email: "new@acme.example", FirstName: "New"}, {ID: "prof_DORA", Email: "DORA@acme.example", RoleSlugs: []string{"admin"}},
			},
		})
	})
	for profile, role := range map[string]string{"prof_NEW": "member", "prof_DORA": "admin"} {
		code := f.codeFor("", func(a *store.Attempt) {
			a.UserID, a.Method, a.ConnectionID, a.ProfileID = "", "SSO", "conn_ONE", profile
		})
		a := f.send(grantBody(codeGrant, "code", code)).want(200)
		if a.text("authentication_method") != "SSO" || a.text("organization_id") != "org_ONE" || a.claims()["role"] != role {
			t.Errorf("%s: %s", profile, a.raw)
		}
		if !strings.HasPrefix(a.claims()["sub"].(string), "user_") {
			t.Errorf("%s: %v", profile, a.claims())
		}
	}
	gone := f.codeFor("", func(a *store.Attempt) { a.UserID, a.ConnectionID, a.ProfileID = "", "conn_ONE", "prof_GONE" })
	if got := f.send(grantBody(codeGrant, "code", gone)).want(400).text("error"); got != "invalid_grant" {
		t.Errorf("a profile that is gone is %s", got)
	}
}
