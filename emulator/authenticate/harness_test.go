package authenticate

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/guard"
	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/oauth/oauthtest"
	"github.com/caddy-workos/caddy-workos/emulator/password"
	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/emulator/signin"
	"github.com/caddy-workos/caddy-workos/emulator/totp"
	"github.com/caddy-workos/caddy-workos/store"
)

const (
	client  = "client_ENV"
	key     = "sk_test_accepted"
	issuer  = "https://auth.example.com"
	totpKey = "JBSWY3DPEHPK3PXP"
)

// fixture is a handler with users, who all have the password "secret":
//   - alice is a member of org_ONE, and an admin there;
//   - bob is a member of nothing;
//   - carol is a member of org_ONE and of org_REAL, which is not in the store, and no longer of org_TWO;
//   - dora has not verified her address;
//   - erin has a second factor, frank has one too and has not verified his address; both are members of org_ONE and org_TWO;
//   - ivan is impersonated;
//   - olga has no password.
type fixture struct {
	t      testing.TB
	h      *Handler
	store  *store.Store
	router *api.Router
	mu     sync.Mutex
	now    time.Time
}

func newFixture(t testing.TB, change ...func(*Handler)) *fixture {
	t.Helper()
	f := &fixture{t: t, store: store.New(), now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	keys, err := guard.NewKeys(&guard.Secrets{}, []string{key})
	if err != nil {
		t.Fatal(err)
	}
	signer := oauth.NewSigner(oauth.SignerOptions{
		Key: oauthtest.SigningKey(), Keys: &oauth.Keys{}, Replays: func() bool { return false }, Store: f.store, Now: f.clock,
	})
	t.Cleanup(signer.Close)
	f.h = &Handler{
		Store: f.store, Keys: keys, Random: rand.Reader, Logger: zap.NewNop(), SignIn: &signin.Service{Random: rand.Reader},
		Sessions: &session.Sessions{
			Store: f.store, Signer: signer, TTL: 24 * time.Hour, TokenTTL: 5 * time.Minute, Random: rand.Reader,
			Clients: session.Clients{IDs: []string{client, "client_OTHER"}},
		},
	}
	for _, c := range change {
		c(f.h)
	}
	f.router = api.NewRouter([]api.Group{f.h.Group()}, func(string) bool { return true })
	f.seed()
	return f
}

func (f *fixture) seed() {
	f.update(func(tx *store.Txn) error {
		errs := []error{
			store.Organizations.Insert(tx, store.Organization{Meta: meta("org_ONE"), Name: "One", Entitlements: []string{"audit-logs"}}),
			store.Organizations.Insert(tx, store.Organization{Meta: meta("org_TWO"), Name: "Two"}),
			store.Organizations.Insert(tx, store.Organization{Meta: meta("org_EMPTY"), Name: "Empty"}),
			store.Roles.Insert(tx, store.Role{Meta: meta("role_A"), Slug: "admin", Type: store.EnvironmentRole, Priority: 2, Permissions: []string{"posts:write", "posts:read"}}),
			store.Roles.Insert(tx, store.Role{Meta: meta("role_M"), Slug: "member", Type: store.EnvironmentRole, Permissions: []string{"posts:read"}}),
			store.EnvironmentKeys.Insert(tx, store.EnvironmentKey{Meta: meta("environment_key_OLD"), Digest: store.DigestOf("sk_test_old"), ExpiresAt: f.now.Add(-time.Hour)}),
		}
		for _, name := range []string{"alice", "bob", "carol", "dora", "erin", "frank", "ivan", "olga"} {
			made, err := password.New("secret")
			u := store.User{
				Meta: meta("user_" + strings.ToUpper(name)), Email: name + "@acme.example", Password: made,
				EmailVerified: name != "dora" && name != "frank",
			}
			switch name {
			case "olga":
				u.Password = nil
			case "ivan":
				u.Impersonator = &store.Impersonator{Email: "staff@acme.example", Reason: "A ticket"}
			}
			errs = append(errs, err, store.Users.Insert(tx, u))
		}
		for _, name := range []string{"ERIN", "FRANK"} {
			errs = append(errs, store.Factors.Insert(tx, store.Factor{Meta: meta("auth_factor_" + name), UserID: "user_" + name, Secret: totpKey}),
				member(tx, name, "org_ONE", store.ActiveMembership, "member"), member(tx, name, "org_TWO", store.ActiveMembership, "member"))
		}
		errs = append(errs,
			member(tx, "ALICE", "org_ONE", store.ActiveMembership, "member", "admin"),
			member(tx, "CAROL", "org_ONE", store.ActiveMembership, "member"), member(tx, "CAROL", "org_REAL", store.ActiveMembership, "member"),
			member(tx, "CAROL", "org_TWO", store.InactiveMembership, "member"),
		)
		return errors.Join(errs...)
	})
}

func meta(id string) store.Meta {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return store.Meta{ID: id, CreatedAt: at, UpdatedAt: at}
}

func member(tx *store.Txn, user, organization string, status store.MembershipStatus, roles ...string) error {
	return store.Memberships.Insert(tx, store.Membership{
		Meta: meta("om_" + user + organization), UserID: "user_" + user, OrganizationID: organization, Status: status, RoleSlugs: roles,
	})
}

func (f *fixture) update(change func(*store.Txn) error) {
	f.t.Helper()
	if err := f.store.Update(change); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// at is where the fixture is reached.
type at struct{}

func (at) BaseURL(*http.Request) string { return issuer }
func (at) Issuer(*http.Request) string  { return issuer }

// body is the body of a request, without empty members.
type body map[string]string

// with returns a copy with other members. An empty value takes one away.
func (b body) with(pairs ...string) body {
	changed := body{}
	for name, value := range b {
		changed[name] = value
	}
	for i := 0; i < len(pairs); i += 2 {
		if changed[pairs[i]] = pairs[i+1]; pairs[i+1] == "" {
			delete(changed, pairs[i])
		}
	}
	return changed
}

// grantBody returns the body of a confidential client's request.
func grantBody(grant string, pairs ...string) body {
	return body{"grant_type": grant, "client_id": client, "client_secret": key}.with(pairs...)
}

func passwordOf(name string) body {
	return grantBody(passwordGrant, "email", name+"@acme.example", "password", "secret")
}

// answer is what was answered.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// send sends a body as JSON.
func (f *fixture) send(b body) answer {
	f.t.Helper()
	encoded, err := json.Marshal(b)
	if err != nil {
		f.t.Fatal(err)
	}
	return f.post("/user_management/authenticate", "application/json", string(encoded))
}

// form sends a body as a form.
func (f *fixture) form(b body) answer {
	f.t.Helper()
	values := url.Values{}
	for name, value := range b {
		values.Set(name, value)
	}
	return f.post("/user_management/authenticate", "application/x-www-form-urlencoded", values.Encode())
}

func (f *fixture) post(path, contentType, content string) answer {
	f.t.Helper()
	r := httptest.NewRequest("POST", issuer+path, strings.NewReader(content))
	r.Header.Set("Content-Type", contentType)
	route, params := f.router.Find(r)
	request := api.MakeRequest(r, route, params, f.store.View(), f.clock())
	request.Addresses = at{}
	a, err := route.Serve(&request)
	if err != nil {
		a = api.AnswerTo(err, false)
	}
	encoded, err := a.Encode()
	if err != nil {
		f.t.Fatal(err)
	}
	got := answer{t: f.t, status: a.Status, header: a.Header, raw: string(encoded)}
	if err := json.Unmarshal(encoded, &got.body); err != nil {
		f.t.Fatalf("%s: %v", encoded, err)
	}
	return got
}

// want fails the test for another status.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("the status is %d, want %d: %s", a.status, status, a.raw)
	}
	return a
}

