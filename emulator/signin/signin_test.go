package signin

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"regexp"
	"testing"
	"testing/iotest"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/password"
	"github.com/caddy-workos/caddy-workos/store"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func meta(id string) store.Meta { return store.Meta{ID: id, CreatedAt: now, UpdatedAt: now} }

// newStore has a user for each combination of what Next looks at: an unverified address, a second factor, and 0 to 2 organizations.
func newStore(t *testing.T) *store.Store {
	t.Helper()
	s := store.New()
	err := s.Update(func(tx *store.Txn) error {
		errs := []error{store.Organizations.Insert(tx, store.Organization{Meta: meta("org_1"), Name: "One"})}
		for _, name := range []string{"user_0", "user_1", "user_2", "user_U", "user_F", "user_UF"} {
			errs = append(errs, store.Users.Insert(tx, store.User{
				Meta: meta(name), Email: name + "@acme.example", EmailVerified: name != "user_U" && name != "user_UF",
			}))
		}
		for _, name := range []string{"user_F", "user_UF"} {
			errs = append(errs, store.Factors.Insert(tx, store.Factor{Meta: meta("factor_" + name), UserID: name}))
		}
		for _, of := range [][3]string{{"user_1", "org_1", "active"}, {"user_1", "org_2", "pending"}, {"user_2", "org_1", "active"}, {"user_2", "org_REAL", "active"}} {
			errs = append(errs, store.Memberships.Insert(tx, store.Membership{
				Meta: meta("om_" + of[0] + of[1]), UserID: of[0], OrganizationID: of[1], Status: store.MembershipStatus(of[2]),
			}))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestNext has the gates in their order (LOGIN.md §2.3, §2.4).
func TestNext(t *testing.T) {
	t.Parallel()
	view := newStore(t).View()
	for name, test := range map[string]struct {
		attempt      Attempt
		kind         Kind
		organization string
	}{
		"nobody":                            {Attempt{UserID: "user_GONE"}, NoUser, ""},
		"no organization":                   {Attempt{UserID: "user_0"}, Complete, ""},
		"one, the other is not active":      {Attempt{UserID: "user_1"}, Complete, "org_1"},
		"several":                           {Attempt{UserID: "user_2"}, ChooseOrganization, ""},
		"several, one was asked for":        {Attempt{UserID: "user_2", OrganizationID: "org_REAL"}, Complete, "org_REAL"},
		"another one was asked for":         {Attempt{UserID: "user_1", OrganizationID: "org_REAL"}, NotMember, ""},
		"a pending one was asked for":       {Attempt{UserID: "user_1", OrganizationID: "org_2"}, NotMember, ""},
		"address":                           {Attempt{UserID: "user_U"}, VerifyEmail, ""},
		"address, only chosen":              {Attempt{UserID: "user_U", Chosen: true}, Complete, ""},
		"address, proven by SSO":            {Attempt{UserID: "user_U", Method: "SSO"}, Complete, ""},
		"address first, then factor":        {Attempt{UserID: "user_UF"}, VerifyEmail, ""},
		"address, the factor is proven":     {Attempt{UserID: "user_UF", SecondFactor: true}, VerifyEmail, ""},
		"factor":                            {Attempt{UserID: "user_F"}, ChallengeFactor, ""},
		"factor, before the organization":   {Attempt{UserID: "user_F", OrganizationID: "org_1"}, ChallengeFactor, ""},
		"factor is proven":                  {Attempt{UserID: "user_F", SecondFactor: true}, Complete, ""},
		"factor, only chosen":               {Attempt{UserID: "user_F", Chosen: true}, Complete, ""},
		"factor, then no such organization": {Attempt{UserID: "user_F", SecondFactor: true, OrganizationID: "org_1"}, NotMember, ""},
	} {
		if got := Next(view, test.attempt); got.Kind != test.kind || got.OrganizationID != test.organization {
			t.Errorf("%s: %+v", name, got)
		}
	}
	got := Next(view, Attempt{UserID: "user_2"}).Organizations
	if len(got) != 2 || got[0] != (Organization{"org_1", "One"}) || got[1] != (Organization{"org_REAL", "org_REAL"}) {
		t.Errorf("the organizations are %v", got)
	}
}

// TestHeld: a token is for its client and its step, for ten minutes, and once.
func TestHeld(t *testing.T) {
	t.Parallel()
	s, service := newStore(t), &Service{Random: rand.Reader}
	var token string
	update := func(change func(*store.Txn) error) {
		t.Helper()
		if err := s.Update(change); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx *store.Txn) (err error) {
		token, err = service.Hold(tx, Attempt{UserID: "user_2", ClientID: "client_A"}, ChooseOrganization, now)
		return err
	})
	for _, test := range []struct {
		token, client string
		at            time.Duration
		want          bool
	}{
		{token, "client_A", 10*time.Minute - 1, true}, {token, "client_A", 10 * time.Minute, false}, {token, "client_B", 0, false},
		{token, "", 0, false}, {"x", "client_A", 0, false}, {"", "client_A", 0, false}, {store.TokenID(token), "client_A", 0, false},
	} {
		if _, got := Held(s.View(), test.token, test.client, ChooseOrganization, now.Add(test.at)); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
		if _, got := Held(s.View(), test.token, test.client, ChallengeFactor, now.Add(test.at)); got {
			t.Errorf("%+v: held for another step", test)
		}
	}
	update(func(tx *store.Txn) error {
		a, _ := Held(tx, token, "client_A", ChooseOrganization, now)
		return Drop(tx, a)
	})
	if _, ok := Held(s.View(), token, "client_A", ChooseOrganization, now); ok {
		t.Error("a dropped token is held")
	}
}

// TestNothingIsMadeOfTooLittleRandomness leaves no row behind.
func TestNothingIsMadeOfTooLittleRandomness(t *testing.T) {
	t.Parallel()
	broken := errors.New("no entropy")
	s, service := newStore(t), &Service{Random: iotest.ErrReader(broken)}
	for name, make := range map[string]func(*store.Txn) error{
		"pending token": func(tx *store.Txn) error {
			_, err := service.Hold(tx, Attempt{UserID: "user_0"}, VerifyEmail, now)
			return err
		},
		"code":   func(tx *store.Txn) error { _, err := service.IssueCode(tx, Attempt{UserID: "user_0"}, now); return err },
		"device": func(tx *store.Txn) error { _, _, err := service.StartDevice(tx, "client", now); return err },
	} {
		if err := s.Update(make); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(store.Attempts.All(s.View())) + len(store.Codes.All(s.View())) + len(store.Devices.All(s.View())); n != 0 {
		t.Errorf("there are %d rows", n)
	}
}

// TestUserCodes have the form of WorkOS's, and no letter is left out or made more likely.
func TestUserCodes(t *testing.T) {
	t.Parallel()
	form, seen := regexp.MustCompile(`^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$`), map[rune]int{}
	for range 2000 {
		code, err := newUserCode(rand.Reader)
		if err != nil || !form.MatchString(code) {
			t.Fatal(code, err)
		}
		for _, letter := range code {
			seen[letter]++
		}
	}
	for _, letter := range userCodeLetters {
		if n := seen[letter]; n < 600 || n > 1000 {
			t.Errorf("%c was there %d times of 16000", letter, n)
		}
	}
	if _, err := newUserCode(bytes.NewReader([]byte{255, 0, 1})); !errors.Is(err, io.EOF) {
		t.Errorf("too little randomness: %v", err)
	}
}

// TestChallenge has the example of RFC 7636, appendix B.
func TestChallenge(t *testing.T) {
	t.Parallel()
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	if !Verifies(challenge, verifier) || !IsChallenge(challenge) {
		t.Error("the example is refused")
	}
	for _, other := range []string{"", verifier, challenge[1:], challenge + "=", challenge[:42] + "!"} {
		if Verifies(other, verifier) {
			t.Errorf("%q is the challenge of the verifier", other)
		}
		if IsChallenge(other) != (other == verifier) {
			t.Errorf("%q has the form of a challenge: %v", other, IsChallenge(other))
		}
	}
}

func TestMethodOf(t *testing.T) {
	t.Parallel()
	google := []store.Identity{{Provider: "GoogleOAuth"}}
	secret := password.Seeded("secret")
	for name, test := range map[string]struct {
		user store.User
		want string
	}{
		"nothing":      {store.User{}, "MagicAuth"},
		"password":     {store.User{Password: secret}, "Password"},
		"provider":     {store.User{Identities: google}, "GoogleOAuth"},
		"both":         {store.User{Identities: google, Password: secret}, "Password"},
		"impersonated": {store.User{Identities: google, Impersonator: &store.Impersonator{}}, "Impersonation"},
	} {
		if got := MethodOf(test.user); got != test.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
