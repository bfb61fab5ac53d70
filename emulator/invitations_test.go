package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
	"github.com/caddy-workos/caddy-workos/store"
)

const invitesPath = "/user_management/invitations"

// newInvited has members, and an invitation in each state to org_ACME.
func newInvited(t testing.TB, change ...func(*Options)) *server {
	t.Helper()
	f := newMembers(t, change...)
	day := 24 * time.Hour
	err := f.Store.Update(func(tx *store.Txn) error {
		var errs []error
		for id, i := range map[string]store.Invitation{
			"PENDING":  {Email: "carol@acme.example", RoleSlug: "admin", ExpiresAt: f.now.Add(day)},
			"NEW":      {Email: "New@acme.example", ExpiresAt: f.now.Add(day)},
			"EXPIRED":  {Email: "expired@acme.example", ExpiresAt: f.now},
			"REVOKED":  {Email: "revoked@acme.example", ExpiresAt: f.now.Add(day), RevokedAt: f.now.Add(-day)},
			"ACCEPTED": {Email: "alice@acme.example", ExpiresAt: f.now.Add(-day), AcceptedAt: f.now.Add(-2 * day), AcceptedUserID: "user_ALICE"},
		} {
			i.Meta = store.Meta{ID: "invitation_" + id, CreatedAt: f.now.Add(-3 * day), UpdatedAt: f.now.Add(-3 * day)}
			i.OrganizationID, i.Token = "org_ACME", "token"+id
			errs = append(errs, store.Invitations.Insert(tx, i))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestInvitationCodes has the answer to each request, without an upstream.
func TestInvitationCodes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request, body string
		status        int
		code          string // of the error, or the state
	}{
		"list, bad order":         {"GET " + invitesPath + "?order=up", "", 422, "invalid_request_parameters"},
		"get":                     {"GET " + invitesPath + "/invitation_PENDING", "", 200, "pending"},
		"get, expired":            {"GET " + invitesPath + "/invitation_EXPIRED", "", 200, "expired"},
		"get, revoked":            {"GET " + invitesPath + "/invitation_REVOKED", "", 200, "revoked"},
		"get, accepted":           {"GET " + invitesPath + "/invitation_ACCEPTED", "", 200, "accepted"},
		"get, unknown":            {"GET " + invitesPath + "/invitation_NONE", "", 404, "entity_not_found"},
		"by token":                {"GET " + invitesPath + "/by_token/tokenPENDING", "", 200, "pending"},
		"by token, unknown":       {"GET " + invitesPath + "/by_token/none", "", 404, "entity_not_found"},
		"create":                  {"POST " + invitesPath, `{"email":"x@x.example"}`, 201, "pending"},
		"create, all":             {"POST " + invitesPath, `{"email":"dave@acme.example","organization_id":"org_ACME","role_slug":"org-owner","inviter_user_id":"user_ALICE","expires_in_days":30,"locale":"de"}`, 201, "pending"},
		"create, nulls":           {"POST " + invitesPath, `{"email":"x@x.example","organization_id":null,"role_slug":null,"expires_in_days":null,"inviter_user_id":null,"locale":null}`, 201, "pending"},
		"create, expired before":  {"POST " + invitesPath, `{"email":"expired@acme.example","organization_id":"org_ACME"}`, 201, "pending"},
		"create, revoked before":  {"POST " + invitesPath, `{"email":"revoked@acme.example","organization_id":"org_ACME"}`, 201, "pending"},
		"create, inactive member": {"POST " + invitesPath, `{"email":"bob@acme.example","organization_id":"org_ACME"}`, 201, "pending"},
		"create, elsewhere":       {"POST " + invitesPath, `{"email":"new@acme.example","organization_id":"org_OTHER"}`, 201, "pending"},
		"create, invited to one":  {"POST " + invitesPath, `{"email":"new@acme.example"}`, 201, "pending"},
		"create, invited":         {"POST " + invitesPath, `{"email":"NEW@acme.example","organization_id":"org_ACME"}`, 400, "email_already_invited_to_organization"},
		"create, member":          {"POST " + invitesPath, `{"email":"ALICE@acme.example","organization_id":"org_ACME"}`, 400, "user_already_organization_member"},
		"create, user":            {"POST " + invitesPath, `{"email":"alice@acme.example"}`, 400, "user_already_exists"},
		"create, 0 days":          {"POST " + invitesPath, `{"email":"x@x.example","expires_in_days":0}`, 400, "expires_in_days_too_short"},
		"create, -1 days":         {"POST " + invitesPath, `{"email":"x@x.example","expires_in_days":-9223372036854775808}`, 400, "expires_in_days_too_short"},
		"create, 31 days":         {"POST " + invitesPath, `{"email":"x@x.example","expires_in_days":31}`, 400, "expires_in_days_too_long"},
		"create, many days":       {"POST " + invitesPath, `{"email":"x@x.example","expires_in_days":9223372036854775807}`, 400, "expires_in_days_too_long"},
		"create, unknown role":    {"POST " + invitesPath, `{"email":"x@x.example","organization_id":"org_ACME","role_slug":"boss"}`, 400, "invalid_role"},
		"create, role of another": {"POST " + invitesPath, `{"email":"x@x.example","organization_id":"org_OTHER","role_slug":"org-owner"}`, 400, "invalid_role"},
		"create, no organization": {"POST " + invitesPath, `{"email":"x@x.example","organization_id":"org_NONE"}`, 404, "entity_not_found"},
		"create, no inviter":      {"POST " + invitesPath, `{"email":"x@x.example","inviter_user_id":"user_NONE"}`, 404, "entity_not_found"},
		"create, no address":      {"POST " + invitesPath, `{"email":" "}`, 422, "invalid_request_parameters"},
		"create, nothing":         {"POST " + invitesPath, "", 422, "invalid_request_parameters"},
		"create, bad address":     {"POST " + invitesPath, `{"email":"x"}`, 422, "invalid_request_parameters"},
		"create, wrong types":     {"POST " + invitesPath, `{"email":["x@x.example"],"organization_id":1,"expires_in_days":"7","role_slug":false,"inviter_user_id":{},"locale":1}`, 422, "invalid_request_parameters"},
		"create, half days":       {"POST " + invitesPath, `{"email":"x@x.example","expires_in_days":1.5}`, 422, "invalid_request_parameters"},
		"create, no JSON":         {"POST " + invitesPath, `x`, 400, "invalid_request_body"},
		"revoke":                  {"POST " + invitesPath + "/invitation_PENDING/revoke", "", 200, "revoked"},
		"revoke, expired":         {"POST " + invitesPath + "/invitation_EXPIRED/revoke", "{}", 400, "invite_not_pending"},
		"revoke, revoked":         {"POST " + invitesPath + "/invitation_REVOKED/revoke", "", 400, "invite_not_pending"},
		"revoke, accepted":        {"POST " + invitesPath + "/invitation_ACCEPTED/revoke", "", 400, "invite_not_pending"},
		"revoke, unknown":         {"POST " + invitesPath + "/invitation_NONE/revoke", "", 404, "entity_not_found"},
		"resend":                  {"POST " + invitesPath + "/invitation_PENDING/resend", `{"locale":"fr"}`, 200, "pending"},
		"resend, expired":         {"POST " + invitesPath + "/invitation_EXPIRED/resend", "", 400, "invite_expired"},
		"resend, revoked":         {"POST " + invitesPath + "/invitation_REVOKED/resend", "", 400, "invite_revoked"},
		"resend, accepted":        {"POST " + invitesPath + "/invitation_ACCEPTED/resend", "", 400, "invite_accepted"},
		"resend, wrong type":      {"POST " + invitesPath + "/invitation_PENDING/resend", `{"locale":1}`, 422, "invalid_request_parameters"},
		"resend, unknown":         {"POST " + invitesPath + "/invitation_NONE/resend", "", 404, "entity_not_found"},
		"accept":                  {"POST " + invitesPath + "/invitation_PENDING/accept", "", 200, "accepted"},
		"accept, nobody":          {"POST " + invitesPath + "/invitation_NEW/accept", "", 400, "invalid_invite"},
		"accept, expired":         {"POST " + invitesPath + "/invitation_EXPIRED/accept", "", 400, "invite_not_pending"},
		"accept, revoked":         {"POST " + invitesPath + "/invitation_REVOKED/accept", "", 400, "invite_not_pending"},
		"accept, accepted":        {"POST " + invitesPath + "/invitation_ACCEPTED/accept", "", 400, "invite_not_pending"},
		"accept, unknown":         {"POST " + invitesPath + "/invitation_NONE/accept", "", 404, "entity_not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newInvited(t)
			method, target, _ := strings.Cut(test.request, " ")
			before := len(store.Invitations.All(f.Store.View()))
			got := f.send(method, target, test.body).want(test.status)
			if code, state := got["code"], got["state"]; code != test.code && state != test.code {
				t.Errorf("it is %v", got)
			}
			view := f.Store.View()
			emails := len(view.NewestEmails(10, nil))
			sends := test.status < 300 && (test.status == 201 || strings.HasPrefix(name, "resend"))
			if made := len(store.Invitations.All(view)) - before; made == 1 != (test.status == 201) || emails == 1 != sends {
				t.Errorf("%d invitations were made, and %d emails sent", made, emails)
			}
			if test.status >= 400 {
				if got := store.Memberships.All(view); len(got) != 3 {
					t.Errorf("the memberships are %+v", got)
				}
			}
		})
	}
}

// TestInvitationMessages has the texts of production.
func TestInvitationMessages(t *testing.T) {
	t.Parallel()
	f := newInvited(t)
	for request, want := range map[string]string{
		"GET /invitation_NONE":             "Invitation not found: 'invitation_NONE'.",
		"GET /by_token/none":               "Invitation not found: 'none'.",
		"POST /invitation_ACCEPTED/resend": "Invite has already been accepted.",
		"POST /invitation_REVOKED/accept":  "Invite is not pending.",
	} {
		method, path, _ := strings.Cut(request, " ")
		r := f.send(method, invitesPath+path, "")
		if got := r.want(r.Code)["message"]; got != want {
			t.Errorf("%s: %q", request, got)
		}
	}
}

// TestInvitationWire has all members of the object, and the email.
func TestInvitationWire(t *testing.T) {
	t.Parallel()
	f := newInvited(t, predictable)
	compareGolden(t, "invitation", "200", f.send("GET", invitesPath+"/invitation_ACCEPTED", "").Body.Bytes())
	r := f.send("POST", invitesPath, `{"email":"x@x.example"}`)
	compareGolden(t, "created_invitation", "201", r.Body.Bytes())

	made := r.want(201)
	token, url := made["token"].(string), made["accept_invitation_url"].(string)
	if !credential.IsMarked(token) || url != "http://emulator.test/invite?invitation_token="+token {
		t.Errorf("the token is %s, and the URL %s", token, url)
	}
	sent := f.Store.View().NewestEmails(1, nil)[0]
	if sent.To != "x@x.example" || sent.Kind != "invitation" || sent.Link != url || sent.Code != "" {
		t.Errorf("the email is %+v", sent)
	}
	for _, entry := range f.logs.All() {
		if text := fmt.Sprint(entry.Message, entry.ContextMap()); strings.Contains(text, token) || strings.Contains(text, "x@x.example") {
			t.Errorf("the log has %s", text)
		}
	}
	if got := f.send("GET", invitesPath+"/by_token/"+token, "").want(200); got["id"] != made["id"] {
		t.Error(got)
	}
}

// TestInvitationExpires checks the lifetimes to the second.
func TestInvitationExpires(t *testing.T) {
	t.Parallel()
	for days, body := range map[int]string{7: `{"email":"x@x.example"}`, 1: `{"email":"x@x.example","expires_in_days":1}`, 30: `{"email":"x@x.example","expires_in_days":30}`} {
		f := newMembers(t)
		id := f.send("POST", invitesPath, body).want(201)["id"].(string)
		f.now = f.now.Add(time.Duration(days)*24*time.Hour - time.Second)
		if got := f.send("GET", invitesPath+"/"+id, "").want(200); got["state"] != "pending" {
			t.Errorf("%d days: %v", days, got)
		}
		f.send("POST", invitesPath, body).want(400)
		f.now = f.now.Add(time.Second)
		if got := f.send("GET", invitesPath+"/"+id, "").want(200); got["state"] != "expired" || got["revoked_at"] != nil {
			t.Errorf("%d days: %v", days, got)
		}
		f.send("POST", invitesPath, body).want(201)
	}
}

// TestInvitedUser is a pending member until the invitation is accepted, and none after it is revoked.
func TestInvitedUser(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	statuses := func() string {
		f.t.Helper()
		m, ok := f.Store.View().MembershipOf("user_DAVE", "org_ACME")
		return fmt.Sprint(ok, m.Status, m.RoleSlugs)
	}
	const body = `{"email":"Dave@acme.example","organization_id":"org_ACME","role_slug":"admin"}`
	first := f.send("POST", invitesPath, body).want(201)["id"].(string)
	if got := statuses(); got != "truepending[admin]" {
		t.Error(got)
	}
	f.send("POST", membersPath, member("user_DAVE", "org_ACME", "")).want(400)
	f.send("POST", invitesPath+"/"+first+"/revoke", "").want(200)
	if got := statuses(); got != "false[]" {
		t.Error(got)
	}
	second := f.send("POST", invitesPath, body).want(201)["id"].(string)
	accepted := f.send("POST", invitesPath+"/"+second+"/accept", "").want(200)
	if got := statuses(); got != "trueactive[admin]" || accepted["accepted_user_id"] != "user_DAVE" || accepted["accepted_at"] == nil {
		t.Error(got, accepted)
	}
	f.send("POST", invitesPath, body).want(400)

	// An active member stays one when an older invitation is revoked, and an inactive one becomes active again.
	third := f.send("POST", invitesPath, `{"email":"bob@acme.example","organization_id":"org_ACME"}`).want(201)["id"].(string)
	f.send("POST", membersPath, member("user_BOB", "org_ACME", "")).want(201)
	f.send("POST", invitesPath+"/"+third+"/revoke", "").want(200)
	if m, _ := f.Store.View().MembershipOf("user_BOB", "org_ACME"); m.Status != store.ActiveMembership {
		t.Errorf("it is %+v", m)
	}
}

// TestInvitationRaces has concurrent requests about one invitation: one wins.
func TestInvitationRaces(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]struct {
		path, body string
		status     int
	}{
		"create": {"", `{"email":"dave@acme.example","organization_id":"org_ACME"}`, 201},
		"accept": {"/invitation_PENDING/accept", "", 200},
		"revoke": {"/invitation_PENDING/revoke", "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newInvited(t)
			codes := make([]int, 4)
			var all sync.WaitGroup
			for i := range codes {
				all.Go(func() { codes[i] = f.send("POST", invitesPath+request.path, request.body).Code })
			}
			all.Wait()
			slices.Sort(codes)
			if !slices.Equal(codes, []int{request.status, 400, 400, 400}) {
				t.Errorf("the statuses are %v", codes)
			}
		})
	}
}

