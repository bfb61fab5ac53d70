package emulator

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// peopleWalk is an emulator before a real WorkOS, whose people change at random.
type peopleWalk struct {
	*server
	dice *mathrand.Rand
	file *seed.Seed // the one that was applied last
	made int
	log  []string
	// prefix makes the ids of sessions differ from those of other walks.
	prefix string
}

// TestPeopleWalk makes, changes and deletes users, organizations, memberships and invitations of both sides at random, with logins,
// reloads of edited seeds and resets in between, and checks after each step what must always hold.
func TestPeopleWalk(t *testing.T) {
	t.Parallel()
	walks := uint64(30)
	if testing.Short() {
		walks = 6
	}
	for n := range walks {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			w := newPeopleWalk(t, n)
			for range 120 {
				w.step()
				w.check()
				if t.Failed() {
					t.Fatalf("after\n%s", strings.Join(w.log[max(0, len(w.log)-15):], "\n"))
				}
			}
		})
	}
}

// TestPeopleAtOnce makes the moves of [TestPeopleWalk] in several goroutines. What must always hold does so at each moment.
func TestPeopleAtOnce(t *testing.T) {
	t.Parallel()
	for n := range uint64(4) {
		w := newPeopleWalk(t, n)
		var moving sync.WaitGroup
		for i := range uint64(4) {
			moving.Add(1)
			go func() {
				defer moving.Done()
				other := &peopleWalk{server: w.server, dice: mathrand.New(mathrand.NewPCG(n, 100+i)), file: w.file, prefix: fmt.Sprint(i, "_")}
				for range 60 {
					other.step()
					other.checkRows(w.Store.View())
				}
			}()
		}
		moving.Wait()
		w.check()
	}
}

func newPeopleWalk(t *testing.T, n uint64) *peopleWalk {
	w := &peopleWalk{dice: mathrand.New(mathrand.NewPCG(n, 11))}
	w.server = newSeeded(t, "", func(o *Options) { o.CreateLocal = n%2 == 0 })
	if n%2 == 0 {
		next := newRealWorkOS()
		next.objects[usersPath], next.objects[invitesPath] = noItems, noItems
		w.next = next
	}
	w.reload()
	return w
}

const noItems = `{"object":"list","data":[],"list_metadata":{"before":null,"after":null}}`

func (w *peopleWalk) step() {
	moves := []func(){
		w.createUser, w.createOrganization, w.updateUser, w.join, w.join, w.join, w.changeMembership, w.changeMembership, w.changeMembership,
		w.invite, w.invite, w.answerInvitation, w.answerInvitation, w.signIn, w.signIn, w.signIn,
	}
	switch w.dice.IntN(9) {
	case 0:
		moves = []func(){w.reload}
	case 1:
		moves = []func(){w.deleteOne, w.deleteOne, w.deleteOne, w.reset}
	}
	moves[w.dice.IntN(len(moves))]()
}

// one returns one of some values.
func (w *peopleWalk) one(values ...string) string { return values[w.dice.IntN(len(values))] }

// ask sends a request, which may be refused, but must not fail.
func (w *peopleWalk) ask(method, path, body string) {
	w.t.Helper()
	r := w.send(method, path, body)
	w.log = append(w.log, fmt.Sprintf("%s %s %s: %d", method, path, body, r.Code))
	if r.Code >= 500 {
		w.t.Errorf("%s %s %s: %d %s", method, path, body, r.Code, r.Body)
	}
}

// user returns the id of a user of either side, or of none.
func (w *peopleWalk) user() string {
	ids := []string{"user_REAL", "user_S1", "user_S2", "user_NONE"}
	for _, u := range store.Users.All(w.Store.View()) {
		ids = append(ids, u.ID, u.ID)
	}
	return w.one(ids...)
}

func (w *peopleWalk) organization() string {
	ids := []string{"org_REAL", "org_S1", "org_S2", "org_NONE"}
	for _, o := range store.Organizations.All(w.Store.View()) {
		ids = append(ids, o.ID, o.ID)
	}
	return w.one(ids...)
}