// text returns a member.
func (a answer) text(member string) string {
	text, _ := a.body[member].(string)
	return text
}

// code returns the code of an error, in either shape.
func (a answer) code() string {
	if code := a.text("error"); code != "" {
		return code
	}
	return a.text("code")
}

// claims returns the claims of the access token.
func (a answer) claims() map[string]any {
	a.t.Helper()
	var claims map[string]any
	if err := oauthtest.SigningKey().Verify(a.text("access_token"), &claims); err != nil {
		a.t.Fatalf("%v: %s", err, a.raw)
	}
	return claims
}

// codeFor makes an authorization code.
func (f *fixture) codeFor(user string, change ...func(*store.Attempt)) (code string) {
	f.t.Helper()
	a := store.Attempt{UserID: "user_" + user, ClientID: client, Method: session.Password, Chosen: true}
	for _, c := range change {
		c(&a)
	}
	f.update(func(tx *store.Txn) (err error) {
		code, err = f.h.SignIn.IssueCode(tx, a, f.clock())
		return err
	})
	return code
}

// challengeFor makes a challenge of the second factor of a user, and returns the body of the step.
func (f *fixture) challengeFor(user, pending string) body {
	f.t.Helper()
	var made store.Challenge
	f.update(func(tx *store.Txn) (err error) {
		factor, _ := store.Factors.Get(tx, "auth_factor_"+user)
		made, err = newChallenge(tx, factor, f.clock())
		return err
	})
	code, err := totp.Code(totpKey, f.clock())
	if err != nil {
		f.t.Fatal(err)
	}
	return grantBody(totpGrant, pendingToken, pending, "authentication_challenge_id", made.ID, "code", code)
}
