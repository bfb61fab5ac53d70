package emulator

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/store"
)

// modelUser is what the walk knows of a user.
type modelUser struct {
	id, email, externalID string
	verified              bool
	password              string
	codes                 []*modelCode
	resets                []modelReset
	session               string // an active one, or nothing
}

type modelCode struct {
	code, email string
	expires     time.Time
	used        bool
	tries       int
}

func (c *modelCode) valid(u *modelUser, now time.Time) bool {
	return store.SameEmail(c.email, u.email) && !c.used && now.Before(c.expires) && c.tries < 5
}

type modelReset struct {
	token, email string
	expires      time.Time
}

// brittle is a source of randomness that can be broken.
type brittle struct{ broken bool }

func (b *brittle) Read(p []byte) (int, error) {
	if b.broken {
		return 0, errors.New("no randomness")
	}
	return rand.Read(p)
}

// userWalk is an emulator, and a model of what it must answer.
type userWalk struct {
	*server
	random *brittle
	dice   *mathrand.Rand
	users  []*modelUser
	log    []string
}

// TestUserWalk writes users at random, with their codes and password resets, and compares each answer and all users with a model. Some
// requests fail within their transaction, time passes, and at times the seed is restored.
func TestUserWalk(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &userWalk{random: &brittle{}, dice: mathrand.New(mathrand.NewPCG(seed, 0))}
			w.server = newServer(t, func(o *Options) { o.Random = io.Reader(w.random) })
			if err := w.Store.Update(func(tx *store.Txn) error { return store.Users.Delete(tx, "user_ALICE") }); err != nil {
				t.Fatal(err)
			}
			for range 150 {
				w.step()
				w.compare()
				if t.Failed() {
					t.Fatalf("after %s", strings.Join(w.log[max(0, len(w.log)-12):], "; "))
				}
			}
		})
	}
}

func (w *userWalk) step() {
	w.random.broken = w.dice.IntN(12) == 0
	moves := []func(){w.create, w.create, w.update, w.update, w.sendCode, w.sendCode, w.confirm, w.confirm, w.confirm, w.reset, w.confirmReset, w.confirmReset, w.signIn, w.pass}
	if w.dice.IntN(40) == 0 {
		moves = []func(){w.remove, w.restore}
	}
	moves[w.dice.IntN(len(moves))]()
	w.random.broken = false
}

// ask sends a request, and checks the status. It returns nothing where the request had to fail.
func (w *userWalk) ask(method, path, body string, needsRandom bool, status int) map[string]any {
	w.t.Helper()
	w.log = append(w.log, fmt.Sprintf("%s %s %s", method, path, body))
	if needsRandom && w.random.broken && status < 300 {
		status = 500
	}
	r := w.send(method, path, body)
	if r.Code != status {
		w.t.Errorf("%s %s %s: %d %s, want %d", method, path, body, r.Code, r.Body, status)
		return nil
	}
	if status >= 300 || r.Body.Len() == 0 {
		return nil
	}
	return r.want(status)
}

// email returns an address. The last two are of two users, although they are equal under Unicode's case folding.
func (w *userWalk) email() string {
	return []string{"ada", "ADA", "böb", "BÖB", "sy", "ſy"}[w.dice.IntN(6)] + "@acme.example"
}

// pick returns a user, or one that does not exist.
func (w *userWalk) pick() *modelUser {
	if len(w.users) == 0 || w.dice.IntN(15) == 0 {
		return &modelUser{id: "user_NONE"}
	}
	return w.users[w.dice.IntN(len(w.users))]
}

// holder returns the user with an address or an external id, or nil.
func (w *userWalk) holder(match func(*modelUser) bool) *modelUser {
	if i := slices.IndexFunc(w.users, match); i >= 0 {
		return w.users[i]
	}
	return nil
}

func (w *userWalk) byEmail(email string) *modelUser {
	return w.holder(func(u *modelUser) bool { return store.SameEmail(u.email, email) })
}

func (w *userWalk) create() {
	u := &modelUser{email: w.email(), externalID: []string{"", "e1", "e2"}[w.dice.IntN(3)], verified: w.dice.IntN(2) == 0}
	body := fmt.Sprintf(`{"email":%q,"email_verified":%t}`, u.email, u.verified)
	if u.externalID != "" {
		body = strings.TrimSuffix(body, "}") + fmt.Sprintf(`,"external_id":%q}`, u.externalID)
	}
	taken := w.byEmail(u.email) != nil || u.externalID != "" && w.holder(func(o *modelUser) bool { return o.externalID == u.externalID }) != nil
	status := 201
	switch {
	case w.random.broken:
		status = 500 // the id is made first
	case taken:
		status = 400
	}
	if made := w.ask("POST", usersPath, body, true, status); made != nil {
		u.id = made["id"].(string)
		w.users = append(w.users, u)
	}
}

func (w *userWalk) update() {
	u, email := w.pick(), w.email()
	status := 200
	if other := w.byEmail(email); other != nil && other != u {
		status = 400
	}
	if u.id == "user_NONE" {
		status = 404
	}
	if w.ask("PUT", usersPath+"/"+u.id, fmt.Sprintf(`{"email":%q}`, email), false, status) != nil {
		u.verified = u.verified && store.SameEmail(u.email, email)
		u.email = email
	}
}