// email returns an address. Three are of the seed.
func (w *peopleWalk) email() string {
	return w.one("s1@x", "S2@x", "s3@x", "böb@x", "BÖB@x", "new@x")
}

func (w *peopleWalk) createUser() {
	w.ask("POST", usersPath, fmt.Sprintf(`{"email":%q,"external_id":%q}`, w.email(), w.one("e1", "e2", "e3")))
}

func (w *peopleWalk) updateUser() {
	w.ask("PUT", usersPath+"/"+w.user(), w.one(
		fmt.Sprintf(`{"email":%q}`, w.email()), fmt.Sprintf(`{"external_id":%q}`, w.one("e1", "e2", "e3")), `{"external_id":null}`, `{"first_name":"F"}`))
}

func (w *peopleWalk) createOrganization() {
	w.ask("POST", "/organizations", fmt.Sprintf(`{"name":"Made","external_id":%q,"domain_data":[{"domain":%q,"state":"verified"}]}`,
		w.one("e1", "e2", "e3"), w.one("a.example", "B.example", "b.example")))
}

func (w *peopleWalk) deleteOne() {
	w.ask("DELETE", w.one(usersPath+"/"+w.user(), "/organizations/"+w.organization()), "")
}

func (w *peopleWalk) role() string { return w.one("member", "r1", "r2", "org-r") }

func (w *peopleWalk) join() {
	w.ask("POST", membersPath, member(w.user(), w.organization(), w.one("", fmt.Sprintf(`,"role_slug":%q`, w.role()))))
}

func (w *peopleWalk) changeMembership() {
	ids := []string{"om_NONE"}
	for _, m := range store.Memberships.All(w.Store.View()) {
		ids = append(ids, m.ID)
	}
	path := membersPath + "/" + w.one(ids...)
	switch w.dice.IntN(5) {
	case 0:
		w.ask("DELETE", path, "")
	case 1:
		w.ask("PUT", path, fmt.Sprintf(`{"role_slugs":["member",%q]}`, w.role()))
	case 2:
		w.ask("PUT", path+"/reactivate", "")
	default:
		w.ask("PUT", path+"/deactivate", "")
	}
}

func (w *peopleWalk) invite() {
	w.ask("POST", invitesPath, fmt.Sprintf(`{"email":%q,"organization_id":%q,"role_slug":%q}`, w.email(), w.organization(), w.role()))
}

func (w *peopleWalk) answerInvitation() {
	ids := []string{"invitation_NONE"}
	for _, i := range store.Invitations.All(w.Store.View()) {
		ids = append(ids, i.ID)
	}
	w.ask("POST", invitesPath+"/"+w.one(ids...)+"/"+w.one("accept", "accept", "revoke", "resend"), "")
}

// signIn begins a session of an active member, as a login does.
func (w *peopleWalk) signIn() {
	var active []store.Membership
	for _, m := range store.Memberships.All(w.Store.View()) {
		if _, local := store.Users.Get(w.Store.View(), m.UserID); local && m.Status == store.ActiveMembership {
			active = append(active, m)
		}
	}
	if len(active) == 0 {
		return
	}
	m := active[w.dice.IntN(len(active))]
	w.made++
	s := store.Session{
		Meta: store.Meta{ID: fmt.Sprint("session_", w.prefix, w.made), CreatedAt: w.now}, UserID: m.UserID, OrganizationID: m.OrganizationID,
		ExpiresAt: w.now.Add(time.Hour),
	}
	w.log = append(w.log, fmt.Sprintf("%s signs in to %s", m.UserID, m.OrganizationID))
	err := w.Store.Update(func(tx *store.Txn) error {
		if now, ok := tx.MembershipOf(m.UserID, m.OrganizationID); !ok || now.Status != store.ActiveMembership {
			return nil // another walk has ended it
		}
		return tx.InsertSession(s)
	})
	if err != nil {
		w.t.Error(err)
	}
}

