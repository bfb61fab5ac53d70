package emulator

import (
	"fmt"
	"net/http"
	"testing"

	fixtures "github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestRealUserAcceptsAnInvitation has the invitation of an address that no local user has.
func TestRealUserAcceptsAnInvitation(t *testing.T) {
	t.Parallel()
	list := func(users string) http.Handler {
		return &recorder{status: 200, body: `{"object":"list","data":[` + users + `],"list_metadata":{"before":null,"after":null}}`}
	}
	const real = `{"object":"user","id":"user_REAL","email":"new@ACME.example"}`
	for name, test := range map[string]struct {
		next   http.Handler
		key    string
		status int
		code   string
	}{
		"a real user":              {list(real), acceptedKey, 200, ""},
		"among others":             {list(`{"id":"user_X","email":"x@acme.example"},` + real), acceptedKey, 200, ""},
		"nobody":                   {list(``), acceptedKey, 400, "invalid_invite"},
		"another address":          {list(`{"id":"user_X","email":"x@acme.example"}`), acceptedKey, 400, "invalid_invite"},
		"an id that is no path":    {list(`{"id":"../x","email":"new@acme.example"}`), acceptedKey, 400, "invalid_invite"},
		"no list":                  {&recorder{status: 200, body: `[`}, acceptedKey, 400, "invalid_invite"},
		"no user":                  {list(`5,null,{}`), acceptedKey, 400, "invalid_invite"},
		"a failure":                {&recorder{status: 503, body: `{"code":"theirs"}`}, acceptedKey, 503, "theirs"},
		"a refusal":                {&recorder{status: 403, body: `{"code":"theirs"}`}, acceptedKey, 403, "theirs"},
		"no next handler":          {nil, acceptedKey, 400, "invalid_invite"},
		"a customer may not ask":   {list(real), "sk_test_customer", 400, "invalid_invite"},
		"of a local user, not ask": {&recorder{status: 500}, acceptedKey, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, email := newServer(t), "New@acme.example"
			if name == "of a local user, not ask" {
				email = "alice@acme.example"
			}
			invite := func(id, organization string) {
				err := f.Store.Update(func(tx *store.Txn) error {
					return store.Invitations.Insert(tx, store.Invitation{
						Meta: store.Meta{ID: id, CreatedAt: f.now}, Email: email, OrganizationID: organization, Token: id, ExpiresAt: f.now.AddDate(0, 0, 1),
					})
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			invite("invitation_LOCAL", "org_ACME")
			f.next = test.next
			got := f.send("POST", invitesPath+"/invitation_LOCAL/accept", "", bearer(test.key)).want(test.status)
			if got["code"] != nil && got["code"] != test.code || got["code"] == nil && test.code != "" {
				t.Errorf("%v", got)
			}
			_, isMember := f.Store.View().MembershipOf("user_REAL", "org_ACME")
			if isMember != (test.status == 200 && email == "New@acme.example") {
				t.Errorf("the real user is a member: %t", isMember)
			}
			if next, ok := test.next.(*recorder); ok && test.status != 200 {
				if asked := next.take(); len(asked) > 1 || len(asked) == 1 && asked[0].uri != usersPath+"?email=New%40acme.example" {
					t.Errorf("the upstream was asked %v", asked)
				}
			}
			if test.status != 200 || email != "New@acme.example" {
				return
			}
			if got["accepted_user_id"] != "user_REAL" || got["state"] != "accepted" {
				t.Errorf("%v", got)
			}
			invite("invitation_REAL", "org_REAL") // neither side of the membership would be local
			if got := f.send("POST", invitesPath+"/invitation_REAL/accept", "").want(400); got["code"] != "invalid_invite" {
				t.Errorf("%v", got)
			}
			invite("invitation_NONE", "")
			if got := fmt.Sprint(f.send("POST", invitesPath+"/invitation_NONE/accept", "").want(200)["accepted_user_id"]); got != "user_REAL" {
				t.Errorf("it is accepted by %s", got)
			}
		})
	}
}

// TestInvitationIsAcceptedInAReplay looks for the user among the recordings: that there is none is no miss, unless the lookup of another
// address was recorded.
func TestInvitationIsAcceptedInAReplay(t *testing.T) {
	t.Parallel()
	const found = `{"object":"list","data":[{"object":"user","id":"user_REAL","email":"new@acme.example"}],"list_metadata":{"before":null,"after":null}}`
	for recorded, want := range map[string]struct {
		status int
		misses int64
	}{"": {400, 0}, "other@acme.example": {501, 1}, "new@acme.example": {200, 0}} {
		library, err := fixtures.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		accept := func(email string, mode fixtures.Mode, next http.Handler) response {
			made, err := fixtures.New(fixtures.Options{Library: library, Mode: mode})
			if err != nil {
				t.Fatal(err)
			}
			defer made.Close()
			f := newInvited(t)
			err = f.Store.Update(func(tx *store.Txn) error {
				_, err := store.Invitations.Update(tx, "invitation_NEW", func(i *store.Invitation) error { i.Email = email; return nil })
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			f.next = made.Handler(next)
			return f.send("POST", invitesPath+"/invitation_NEW/accept", "")
		}
		if recorded != "" {
			accept(recorded, fixtures.Record, &recorder{status: 200, body: found})
			library.Reset()
		}
		r := accept("new@acme.example", fixtures.Replay, nil)
		report, err := library.Report()
		if err != nil {
			t.Fatal(err)
		}
		if r.Code != want.status || report.Misses != want.misses {
			t.Errorf("%q: %d with %d misses: %s", recorded, r.Code, report.Misses, r.Body)
		}
	}
}
