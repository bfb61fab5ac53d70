package onetimecode

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/totp"
	"github.com/caddy-workos/caddy-workos/store"
)

var start = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// world is a store with two users, of whom one has a factor.
type world struct {
	*store.Store
	t   *testing.T
	now time.Time
}

const secret = "JBSWY3DPEHPK3PXP"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{store.New(), t, start}
	w.update(func(tx *store.Txn) error {
		for _, name := range []string{"ada", "bob"} {
			u := store.User{Meta: store.Meta{ID: "user_" + name, CreatedAt: start}, Email: name + "@acme.example"}
			if err := store.Users.Insert(tx, u); err != nil {
				return err
			}
		}
		return store.Factors.Insert(tx, store.Factor{Meta: store.Meta{ID: "auth_factor_ada"}, UserID: "user_ada", Secret: secret})
	})
	return w
}

func (w *world) update(change func(*store.Txn) error) {
	w.t.Helper()
	if err := w.Update(change); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) user(id string) store.User {
	u, ok := store.Users.Get(w.View(), id)
	if !ok {
		w.t.Fatal("no user " + id)
	}
	return u
}

// newMagicAuth makes a code of a user, which differs from those before it.
func (w *world) newMagicAuth(userID string) string {
	w.t.Helper()
	var made store.MagicAuth
	w.update(func(tx *store.Txn) (err error) {
		made, err = NewMagicAuth(tx, w.user(userID), w.now, rand.Reader)
		return err
	})
	return made.Code
}

// use uses a code as a caller has to: the transaction is committed where the code is refused.
func (w *world) use(email, code string) (u store.User, refused error) {
	w.t.Helper()
	w.update(func(tx *store.Txn) error {
		u, refused = UseMagicAuth(tx, email, code, w.now)
		if Refused(refused) {
			return nil
		}
		return refused
	})
	return u, refused
}

// other is a code that is not the given one.
func other(code string) string { return string('0'+('9'-code[0])) + code[1:] }

func TestMagicAuth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.newMagicAuth("user_ada")
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		t.Fatalf("the code is %q", code)
	}
	if sent := w.View().NewestEmails(5, func(store.Email) bool { return true }); len(sent) != 1 || sent[0].To != "ada@acme.example" || sent[0].Code != code || sent[0].Kind != "magic_auth" || sent[0].UserID != "user_ada" {
		t.Errorf("the emails are %+v", sent)
	}
	w.now = w.now.Add(TTL - 1)
	if _, err := w.use("bob@acme.example", code); err != ErrIncorrect {
		t.Errorf("for another user: %v", err)
	}
	if _, err := w.use("nobody@acme.example", code); err != ErrIncorrect {
		t.Errorf("for nobody: %v", err)
	}
	u, err := w.use("ADA@acme.example", code)
	if err != nil || u.ID != "user_ada" || !u.EmailVerified || !w.user("user_ada").EmailVerified {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := w.use("ada@acme.example", code); err != ErrUsed {
		t.Errorf("again: %v", err)
	}
}

func TestExpired(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.newMagicAuth("user_ada")
	w.now = w.now.Add(TTL)
	if _, err := w.use("ada@acme.example", code); err != ErrExpired {
		t.Error(err)
	}
	if w.user("user_ada").EmailVerified {
		t.Error("it verifies the address")
	}
}

// TestTooMany gives wrong codes until the right one is refused too. Another code is valid again.
func TestTooMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.newMagicAuth("user_ada")
	for range MaxTries {
		if _, err := w.use("ada@acme.example", other(code)); err != ErrIncorrect {
			t.Fatal(err)
		}
	}
	for _, given := range []string{code, other(code)} {
		if _, err := w.use("ada@acme.example", given); err != ErrTooMany {
			t.Errorf("%s: %v", given, err)
		}
	}
	again := w.newMagicAuth("user_ada")
	if _, err := w.use("ada@acme.example", again); err != nil {
		t.Error(err)
	}
}

