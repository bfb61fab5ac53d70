package authenticate

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/session"
	"github.com/caddy-workos/caddy-workos/store"
)

// model says what the answers must be, in the simplest way.
type model struct {
	members  map[string]map[string]bool // users, and the organizations that they are active members of
	sessions []*modelSession
}

type modelSession struct {
	id, user, organization string
	begun, expires         time.Time
	ended                  bool
	token                  string // the one that was not exchanged
	used                   []usedToken
}

// usedToken is a token with what it was exchanged for.
type usedToken struct {
	token, organization, answer string
	at                          time.Time
}

// refusal returns the code and the description with which a refresh of a session is refused, or nothing.
func (m *model) refusal(s *modelSession, organization string, now time.Time) string {
	members, exists := m.members[s.user]
	if organization == "" {
		organization = s.organization
	}
	switch {
	case !exists:
		return "invalid_grant: Invalid refresh token."
	case s.ended || !now.Before(s.expires):
		return "invalid_grant: Session has already ended."
	case organization != "" && !members[organization]:
		return "organization_membership_not_found: The user is not an active member of the organization."
	}
	return ""
}

// TestWalk makes random logins, refreshes, switches, ends and deletions, and compares each answer with a model.
func TestWalk(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			(&walk{fixture: newFixture(t), random: rand.New(rand.NewPCG(seed, 15)), model: model{members: map[string]map[string]bool{
				"ALICE": {"org_ONE": true}, "BOB": {}, "CAROL": {"org_ONE": true, "org_REAL": true}, "IVAN": {},
			}}}).run(250)
		})
	}
}

type walk struct {
	*fixture
	model
	random *rand.Rand
}