// TestInvitationFilters has what each query lists, newest first.
func TestInvitationFilters(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	var made []string
	for _, body := range []string{
		`{"email":"a@x.example"}`, `{"email":"A@x.example","organization_id":"org_ACME"}`, `{"email":"b@x.example","organization_id":"org_ACME"}`,
		`{"email":"a@x.example","organization_id":"org_OTHER"}`,
	} {
		made = append(made, f.send("POST", invitesPath, body).want(201)["id"].(string))
	}
	for query, want := range map[string][]int{
		"":                          {3, 2, 1, 0},
		"?email=A@X.example":        {3, 1, 0},
		"?organization_id=org_ACME": {2, 1},
		"?organization_id=org_ACME&email=a@x.example": {1},
		"?organization_id=org_NONE":                   {},
		"?email=nobody":                               {},
		"?limit=1&order=asc":                          {0},
	} {
		var ids []string
		for _, i := range want {
			ids = append(ids, made[i])
		}
		if got := f.send("GET", invitesPath+query, "").ids(); !slices.Equal(got, ids) {
			t.Errorf("%s: %v, want %v", query, got, ids)
		}
	}
}

// TestWhoMakesAnInvitation has an upstream: what is not about a seeded one goes there.
func TestWhoMakesAnInvitation(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"email":"x@x.example"}`:                                                            "upstream 201, emulator 201",
		`{"email":"x@x.example","organization_id":"org_REAL"}`:                               "upstream 201, upstream 201",
		`{"email":"x@x.example","organization_id":"org_ACME"}`:                               "emulator 201, emulator 201",
		`{"email":"dave@acme.example","organization_id":"org_REAL"}`:                         "emulator 201, emulator 201",
		`{"email":"dave@acme.example"}`:                                                      "emulator 400, emulator 400",
		`{"email":" Dave@acme.example\n"}`:                                                   "emulator 400, emulator 400",
		`{"email":"x@x.example","organization_id":"org_ACME","inviter_user_id":"user_REAL"}`: "emulator 201, emulator 201",
		`{"email":"x@x.example","organization_id":"org_ACME","inviter_user_id":"user_NONE"}`: "upstream 404, upstream 404",
	} {
		var got []string
		for _, local := range []bool{false, true} {
			f := newMembers(t, func(o *Options) { o.CreateLocal = local })
			f.next = newRealWorkOS()
			r := f.send("POST", invitesPath, body)
			got = append(got, fmt.Sprint(r.Header().Get("X-Workos-Source"), " ", r.Code))
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

// TestTokenOfOursStaysHere has tokens with the mark, known and not, and one without.
func TestTokenOfOursStaysHere(t *testing.T) {
	t.Parallel()
	f, next := newInvited(t), newRealWorkOS()
	f.next = next
	unknown, err := credential.NewToken(&faulty{})
	if err != nil {
		t.Fatal(err)
	}
	for token, status := range map[string]int{unknown: 404, "tokenPENDING": 200} {
		r := f.send("GET", invitesPath+"/by_token/"+token, "")
		if got := r.Header().Get("X-Workos-Source"); r.Code != status || got != "emulator" {
			t.Errorf("%s: %d from %s", token, r.Code, got)
		}
	}
	if r := f.send("GET", invitesPath+"/by_token/"+unknown, "", anonymous); r.Code < 400 {
		t.Errorf("without a key: %d %s", r.Code, r.Body)
	}
	if asked := next.take(); asked != nil {
		t.Errorf("the upstream was asked %v", asked)
	}
	if r := f.send("GET", invitesPath+"/by_token/theirs", ""); r.Header().Get("X-Workos-Source") != "upstream" || len(next.take()) != 1 {
		t.Errorf("theirs: %d %s", r.Code, r.Body)
	}
}

// TestInvitationOfDeletedOnes deletes what an invitation refers to.
func TestInvitationOfDeletedOnes(t *testing.T) {
	t.Parallel()
	f := newInvited(t)
	made := f.send("POST", invitesPath, `{"email":"dave@acme.example","organization_id":"org_ACME","inviter_user_id":"user_ALICE"}`).want(201)
	target := invitesPath + "/" + made["id"].(string)
	if err := f.Store.Update(func(tx *store.Txn) error {
		return errors.Join(store.Users.Delete(tx, "user_ALICE"), store.Users.Delete(tx, "user_DAVE"))
	}); err != nil {
		t.Fatal(err)
	}
	if got := f.send("GET", target, "").want(200); got["inviter_user_id"] != "user_ALICE" {
		t.Error(got)
	}
	if got := f.send("POST", target+"/accept", "").want(400); got["code"] != "invalid_invite" {
		t.Error(got)
	}
	f.send("POST", target+"/resend", "").want(200)
	if err := f.Store.Update(func(tx *store.Txn) error { return store.Organizations.Delete(tx, "org_ACME") }); err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"/accept", "/resend", "/revoke"} {
		f.send(http.MethodPost, target+action, "").want(404)
	}
}
