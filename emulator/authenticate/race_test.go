package authenticate

import (
	"sync"
	"testing"

	"github.com/caddy-workos/caddy-workos/store"
)

// together sends a request many times at once, and returns the answers by their bodies.
func (f *fixture) together(b body) map[string][]answer {
	const requests = 12
	var mu sync.Mutex
	var wait sync.WaitGroup
	start := make(chan struct{})
	answers := map[string][]answer{}
	for range requests {
		wait.Go(func() {
			<-start
			a := f.send(b)
			mu.Lock()
			defer mu.Unlock()
			answers[a.raw] = append(answers[a.raw], a)
		})
	}
	close(start)
	wait.Wait()
	return answers
}

// TestRefreshesAtOnceGiveOnePair refreshes one token from many places: all get the one new pair, which goes on working.
func TestRefreshesAtOnceGiveOnePair(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := grantBody(refreshGrant, "refresh_token", f.send(passwordOf("alice")).want(200).text("refresh_token"))
	for range 5 {
		answers := f.together(b)
		if len(answers) != 1 {
			t.Fatalf("there are %d different answers", len(answers))
		}
		for _, same := range answers {
			b["refresh_token"] = same[0].want(200).text("refresh_token")
		}
	}
	if n := len(store.Sessions.All(f.store.View())); n != 1 {
		t.Errorf("there are %d sessions", n)
	}
	if n := len(store.RefreshTokens.All(f.store.View())); n != 6 {
		t.Errorf("there are %d refresh tokens", n)
	}
}

// TestWhatIsForOneUseIsUsedOnce: of many requests at once, one gets the session.
func TestWhatIsForOneUseIsUsedOnce(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(f *fixture) body{
		"code": func(f *fixture) body { return grantBody(codeGrant, "code", f.codeFor("ALICE")) },
		"pending token": func(f *fixture) body {
			return grantBody(chooseGrant, pendingToken, f.send(passwordOf("carol")).text(pendingToken), "organization_id", "org_ONE")
		},
		"magic auth": func(f *fixture) body {
			return grantBody(magicGrant, "email", "alice@acme.example", "code", f.magicCode("ALICE"))
		},
		"device": func(f *fixture) body {
			f.h.FirstUser = true
			_, poll := f.device()
			return poll
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			succeeded := 0
			for _, answers := range f.together(prepare(f)) {
				for _, a := range answers {
					if a.status == 200 {
						succeeded++
					} else {
						a.want(400)
					}
				}
			}
			if n := len(store.Sessions.All(f.store.View())); succeeded != 1 || n != 1 {
				t.Errorf("%d requests succeeded, and there are %d sessions", succeeded, n)
			}
		})
	}
}

// TestTokenIsOfTheAnswer signs in while a membership comes and goes: the token is for the organization that the answer names.
func TestTokenIsOfTheAnswer(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var wait sync.WaitGroup
	stop := make(chan struct{})
	wait.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				_ = f.store.Update(func(tx *store.Txn) error { return store.Memberships.Delete(tx, "om_ALICEorg_ONE") })
				_ = f.store.Update(func(tx *store.Txn) error { return member(tx, "ALICE", "org_ONE", store.ActiveMembership, "member") })
			}
		}
	})
	defer wait.Wait()
	defer close(stop)
	for range 150 {
		a := f.send(passwordOf("alice")).want(200)
		if organization, _ := a.claims()["org_id"].(string); organization != a.text("organization_id") {
			t.Errorf("the token is for %q: %s", organization, a.raw)
			break
		}
	}
}