func (w *walk) run(steps int) {
	moves := []func(){w.login, w.login, w.login, w.refresh, w.refresh, w.refresh, w.refresh, w.refreshUsed, w.refreshUsed, w.end, w.endAll, w.wait, w.wait, w.member}
	for step := range steps {
		if step%60 == 59 {
			w.remove()
		}
		moves[w.random.IntN(len(moves))]()
		if w.t.Failed() {
			w.t.Fatalf("step %d", step)
		}
	}
	w.check()
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func (w *walk) login() {
	name := pick(w.random, "ALICE", "BOB", "CAROL", "IVAN")
	members, exists := w.members[name]
	a := w.send(passwordOf(name))
	if !exists {
		if a.want(400).code() != "invalid_credentials" {
			w.t.Errorf("a deleted user: %s", a.raw)
		}
		return
	}
	s := &modelSession{user: name, begun: w.now, expires: w.now.Add(24 * time.Hour)}
	if name == "IVAN" {
		s.expires = w.now.Add(time.Hour)
	}
	switch len(members) {
	case 0:
	case 1:
		for organization := range members {
			s.organization = organization
		}
	default:
		s.organization = pick(w.random, "org_ONE", "org_REAL")
		if !members[s.organization] {
			s.organization = "org_ONE"
		}
		a = w.send(grantBody(chooseGrant, pendingToken, a.want(403).text(pendingToken), "organization_id", s.organization))
	}
	s.id, _ = a.want(200).claims()["sid"].(string)
	s.token = a.text("refresh_token")
	w.checkToken(a, s)
	w.sessions = append(w.sessions, s)
}

// isForgotten reports whether a session has expired so long ago that it may be dropped.
func (w *walk) isForgotten(s *modelSession) bool { return !w.now.Before(s.expires.Add(24 * time.Hour)) }

func (w *walk) refresh() {
	if len(w.sessions) == 0 {
		return
	}
	s := pick(w.random, w.sessions...)
	organization := pick(w.random, "", "", "", "org_ONE", "org_TWO")
	if w.isForgotten(s) {
		return
	}
	refused := w.refusal(s, organization, w.now)
	a := w.send(grantBody(refreshGrant, "refresh_token", s.token, "organization_id", organization))
	if got := a.text("error") + ": " + a.text("error_description"); refused != "" {
		if a.status != 400 || got != refused {
			w.t.Errorf("the answer is %s, want %s", a.raw, refused)
		}
		return
	}
	if organization != "" {
		s.organization = organization
	}
	s.used = append(s.used, usedToken{s.token, organization, a.raw, w.now})
	s.token = a.want(200).text("refresh_token")
	w.checkToken(a, s)
}

// refreshUsed refreshes with a token that was exchanged.
func (w *walk) refreshUsed() {
	if len(w.sessions) == 0 {
		return
	}
	s := pick(w.random, w.sessions...)
	if len(s.used) == 0 || w.isForgotten(s) {
		return
	}
	const remembered = 20 // tokens of a session, the last of which is not used
	u := pick(w.random, s.used[max(0, len(s.used)-remembered+1):]...)
	organization := pick(w.random, u.organization, "org_ONE")
	refused := "invalid_grant: Refresh token already exchanged."
	if _, exists := w.members[s.user]; !exists {
		refused = "invalid_grant: Invalid refresh token."
	} else if s.ended || !w.now.Before(s.expires) {
		refused = "invalid_grant: Session has already ended."
	} else if w.now.Sub(u.at) < 30*time.Second && organization == u.organization {
		refused = ""
	}
	a := w.send(grantBody(refreshGrant, "refresh_token", u.token, "organization_id", organization))
	switch got := a.text("error") + ": " + a.text("error_description"); {
	case refused != "" && (a.status != 400 || got != refused):
		w.t.Errorf("the answer is %s, want %s", a.raw, refused)
	case refused == "" && a.raw != u.answer:
		w.t.Errorf("the answer is %s, want %s", a.raw, u.answer)
	}
}

func (w *walk) checkToken(a answer, s *modelSession) {
	w.t.Helper()
	c := a.claims()
	organization, _ := c["org_id"].(string)
	if c["sid"] != s.id || c["sub"] != "user_"+s.user || organization != s.organization || organization != a.text("organization_id") ||
		int64(c["auth_time"].(float64)) != s.begun.Unix() || int64(c["iat"].(float64)) != w.now.Unix() {
		w.t.Errorf("the claims are %v, of %+v", c, s)
	}
}

func (w *walk) end() {
	if len(w.sessions) == 0 {
		return
	}
	s := pick(w.random, w.sessions...)
	if w.isForgotten(s) {
		return
	}
	err := w.store.Update(func(tx *store.Txn) error { return session.End(tx, s.id, w.now) })
	if _, exists := w.members[s.user]; (err == nil) != exists {
		w.t.Errorf("ending a session: %v", err)
	}
	s.ended = true
}

// endAll ends the sessions of a user, or those in an organization.
func (w *walk) endAll() {
	name, organization := pick(w.random, "ALICE", "BOB", "CAROL"), pick(w.random, "", "org_ONE")
	w.update(func(tx *store.Txn) error {
		if organization == "" {
			return session.EndAllOf(tx, "user_"+name, w.now)
		}
		return tx.EndSessionsIn("user_"+name, organization, w.now)
	})
	for _, s := range w.sessions {
		s.ended = s.ended || s.user == name && (organization == "" || s.organization == organization)
	}
}

func (w *walk) wait() {
	w.pass(pick(w.random, time.Second, 10*time.Second, 30*time.Second, 20*time.Minute, 5*time.Hour))
}

// member takes the membership of org_ONE away from a user, or gives it back.
func (w *walk) member() {
	name := pick(w.random, "ALICE", "CAROL")
	members, exists := w.members[name]
	if !exists {
		return
	}
	status := store.ActiveMembership
	if members["org_ONE"] {
		status = store.InactiveMembership
	}
	w.update(func(tx *store.Txn) error {
		_, err := store.Memberships.Update(tx, "om_"+name+"org_ONE", func(m *store.Membership) error { m.Status = status; return nil })
		return err
	})
	if delete(members, "org_ONE"); status == store.ActiveMembership {
		members["org_ONE"] = true
	}
}

// remove deletes a user.
func (w *walk) remove() {
	name := pick(w.random, "ALICE", "BOB", "CAROL", "IVAN")
	if _, exists := w.members[name]; !exists {
		return
	}
	w.update(func(tx *store.Txn) error { return store.Users.Delete(tx, "user_"+name) })
	delete(w.members, name)
}

// check compares the sessions that are active.
func (w *walk) check() {
	active := map[string]bool{}
	for _, s := range store.Sessions.All(w.store.View()) {
		active[s.ID] = s.Active(w.now)
	}
	for _, s := range w.sessions {
		_, exists := w.members[s.user]
		if want := exists && !s.ended && w.now.Before(s.expires); active[s.id] != want {
			w.t.Errorf("%+v: active is %v", s, active[s.id])
		}
	}
}