// reset restores the seed. What there is afterwards is what a fresh start has.
func (w *peopleWalk) reset() {
	w.log = append(w.log, "reset")
	var rows [2]string
	for i, s := range []*store.Store{w.Store, store.New()} {
		err := s.Update(func(tx *store.Txn) error {
			defer func() { rows[i] = idsOf(tx) }()
			return w.file.Restore(tx, w.now, rand.Reader)
		})
		if err != nil {
			w.t.Error(err)
		}
	}
	if rows[0] != rows[1] {
		w.t.Errorf("after a reset there are\n%s, want\n%s", rows[0], rows[1])
	}
}

// reload applies another seed. Where what was made at run time stands in its way, nothing changes.
func (w *peopleWalk) reload() {
	source := w.seed()
	parsed, err := seed.Parse("seed.yaml", []byte(source), seed.Options{})
	if err != nil {
		w.t.Fatalf("%v\n%s", err, source)
	}
	err = w.Store.Update(func(tx *store.Txn) error {
		_, err := parsed.Apply(tx, w.now, rand.Reader)
		return err
	})
	w.log = append(w.log, fmt.Sprintf("reload: %v\n%s", err, source))
	if err == nil || w.file == nil {
		w.file = parsed
	}
}

// seed returns a seed of some people, with memberships across the border.
func (w *peopleWalk) seed() string {
	var users, organizations, memberships, invitations, connections, roles, keys []string
	present, there := []string{}, []string{}
	maybe := func(field string) string { return w.one("", ", "+field) }
	for _, n := range []string{"1", "2", "3"} {
		if w.dice.IntN(4) > 0 {
			present = append(present, n)
			users = append(users, fmt.Sprintf("{id: user_S%s, email: s%[1]s@x%s%s%s}", n, maybe("first_name: F"), maybe("totp: true"), maybe("external_id: e"+n)))
		}
	}
	for _, n := range []string{"1", "2", "3"} {
		if w.dice.IntN(4) == 0 {
			continue
		}
		there = append(there, n)
		var members []string
		for _, user := range present {
			if w.dice.IntN(2) == 0 {
				members = append(members, fmt.Sprintf("{email: s%s@x, role: %s, status: %s}", user, w.one("member", "r1"), w.one("active", "active", "inactive", "pending")))
			}
		}
		organizations = append(organizations, fmt.Sprintf("{id: org_S%s, name: S%[1]s%s, memberships: [%s]}", n, maybe("metadata: {a: b}"), strings.Join(members, ", ")))
		if w.dice.IntN(2) == 0 {
			memberships = append(memberships, fmt.Sprintf("{user_id: user_REAL, organization: S%s, status: %s}", n, w.one("active", "inactive")))
		}
		if w.dice.IntN(2) == 0 {
			invitations = append(invitations, fmt.Sprintf("{email: %s, organization: S%s%s}", w.one("s1@x", "new@x"), n, maybe("role_slug: r1")))
			connections = append(connections, fmt.Sprintf("{name: C, organization: S%s%s}", n, maybe("state: inactive")))
			roles = append(roles, fmt.Sprintf("{slug: org-r, name: R, organization_id: org_S%s%s}", n, maybe("priority: 3")))
			keys = append(keys, fmt.Sprintf("{name: K, organization: S%s%s}", n, maybe("permissions: [a]")))
		}
	}
	for _, user := range present {
		if w.dice.IntN(2) == 0 {
			memberships = append(memberships, fmt.Sprintf("{user: s%s@x, organization_id: org_REAL%s}", user, maybe("status: inactive")))
		}
		if len(there) > 0 && w.dice.IntN(2) == 0 {
			keys = append(keys, fmt.Sprintf("{name: U, organization: S%s, user_id: user_S%s%s}", w.one(there...), user, maybe("permissions: [a]")))
		}
	}
	roles = append(roles, "{slug: r1, name: R1"+maybe("priority: 2")+"}")
	var b strings.Builder
	for i, entries := range [][]string{users, organizations, memberships, invitations, connections, roles, keys} {
		fmt.Fprintf(&b, "%s: [%s]\n", []string{"users", "organizations", "memberships", "invitations", "connections", "roles", "apiKeys"}[i], strings.Join(entries, ", "))
	}
	return b.String()
}
