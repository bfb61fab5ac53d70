package emulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
	"github.com/caddy-workos/caddy-workos/store"
)

// elsewhere adds a key and an application of an organization that is not local, and a key of such a user.
func (f *server) elsewhere() {
	f.t.Helper()
	if err := f.Store.Update(func(tx *store.Txn) error {
		meta := func(id string) store.Meta { return store.Meta{ID: id, CreatedAt: f.now} }
		return errors.Join(
			store.APIKeys.Insert(tx, store.APIKey{Meta: meta("api_key_E1"), OrganizationID: "org_ELSE", Digest: store.DigestOf("e1")}),
			store.APIKeys.Insert(tx, store.APIKey{Meta: meta("api_key_E2"), OrganizationID: "org_ELSE", UserID: "user_ELSE", Digest: store.DigestOf("e2")}),
			store.Applications.Insert(tx, store.Application{Meta: meta("conn_app_E"), ClientID: "client_e", Type: store.M2M, OrganizationID: "org_ELSE"}),
			store.Applications.Insert(tx, store.Application{Meta: meta("conn_app_ONLY"), ClientID: "client_o", Type: store.M2M, OrganizationID: "org_ONLYAPP"}),
			store.Memberships.Insert(tx, store.Membership{Meta: meta("om_E"), UserID: "user_ALICE", OrganizationID: "org_MEMBER", Status: store.ActiveMembership}),
			store.Memberships.Insert(tx, store.Membership{Meta: meta("om_F"), UserID: "user_FAR", OrganizationID: "org_OTHER", Status: store.ActiveMembership}),
			store.Invitations.Insert(tx, store.Invitation{Meta: meta("invitation_E"), Email: "e@e.example", OrganizationID: "org_INVITED", Token: "e"}),
			store.Connections.Insert(tx, store.Connection{Meta: meta("conn_E"), OrganizationID: "org_CONNECTED"}),
		)
	}); err != nil {
		f.t.Fatal(err)
	}
}

// ownedLists are lists that have a local owner, or one of local items, with their items.
var ownedLists = map[string]string{
	"/organizations/org_ACME/api_keys":                    "[api_key_OLD api_key_UP api_key_USER api_key_ORG]",
	"/organizations/org_ELSE/api_keys":                    "[api_key_E2 api_key_E1]",
	"/organizations/org_ONLYAPP/api_keys":                 "[]",
	"/user_management/users/user_ALICE/api_keys":          "[api_key_USER]",
	"/user_management/users/user_ELSE/api_keys":           "[api_key_E2]",
	"/connect/applications?organization_id=org_ACME":      "[conn_app_AUD conn_app_M2M]",
	"/connect/applications?organization_id=org_ELSE":      "[conn_app_E]",
	"/user_management/users?organization_id=org_ACME":     "[]",
	"/user_management/users?organization_id=org_ELSE":     "[]",
	"/connect/applications?organization_id=org_OTHER":     "[]",
	membersPath + "?organization_id=org_ACME":             "[]",
	membersPath + "?organization_id=org_OTHER":            "[om_F]",
	membersPath + "?organization_id=org_MEMBER":           "[om_E]",
	membersPath + "?user_id=user_ALICE&statuses=active":   "[om_E]",
	membersPath + "?user_id=user_FAR":                     "[om_F]",
	invitesPath + "?organization_id=org_ACME":             "[]",
	invitesPath + "?organization_id=org_INVITED":          "[invitation_E]",
	"/connections?organization_id=org_ACME":               "[]",
	"/connections?organization_id=org_CONNECTED":          "[conn_E]",
	"/organizations/org_ACME/api_keys?order=asc&limit=2":  "[api_key_ORG api_key_USER]",
	"/organizations/org_ACME/api_keys?after=api_key_USER": "[api_key_ORG]",
}

// foreignLists have no local owner.
var foreignLists = []string{
	"/organizations", "/user_management/users", "/connect/applications", "/organizations/org_REAL/api_keys",
	"/user_management/users/user_REAL/api_keys", "/connect/applications?organization_id=org_REAL",
	"/user_management/users?organization_id=org_REAL", membersPath + "?organization_id=org_REAL", membersPath + "?user_id=user_REAL",
	invitesPath, invitesPath + "?organization_id=org_REAL", "/connections", "/connections?organization_id=org_REAL", "/organizations?limit=1", "/organizations?order=asc",
}