// TestSeveral has several codes of one user: each is good for one use, and a wrong code counts for each.
func TestSeveral(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.newMagicAuth("user_ada"), ""
	for second == "" || second == first {
		second = w.newMagicAuth("user_ada")
	}
	for range MaxTries - 1 {
		_, _ = w.use("ada@acme.example", "x")
	}
	if _, err := w.use("ada@acme.example", first); err != nil {
		t.Error(err)
	}
	if _, err := w.use("ada@acme.example", ""); err != ErrIncorrect {
		t.Error(err)
	}
	if _, err := w.use("ada@acme.example", second); err != ErrTooMany {
		t.Error(err)
	}
}

// TestOtherAddress has codes that were sent before the address was changed.
func TestOtherAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.newMagicAuth("user_ada")
	w.update(func(tx *store.Txn) error {
		_, err := store.Users.Update(tx, "user_ada", func(u *store.User) error { u.Email = "new@acme.example"; return nil })
		return err
	})
	if _, err := w.use("new@acme.example", code); err != ErrIncorrect || w.user("user_ada").EmailVerified {
		t.Error(err)
	}
}

// TestFailedTransaction uses a code in a transaction that fails: the code is not spent.
func TestFailedTransaction(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.newMagicAuth("user_ada")
	broken := errors.New("broken")
	err := w.Update(func(tx *store.Txn) error {
		if _, err := UseMagicAuth(tx, "ada@acme.example", code, w.now); err != nil {
			return err
		}
		return broken
	})
	if err != broken {
		t.Fatal(err)
	}
	if _, err := w.use("ada@acme.example", code); err != nil {
		t.Error(err)
	}
}

// TestOneOfManyWins uses one code, and answers one challenge, from many goroutines.
func TestOneOfManyWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.newMagicAuth("user_ada")
	challenge := w.newChallenge()
	answer, err := totp.Code(secret, w.now)
	if err != nil {
		t.Fatal(err)
	}
	for name, use := range map[string]func(*store.Txn) error{
		"code":      func(tx *store.Txn) error { _, err := UseMagicAuth(tx, "ada@acme.example", code, w.now); return err },
		"challenge": func(tx *store.Txn) error { return UseChallenge(tx, challenge, answer, w.now) },
	} {
		var wait sync.WaitGroup
		var mu sync.Mutex
		results := map[error]int{}
		for range 20 {
			wait.Go(func() {
				var refused error
				err := w.Update(func(tx *store.Txn) error {
					refused = use(tx)
					return nil
				})
				mu.Lock()
				defer mu.Unlock()
				results[errors.Join(err, refused)]++
				if refused != nil && refused != ErrUsed {
					t.Errorf("%s: %v", name, refused)
				}
			})
		}
		wait.Wait()
		if results[nil] != 1 {
			t.Errorf("%s: %d win", name, results[nil])
		}
	}
}

// TestEmailVerification uses a code of one kind as one of the other.
func TestEmailVerification(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var made store.EmailVerification
	w.update(func(tx *store.Txn) (err error) {
		made, err = NewEmailVerification(tx, w.user("user_ada"), w.now, rand.Reader)
		return err
	})
	if _, err := w.use("ada@acme.example", made.Code); err != ErrIncorrect {
		t.Errorf("as magic auth: %v", err)
	}
	w.update(func(tx *store.Txn) error {
		if _, err := UseEmailVerification(tx, "user_none", made.Code, w.now); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of nobody: %v", err)
		}
		if _, err := UseEmailVerification(tx, "user_bob", made.Code, w.now); err != ErrIncorrect {
			t.Errorf("of another user: %v", err)
		}
		u, err := UseEmailVerification(tx, "user_ada", made.Code, w.now)
		if !u.EmailVerified || !u.UpdatedAt.Equal(w.now) {
			t.Errorf("%+v", u)
		}
		return err
	})
}

func (w *world) newChallenge() string {
	w.t.Helper()
	var made store.Challenge
	w.update(func(tx *store.Txn) (err error) {
		factor, _ := store.Factors.Get(tx, "auth_factor_ada")
		made, err = NewChallenge(tx, factor, w.now, rand.Reader)
		return err
	})
	return made.ID
}

