package session

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/oauth"
	"github.com/caddy-workos/caddy-workos/emulator/oauth/oauthtest"
	"github.com/caddy-workos/caddy-workos/store"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func newSessions(t *testing.T, change ...func(*Sessions)) *Sessions {
	t.Helper()
	s := &Sessions{Store: store.New(), TTL: 24 * time.Hour, TokenTTL: 5 * time.Minute, Random: rand.Reader}
	s.Signer = oauth.NewSigner(oauth.SignerOptions{
		Key: oauthtest.SigningKey(), Keys: &oauth.Keys{}, Replays: func() bool { return false }, Store: s.Store, Now: func() time.Time { return now },
	})
	t.Cleanup(s.Signer.Close)
	for _, c := range change {
		c(s)
	}
	update(t, s, func(tx *store.Txn) error {
		return errors.Join(
			store.Organizations.Insert(tx, store.Organization{Meta: store.Meta{ID: "org_ONE"}, Entitlements: []string{"audit-logs"}}),
			store.Organizations.Insert(tx, store.Organization{Meta: store.Meta{ID: "org_TWO"}}),
			store.Roles.Insert(tx, store.Role{Meta: store.Meta{ID: "role_A"}, Slug: "admin", Type: store.EnvironmentRole, Priority: 2, Permissions: []string{"posts:write", "posts:read"}}),
			store.Roles.Insert(tx, store.Role{Meta: store.Meta{ID: "role_B"}, Slug: "billing", Type: store.EnvironmentRole, Priority: 1, Permissions: []string{"bills:read", "posts:read"}}),
			store.Users.Insert(tx, store.User{Meta: store.Meta{ID: "user_ALICE", CreatedAt: now, UpdatedAt: now}, Email: "alice@acme.example"}),
			store.Users.Insert(tx, store.User{
				Meta: store.Meta{ID: "user_IVAN"}, Email: "ivan@acme.example", Impersonator: &store.Impersonator{Email: "staff@acme.example"},
			}),
			store.Memberships.Insert(tx, store.Membership{
				Meta: store.Meta{ID: "om_1"}, UserID: "user_ALICE", OrganizationID: "org_ONE", Status: store.ActiveMembership, RoleSlugs: []string{"billing", "admin"},
			}),
			store.Memberships.Insert(tx, store.Membership{
				Meta: store.Meta{ID: "om_2"}, UserID: "user_ALICE", OrganizationID: "org_TWO", Status: store.ActiveMembership, RoleSlugs: []string{"member"},
			}),
		)
	})
	return s
}

func update(t *testing.T, s *Sessions, change func(*store.Txn) error) {
	t.Helper()
	if err := s.Store.Update(change); err != nil {
		t.Fatal(err)
	}
}

func begin(t *testing.T, s *Sessions, user, organization string) (begun store.Session, refresh string) {
	t.Helper()
	update(t, s, func(tx *store.Txn) (err error) {
		u, _ := store.Users.Get(tx, user)
		begun, refresh, err = s.Begin(tx, Login{User: u, ClientID: "client_ENV", OrganizationID: organization, Method: Password}, now)
		return err
	})
	return begun, refresh
}