// TestListsOfOwners checks that the lists are the same without an upstream and with one that does not know the owner.
func TestListsOfOwners(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]http.Handler{"alone": nil, "unknown": &recorder{status: 404, body: `{"message":"theirs"}`}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			f.next = next
			f.elsewhere()
			for target, want := range ownedLists {
				if got := fmt.Sprint(f.send("GET", target, "").ids()); got != want {
					t.Errorf("%s holds %s, want %s", target, got, want)
				}
				path, query, _ := strings.Cut(target, "?")
				if strings.Contains(query, "after") {
					continue
				}
				for _, cursor := range []string{"after", "before"} {
					wantField(t, f.send("GET", path+"?"+query+"&"+cursor+"=api_key_NONE", ""), cursor)
				}
			}
			wantField(t, f.send("GET", "/organizations/org_ELSE/api_keys?after=api_key_ORG", ""), "after") // of another list
			f.send("GET", "/organizations/org_NONE/api_keys", "").want(404)
		})
	}
}

// failures returns next handlers for the ways in which an upstream fails.
func failures(t *testing.T) map[string]http.Handler {
	t.Helper()
	cut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"object":"list","data":[`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	dead := httptest.NewServer(nil)
	dead.Close()
	t.Cleanup(cut.Close)
	proxy := func(server *httptest.Server) http.Handler {
		target, err := url.Parse(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		p := httputil.NewSingleHostReverseProxy(target)
		p.ErrorLog = zap.NewStdLog(zap.NewNop())
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if source.IsProbe(r.Context()) {
				panic(http.ErrAbortHandler)
			}
			p.ServeHTTP(w, r)
		})
	}
	answer := func(status int, body string) http.Handler { return &recorder{status: status, body: body} }
	return map[string]http.Handler{
		"unreachable": proxy(dead),
		"cut off":     proxy(cut),
		"500":         answer(500, `{"message":"no"}`),
		"502, bare":   answer(502, ""),
		"503, bare":   answer(503, ""),
		"504, bare":   answer(504, ""),
		"429":         answer(429, `{"message":"slow down"}`),
		"401":         answer(401, `{"message":"Unauthorized"}`),
		"not a list":  answer(200, `<html>`),
		"cut off, no size": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"da`)
			panic(http.ErrAbortHandler)
		}),
	}
}

// TestListOfALocalOwnerNeverFails checks that the list has the local items, whatever the next handler does.
func TestListOfALocalOwnerNeverFails(t *testing.T) {
	t.Parallel()
	all := failures(t)
	all["panics"] = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") })
	all["aborts"] = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for name, next := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			f.next = next
			f.elsewhere()
			for target, want := range ownedLists {
				f.logs.TakeAll()
				r := f.send("GET", target, "")
				if got := fmt.Sprint(r.ids()); got != want || r.Header().Get("X-Workos-Source") != "emulator" {
					t.Errorf("%s holds %s from %s, want %s", target, got, r.Header().Get("X-Workos-Source"), want)
				}
				if len(f.logs.FilterMessageSnippet("local owner").All()) != 1 {
					t.Errorf("%s: the log says %v", target, f.logs.All())
				}
			}
		})
	}
}

// TestListOfALocalOwnerDoesNotWait has a slow upstream that does not stop when its request is cancelled.
func TestListOfALocalOwnerDoesNotWait(t *testing.T) {
	t.Parallel()
	for name, obedient := range map[string]bool{"ends with its request": true, "does not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t, func(o *Options) { o.ListTimeout = 20 * time.Millisecond })
			release := make(chan struct{})
			t.Cleanup(func() { close(release) })
			f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				done := r.Context().Done()
				if !obedient {
					done = nil
				}
				select {
				case <-done:
				case <-release:
				}
				_, _ = io.WriteString(w, "late")
			})
			begin := time.Now()
			if got := fmt.Sprint(f.send("GET", keysPath, "").ids()); got != ownedLists[keysPath] {
				t.Errorf("it holds %s", got)
			}
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("it took %s", took)
			}
			if len(f.logs.FilterMessageSnippet("local owner").All()) != 1 {
				t.Errorf("the log says %v", f.logs.All())
			}
		})
	}
	if longest := DefaultListTimeout + upstream.EndingTime; longest >= 2*time.Second {
		t.Errorf("it may take %s", longest)
	}
}