func (w *userWalk) remove() {
	u := w.pick()
	status := 200
	if u.id == "user_NONE" {
		status = 404
	}
	w.ask("DELETE", usersPath+"/"+u.id, "", false, status)
	w.users = slices.DeleteFunc(w.users, func(o *modelUser) bool { return o == u })
}

// restore restores the seed, which has Alice only.
func (w *userWalk) restore() {
	w.log = append(w.log, "reset")
	w.Store.Reset()
	w.users = nil
	w.ask("DELETE", alicePath, "", false, 200)
}

func (w *userWalk) pass() {
	w.log = append(w.log, "time passes")
	w.now = w.now.Add(time.Duration(w.dice.IntN(400)) * time.Second)
}

func (w *userWalk) signIn() {
	w.log = append(w.log, "sign in")
	if u := w.pick(); u.id != "user_NONE" && u.session == "" {
		u.session = "session_" + fmt.Sprint(len(w.log))
		s := store.Session{Meta: store.Meta{ID: u.session, CreatedAt: w.now}, UserID: u.id, ExpiresAt: w.now.Add(100 * time.Hour)}
		if err := w.Store.Update(func(tx *store.Txn) error { return tx.InsertSession(s) }); err != nil {
			w.t.Error(err)
		}
	}
}

func (w *userWalk) sendCode() {
	u := w.pick()
	status := 200
	switch {
	case u.id == "user_NONE":
		status = 404
	case u.verified:
		status = 400
	}
	if w.ask("POST", usersPath+"/"+u.id+"/email_verification/send", "", true, status) != nil {
		u.codes = append(u.codes, &modelCode{code: w.newestEmail().Code, email: u.email, expires: w.now.Add(10 * time.Minute)})
		u.codes = u.codes[max(0, len(u.codes)-20):]
	}
}

// confirm confirms a code of some user for a user.
func (w *userWalk) confirm() {
	u, from := w.pick(), w.pick()
	if w.dice.IntN(4) > 0 {
		from = u
	}
	given := "no code"
	if len(from.codes) > 0 && w.dice.IntN(3) > 0 {
		given = from.codes[w.dice.IntN(len(from.codes))].code
	}
	right := slices.IndexFunc(u.codes, func(c *modelCode) bool { return c.code == given && c.valid(u, w.now) })
	known := slices.ContainsFunc(u.codes, func(c *modelCode) bool { return c.code == given && store.SameEmail(c.email, u.email) })
	status := 400
	switch {
	case u.id == "user_NONE":
		status = 404
	case u.verified:
	case right >= 0:
		status = 200
	case !known:
		for _, c := range u.codes {
			if c.valid(u, w.now) {
				c.tries++
			}
		}
	}
	if w.ask("POST", usersPath+"/"+u.id+"/email_verification/confirm", fmt.Sprintf(`{"code":%q}`, given), false, status) != nil {
		u.codes[right].used, u.verified = true, true
	}
}

func (w *userWalk) reset() {
	email := w.email()
	u := w.byEmail(email)
	status := 201
	switch {
	case w.random.broken:
		status = 500 // the token is made first
	case u == nil:
		status = 404
	}
	if made := w.ask("POST", passwordResetPath, fmt.Sprintf(`{"email":%q}`, email), true, status); made != nil {
		u.resets = append(u.resets, modelReset{made["password_reset_token"].(string), u.email, w.now.Add(15 * time.Minute)})
		u.resets = u.resets[max(0, len(u.resets)-20):]
	}
}

func (w *userWalk) confirmReset() {
	u, token, status := w.pick(), "no token", 404
	if len(u.resets) > 0 && w.dice.IntN(4) > 0 {
		r := u.resets[w.dice.IntN(len(u.resets))]
		token = r.token
		if w.now.Before(r.expires) && store.SameEmail(r.email, u.email) {
			status = 200
		}
	}
	password := fmt.Sprint("password ", len(w.log))
	if w.ask("POST", passwordResetPath+"/confirm", fmt.Sprintf(`{"token":%q,"new_password":%q}`, token, password), false, status) != nil {
		u.resets, u.verified, u.password, u.session = nil, true, password, ""
	}
}

// compare compares all users with the model.
func (w *userWalk) compare() {
	w.t.Helper()
	var want, got []string
	view := w.Store.View()
	for _, u := range slices.Backward(w.users) {
		active := []string{}
		if u.session != "" {
			active = append(active, u.session)
		}
		want = append(want, fmt.Sprint(u.id, u.email, u.externalID, u.verified, active))
		stored, _ := store.Users.Get(view, u.id)
		if (stored.Password != nil) != (u.password != "") || u.password != "" && !stored.Password.Matches(u.password) {
			w.t.Errorf("the password of %s is another", u.email)
		}
	}
	for _, u := range slices.Backward(store.Users.All(view)) {
		active := []string{}
		for _, s := range view.SessionsOfUser(u.ID) {
			if s.Active(w.now) {
				active = append(active, s.ID)
			}
		}
		got = append(got, fmt.Sprint(u.ID, u.Email, u.ExternalID, u.EmailVerified, active))
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("the users are\n%v, want\n%v", got, want)
	}
}