// answer answers a challenge with the code of a time.
func (w *world) answer(challenge string, at time.Time) (refused error) {
	w.t.Helper()
	code, err := totp.Code(secret, at)
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(tx *store.Txn) error {
		refused = UseChallenge(tx, challenge, code, w.now)
		return nil
	})
	return refused
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.newChallenge(), w.newChallenge()
	if err := w.answer("auth_challenge_none", w.now); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
	if err := w.answer(first, w.now.Add(time.Hour)); err != ErrIncorrect {
		t.Errorf("wrong: %v", err)
	}
	if err := w.answer(first, w.now); err != nil {
		t.Errorf("right: %v", err)
	}
	if err := w.answer(first, w.now.Add(30*time.Second)); err != ErrUsed {
		t.Errorf("the challenge again: %v", err)
	}
	if err := w.answer(second, w.now); err != ErrUsed {
		t.Errorf("the code again: %v", err)
	}
	if err := w.answer(second, w.now.Add(-30*time.Second)); err != ErrUsed {
		t.Errorf("the code of an earlier step: %v", err)
	}
	if err := w.answer(second, w.now.Add(30*time.Second)); err != nil {
		t.Errorf("the code of the next step: %v", err)
	}
	w.now = w.now.Add(-30 * time.Second)
	if err := w.answer(w.newChallenge(), w.now); err != ErrUsed {
		t.Errorf("a step back: %v", err)
	}
	w.now = w.now.Add(-time.Hour) // as tests set a clock back
	if err := w.answer(w.newChallenge(), w.now); err != nil {
		t.Errorf("an hour back: %v", err)
	}
	third := w.newChallenge()
	w.now = w.now.Add(TTL)
	if err := w.answer(third, w.now); err != ErrExpired {
		t.Errorf("late: %v", err)
	}
	fourth := w.newChallenge()
	for range MaxTries {
		if err := w.answer(fourth, w.now.Add(time.Hour)); err != ErrIncorrect {
			t.Fatal(err)
		}
	}
	if err := w.answer(fourth, w.now); err != ErrTooMany {
		t.Errorf("after too many: %v", err)
	}
}

// TestBounded makes many codes and challenges: of one user, few are kept.
func TestBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 50 {
		w.newMagicAuth("user_ada")
		w.newChallenge()
	}
	kept := w.newMagicAuth("user_bob")
	if n := len(w.View().MagicAuthsOfUser("user_ada")); n != 20 {
		t.Errorf("%d codes are kept", n)
	}
	if n := len(store.Challenges.All(w.View())); n != 20 {
		t.Errorf("%d challenges are kept", n)
	}
	if _, err := w.use("bob@acme.example", kept); err != nil {
		t.Error(err)
	}
	w.now = w.now.Add(48 * time.Hour)
	w.newMagicAuth("user_bob")
	if n := len(store.MagicAuths.All(w.View())); n != 1 {
		t.Errorf("two days later, %d codes are kept", n)
	}
}

// TestDeletedUser deletes a user, with whom codes and challenges go.
func TestDeletedUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.newMagicAuth("user_ada")
	w.newChallenge()
	w.update(func(tx *store.Txn) error { return store.Users.Delete(tx, "user_ada") })
	if left := fmt.Sprint(store.MagicAuths.All(w.View()), store.Challenges.All(w.View()), store.Factors.All(w.View())); left != "[] [] []" {
		t.Error(left)
	}
}

// TestWithoutRandomness makes nothing where there is no randomness.
func TestWithoutRandomness(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for length := range 20 {
		random := iotest.TimeoutReader(bytes.NewReader(make([]byte, length)))
		err := w.Update(func(tx *store.Txn) error {
			_, err := NewMagicAuth(tx, w.user("user_ada"), w.now, random)
			return err
		})
		if err == nil {
			t.Errorf("with %d bytes a code is made", length)
		}
	}
	if n := len(store.MagicAuths.All(w.View())); n != 0 {
		t.Errorf("%d codes are stored", n)
	}
}