var bareULID = regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`)

// TestClaims has the header and the whole payload of a token, letter by letter but for its id (LOGIN.md §3). What there is not is absent.
func TestClaims(t *testing.T) {
	t.Parallel()
	later := now.Add(90 * time.Second)
	const begins = `{"iss":"https://auth.example.com/user_management/client_ENV",`
	const ends = `"auth_time":1795521600,"iat":1795521690,"exp":1795521990}`
	for name, test := range map[string]struct {
		user, organization string
		change             func(*Sessions)
		want               string
	}{
		"an organization": {"user_ALICE", "org_ONE", nil, begins + `"sub":"user_ALICE","client_id":"client_ENV","sid":"SID","jti":"JTI",` +
			`"org_id":"org_ONE","role":"admin","roles":["admin","billing"],"permissions":["bills:read","posts:read","posts:write"],"entitlements":["audit-logs"],` + ends},
		"no permissions": {"user_ALICE", "org_TWO", nil, begins + `"sub":"user_ALICE","client_id":"client_ENV","sid":"SID","jti":"JTI",` +
			`"org_id":"org_TWO","role":"member","roles":["member"],"permissions":[],` + ends},
		"no organization": {"user_ALICE", "", nil, begins + `"sub":"user_ALICE","client_id":"client_ENV","sid":"SID","jti":"JTI",` + ends},
		"an audience": {"user_ALICE", "", func(s *Sessions) { s.TokenAudience = true }, begins + `"aud":"client_ENV",` +
			`"sub":"user_ALICE","client_id":"client_ENV","sid":"SID","jti":"JTI",` + ends},
		"impersonated": {"user_IVAN", "", nil, begins + `"sub":"user_IVAN","client_id":"client_ENV","sid":"SID","jti":"JTI",` +
			`"act":{"sub":"staff@acme.example"},` + ends},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var changes []func(*Sessions)
			if test.change != nil {
				changes = append(changes, test.change)
			}
			s := newSessions(t, changes...)
			begun, _ := begin(t, s, test.user, test.organization)
			token, err := mint(s, begun, "https://auth.example.com", later)
			if err != nil {
				t.Fatal(err)
			}
			var c struct{ JTI string }
			if err := oauthtest.SigningKey().Verify(token, &c); err != nil || !bareULID.MatchString(c.JTI) {
				t.Fatalf("%v, jti %s", err, c.JTI)
			}
			parts := strings.Split(token, ".")
			payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
			if want := strings.NewReplacer("SID", begun.ID, "JTI", c.JTI).Replace(test.want); string(payload) != want {
				t.Errorf("the claims are\n%s, want\n%s", payload, want)
			}
			var header map[string]any
			decoded, _ := base64.RawURLEncoding.DecodeString(parts[0])
			if err := json.Unmarshal(decoded, &header); err != nil || len(header) != 2 || header["alg"] != "RS256" || header["kid"] != oauthtest.SigningKey().KeyID() {
				t.Errorf("the header is %s", decoded)
			}
		})
	}
}

// TestIssuer escapes a client ID as its path in the discovery document is.
func TestIssuer(t *testing.T) {
	t.Parallel()
	if got := Issuer("https://a.example/prefix", "a/b c"); got != "https://a.example/prefix/user_management/a%2Fb%20c" {
		t.Error(got)
	}
}

// TestTokenSaysWhatIsTrueNow: roles are looked up each time, and those of a membership that has ended are not in the token.
func TestTokenSaysWhatIsTrueNow(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	begun, _ := begin(t, s, "user_ALICE", "org_ONE")
	mint := func() map[string]any {
		t.Helper()
		token, err := mint(s, begun, "", now)
		claims := map[string]any{}
		if err := errors.Join(err, oauthtest.SigningKey().Verify(token, &claims)); err != nil {
			t.Fatal(err)
		}
		return claims
	}
	update(t, s, func(tx *store.Txn) error {
		_, err := store.Memberships.Update(tx, "om_1", func(m *store.Membership) error { m.RoleSlugs = []string{"billing"}; return nil })
		return err
	})
	if got := mint()["role"]; got != "billing" {
		t.Errorf("the role is %v", got)
	}
	update(t, s, func(tx *store.Txn) error { return store.Memberships.Delete(tx, "om_1") })
	for _, claim := range []string{"org_id", "role", "roles", "permissions", "entitlements"} {
		if got, has := mint()[claim]; has {
			t.Errorf("after the membership, %s is %v", claim, got)
		}
	}
}

// TestBegin notes the sign-in, which is no change of the user.
func TestBegin(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	before, _ := store.Users.Get(s.Store.View(), "user_ALICE")
	begun, _ := begin(t, s, "user_ALICE", "")
	after, _ := store.Users.Get(s.Store.View(), "user_ALICE")
	if !after.LastSignInAt.Equal(now) || !after.UpdatedAt.Equal(before.UpdatedAt) {
		t.Errorf("the user is %+v", after)
	}
	if !begun.ExpiresAt.Equal(now.Add(24*time.Hour)) || begun.Method != Password {
		t.Errorf("the session is %+v", begun)
	}
	short, _ := begin(t, s, "user_IVAN", "")
	if !short.ExpiresAt.Equal(now.Add(time.Hour)) || short.Method != Impersonation || short.Impersonator.Email != "staff@acme.example" {
		t.Errorf("the impersonated session is %+v", short)
	}
	err := s.Store.Update(func(tx *store.Txn) error {
		_, _, err := s.Begin(tx, Login{User: store.User{Meta: store.Meta{ID: "user_GONE"}}}, now)
		return err
	})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a user who is gone: %v", err)
	}
}

// TestEnd ends sessions one by one, of a user, and in an organization.
func TestEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end  func(tx *store.Txn, first store.Session) error
		left []int // of the sessions of Alice without an organization, in org_ONE, in org_TWO, and of Ivan
	}{
		"one":           {func(tx *store.Txn, first store.Session) error { return End(tx, first.ID, now.Add(time.Second)) }, []int{1, 2, 3}},
		"all of a user": {func(tx *store.Txn, _ store.Session) error { return EndAllOf(tx, "user_ALICE", now.Add(time.Second)) }, []int{3}},
		"all in one": {func(tx *store.Txn, _ store.Session) error {
			return tx.EndSessionsIn("user_ALICE", "org_ONE", now.Add(time.Second))
		}, []int{0, 2, 3}},
		"the user is deleted": {func(tx *store.Txn, _ store.Session) error { return store.Users.Delete(tx, "user_ALICE") }, []int{3}},
		"nobody has any":      {func(tx *store.Txn, _ store.Session) error { return EndAllOf(tx, "user_GONE", now) }, []int{0, 1, 2, 3}},
		"ended twice, the same": {func(tx *store.Txn, first store.Session) error {
			return errors.Join(End(tx, first.ID, now.Add(time.Second)), End(tx, first.ID, now.Add(time.Minute)))
		}, []int{1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSessions(t)
			var all []store.Session
			for _, of := range [][2]string{{"user_ALICE", ""}, {"user_ALICE", "org_ONE"}, {"user_ALICE", "org_TWO"}, {"user_IVAN", ""}} {
				begun, _ := begin(t, s, of[0], of[1])
				all = append(all, begun)
			}
			update(t, s, func(tx *store.Txn) error { return test.end(tx, all[0]) })
			var left []int
			for i := range all {
				row, ok := store.Sessions.Get(s.Store.View(), all[i].ID)
				if ok && row.Active(now.Add(time.Hour-time.Second)) {
					left = append(left, i)
				}
				if ok && !row.EndedAt.IsZero() && !row.EndedAt.Equal(now.Add(time.Second)) {
					t.Errorf("it ended at %s", row.EndedAt)
				}
			}
			if !slices.Equal(left, test.left) {
				t.Errorf("left are %v, want %v", left, test.left)
			}
		})
	}
	s := newSessions(t)
	if err := s.Store.Update(func(tx *store.Txn) error { return End(tx, "session_X", now) }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unknown session: %v", err)
	}
}

// TestTokensAreNotStored: the store has neither refresh tokens nor access tokens.
func TestTokensAreNotStored(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	_, refresh := begin(t, s, "user_ALICE", "org_ONE")
	view := s.Store.View()
	stored, err := json.Marshal([]any{store.Sessions.All(view), store.RefreshTokens.All(view)})
	if err != nil || strings.Contains(string(stored), refresh) {
		t.Errorf("stored is %s, %v", stored, err)
	}
}

func TestClients(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	update(t, s, func(tx *store.Txn) error {
		return store.Applications.Insert(tx, store.Application{Meta: store.Meta{ID: "conn_app_1"}, ClientID: "client_APP", Audience: "client_AUD"})
	})
	for _, test := range []struct {
		ids  []string
		want map[string]bool
	}{
		{nil, map[string]bool{"": false, "client_X": true, "client_APP": true}},
		{[]string{"client_ENV", "client_TWO"}, map[string]bool{
			"": false, "client_ENV": true, "client_TWO": true, "client_X": false, "client_APP": true, "client_AUD": true, "client_env": false,
		}},
	} {
		for _, id := range slices.Sorted(maps.Keys(test.want)) {
			if got := (Clients{test.ids}).Known(s.Store.View(), id); got != test.want[id] {
				t.Errorf("%v: %q is known: %v", test.ids, id, got)
			}
		}
	}
}

// mint returns an access token of a session.
func mint(s *Sessions, of store.Session, base string, at time.Time) (string, error) {
	token, err := s.Prepare(s.Store.View(), of, base, at)
	if err != nil {
		return "", err
	}
	return s.Sign(token)
}