// TestListWithoutALocalOwnerRelaysTheFailure checks which failures are relayed, and which are answered with `upstream_unreachable`.
func TestListWithoutALocalOwnerRelaysTheFailure(t *testing.T) {
	t.Parallel()
	status := map[string]int{"unreachable": 502, "cut off": 502, "502, bare": 502, "503, bare": 503, "504, bare": 504, "cut off, no size": 502}
	for name, next := range failures(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newServer(t)
			f.next = next
			for _, target := range foreignLists {
				r := f.send("GET", target, "")
				if want, ours := status[name]; ours {
					if got := r.want(want); got["code"] != "upstream_unreachable" || r.Header().Get("X-Workos-Source") != "emulator" {
						t.Errorf("%s: %v", target, got)
					}
				} else if theirs := next.(*recorder); r.Code != theirs.status || r.Body.String() != theirs.body || r.Header().Get("X-Workos-Source") != "upstream" {
					t.Errorf("%s: %d %s", target, r.Code, r.Body)
				}
			}
		})
	}
}

// TestWalkOfALocalOwnerOverAFailure goes on with the local items where the next handler fails between two pages.
func TestWalkOfALocalOwnerOverAFailure(t *testing.T) {
	t.Parallel()
	f := newServer(t)
	pages := upstreamOf(t, []string{"api_key_R1", "api_key_R2", "api_key_R3"})
	f.next = pages
	first := f.send("GET", keysPath+"?order=asc&limit=2", "").want(200)
	cursor := first["list_metadata"].(map[string]any)["after"]
	if cursor != "api_key_R2" {
		t.Fatal(first)
	}
	f.next = &recorder{status: 500}
	rest := f.send("GET", keysPath+"?order=asc&limit=10&after=api_key_R2", "").ids()
	if want := []string{"api_key_ORG", "api_key_USER", "api_key_UP", "api_key_OLD"}; !slices.Equal(rest, want) {
		t.Errorf("the rest is %v, want %v", rest, want)
	}
}

// deletion is a source of randomness that deletes something when it is first read: between the check of an owner and
// the insert.
type deletion struct {
	io.Reader
	delete func()
}

func (d *deletion) Read(p []byte) (int, error) {
	if run := d.delete; run != nil {
		d.delete = nil
		run()
	}
	return d.Reader.Read(p)
}

// TestNothingIsCreatedForAnOwnerThatIsDeletedMeanwhile deletes the owner after it was looked for.
func TestNothingIsCreatedForAnOwnerThatIsDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	const key = `{"name":"x","organization_id":"org_ACME"}`
	for _, test := range []struct{ path, body, owner string }{
		{keysPath, key, "org_ACME"},
		{"/user_management/users/user_ALICE/api_keys", key, "org_ACME"},
		{"/user_management/users/user_ALICE/api_keys", key, "user_ALICE"},
		{"/connect/applications", `{"name":"x","application_type":"m2m","organization_id":"org_ACME"}`, "org_ACME"},
		{"/connect/applications", `{"name":"x","application_type":"oauth","is_first_party":false,"organization_id":"org_ACME","redirect_uris":[{"uri":"https://a.example/cb","default":true}]}`, "org_ACME"},
	} {
		t.Run(test.path+" "+test.owner, func(t *testing.T) {
			t.Parallel()
			random := &deletion{Reader: &faulty{}}
			f := newServer(t, func(o *Options) { o.Random = random })
			f.send("POST", test.path, test.body).want(201)
			random.delete = func() {
				if err := f.Store.Update(func(tx *store.Txn) error {
					if test.owner == "user_ALICE" {
						return store.Users.Delete(tx, test.owner)
					}
					return store.Organizations.Delete(tx, test.owner)
				}); err != nil {
					t.Error(err)
				}
			}
			if got := f.send("POST", test.path, test.body).want(404); got["entity_id"] != test.owner {
				t.Error(got)
			}
			v := f.Store.View()
			for _, k := range store.APIKeys.All(v) {
				if k.OrganizationID == test.owner || k.UserID == test.owner {
					t.Errorf("there is %+v", k)
				}
			}
			if store.Organizations.HasOwned(v, test.owner) {
				t.Error("there is an application")
			}
		})
	}
}
