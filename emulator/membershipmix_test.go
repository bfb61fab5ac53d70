package emulator

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/emulator/source"
	"github.com/caddy-workos/caddy-workos/store"
)

// realWorkOS is an upstream with objects by path. It answers a list with no items, and 404 to the rest.
type realWorkOS struct {
	mu      sync.Mutex
	objects map[string]string
	status  int // of all answers, where it is not 0
	asked   []string
}

func (u *realWorkOS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if source.IsSealed(r.Context()) {
		panic(http.ErrAbortHandler) // as a proxy does
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked = append(u.asked, r.Method+" "+r.URL.Path)
	object, known := u.objects[r.URL.Path]
	switch {
	case u.status != 0:
		w.WriteHeader(u.status)
	case known:
		_, _ = io.WriteString(w, object)
	case r.Method == http.MethodPost:
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"theirs"}`)
	case r.URL.Path == membersPath:
		_, _ = io.WriteString(w, noItems)
	default:
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"message":"theirs"}`)
	}
}

func (u *realWorkOS) take() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	taken := u.asked
	u.asked = nil
	return taken
}

func newRealWorkOS() *realWorkOS {
	return &realWorkOS{objects: map[string]string{
		"/user_management/users/user_REAL":                     `{"object":"user","id":"user_REAL","email":"real@real.example","extra":1}`,
		"/organizations/org_REAL":                              `{"object":"organization","id":"org_REAL","name":"Real Inc"}`,
		"/authorization/organizations/org_REAL/roles/org-real": `{"object":"role","slug":"org-real"}`,
		"/authorization/roles/theirs":                          `{"object":"role","slug":"theirs"}`,
	}}
}

// TestWhoMakesAMembership has a seeded and a real user, and a seeded and a real organization.
func TestWhoMakesAMembership(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		user, organization, more string
		source                   string
		status                   int
		asked                    string
	}{
		"both seeded":               {"user_DAVE", "org_ACME", "", "emulator", 201, "[]"},
		"a seeded user":             {"user_DAVE", "org_REAL", "", "emulator", 201, "[GET /organizations/org_REAL]"},
		"a seeded organization":     {"user_REAL", "org_ACME", "", "emulator", 201, "[GET /user_management/users/user_REAL]"},
		"both real":                 {"user_REAL", "org_REAL", "", "upstream", 201, "[POST " + membersPath + "]"},
		"a seeded user, a stranger": {"user_DAVE", "org_NONE", "", "upstream", 404, "[GET /organizations/org_NONE]"},
		"a stranger":                {"user_NONE", "org_ACME", "", "upstream", 404, "[GET /user_management/users/user_NONE]"},
		"an id that is no path":     {"../users", "org_ACME", "", "emulator", 404, "[]"},
		"a local secret as an id":   {"sk_test_customer", "org_ACME", "", "emulator", 404, "[]"},
		"their role here":           {"user_DAVE", "org_ACME", `,"role_slug":"theirs"`, "emulator", 201, "[GET /authorization/roles/theirs]"},
		"their role there":          {"user_DAVE", "org_REAL", `,"role_slug":"org-real"`, "emulator", 201, "[GET /organizations/org_REAL GET /authorization/organizations/org_REAL/roles/org-real]"},
		"nobody's role":             {"user_DAVE", "org_REAL", `,"role_slug":"boss"`, "emulator", 422, "[GET /organizations/org_REAL GET /authorization/organizations/org_REAL/roles/boss]"},
		"a role that is no path":    {"user_DAVE", "org_REAL", `,"role_slug":"a/../b"`, "emulator", 422, "[GET /organizations/org_REAL]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, next := newMembers(t), newRealWorkOS()
			f.next = next
			r := f.send("POST", membersPath, member(test.user, test.organization, test.more))
			if got := r.Header().Get("X-Workos-Source"); r.Code != test.status || got != test.source {
				t.Errorf("%d from %s: %s", r.Code, got, r.Body)
			}
			if got := fmt.Sprint(next.take()); got != test.asked {
				t.Errorf("the upstream was asked %s, want %s", got, test.asked)
			}
		})
	}
}

// TestNobodyIsNext has a real id without an upstream.
func TestNobodyIsNext(t *testing.T) {
	t.Parallel()
	f := newMembers(t)
	for body, entity := range map[string]string{
		member("user_REAL", "org_REAL", ""): "user_REAL", member("user_REAL", "org_ACME", ""): "user_REAL", member("user_DAVE", "org_REAL", ""): "org_REAL",
	} {
		if got := f.send("POST", membersPath, body).want(404); got["entity_id"] != entity {
			t.Error(got)
		}
	}
	if got := f.send("POST", membersPath, member("user_REAL", "org_REAL", ""), bearer("sk_unknown")).want(401); got["message"] != "Unauthorized" {
		t.Error(got)
	}
}

// shown returns the organization's name and the user's address of the first item of a list, or of an object.
func shown(r response) string {
	item := gjson.ParseBytes(r.Body.Bytes())
	if data := item.Get("data.0"); data.Exists() {
		item = data
	}
	return item.Get("organization_name").String() + " " + item.Get("user.email").String() + " " + item.Get("user.id").String()
}

// TestReferencesAreLookedUp shows the objects of real ids, each asked for once in a minute.
func TestReferencesAreLookedUp(t *testing.T) {
	t.Parallel()
	f, next := newMembers(t), newRealWorkOS()
	f.next = next
	f.join("om_1", "user_REAL", "org_ACME", store.ActiveMembership)
	f.join("om_2", "user_DAVE", "org_REAL", store.ActiveMembership)
	f.join("om_3", "user_CAROL", "org_REAL", store.ActiveMembership)

	lookups := func() (found []string) {
		for _, asked := range next.take() {
			if !strings.HasSuffix(asked, membersPath) {
				found = append(found, asked)
			}
		}
		return found
	}
	list := f.send("GET", membersPath+"?organization_id=org_REAL", "")
	if got := fmt.Sprintf("%v %v %v", list.ids(), shown(list), lookups()); got != "[om_3 om_2] Real Inc carol@acme.example user_CAROL [GET /organizations/org_REAL]" {
		t.Error(got)
	}
	get := f.send("GET", membersPath+"/om_1", "")
	if got := fmt.Sprintf("%v %v", shown(get), lookups()); get.Code != 200 || got != "Acme Corp real@real.example user_REAL [GET /user_management/users/user_REAL]" {
		t.Error(get.Code, got)
	}
	if got := gjson.GetBytes(get.Body.Bytes(), "user").Raw; got != next.objects["/user_management/users/user_REAL"] {
		t.Errorf("the user is %s", got)
	}

	f.now = f.now.Add(59 * time.Second)
	for _, target := range []string{"/om_1", "/om_2", "?user_id=user_REAL"} {
		if r := f.send("GET", membersPath+target, ""); r.Code != 200 || lookups() != nil {
			t.Errorf("%s: %d, and the upstream was asked", target, r.Code)
		}
	}
	f.now = f.now.Add(time.Second)
	next.objects["/user_management/users/user_REAL"] = `{"object":"user","id":"user_REAL","email":"new@real.example"}`
	r := f.send("PUT", membersPath+"/om_1/deactivate", "")
	if got := fmt.Sprintf("%v %v", shown(r), lookups()); got != "Acme Corp new@real.example user_REAL [GET /user_management/users/user_REAL]" {
		t.Error(got)
	}
}

// TestReferencesOfAnUpstreamThatIsAway shows what is known: the object as it was a moment ago, or only the id.
func TestReferencesOfAnUpstreamThatIsAway(t *testing.T) {
	t.Parallel()
	all := failures(t)
	all["panics"] = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") })
	all["nobody"] = nil
	all["another object"] = &realWorkOS{objects: map[string]string{"/user_management/users/user_REAL": `{"id":"user_OTHER","email":"x@y.example"}`}}
	all["an array"] = &realWorkOS{objects: map[string]string{"/user_management/users/user_REAL": `[{"id":"user_REAL"}]`}}
	all["half an object"] = &realWorkOS{objects: map[string]string{"/user_management/users/user_REAL": `{"id":"user_REAL"`}}
	all["too deep"] = &realWorkOS{objects: map[string]string{
		"/user_management/users/user_REAL": `{"id":"user_REAL","a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`,
	}}
	for name, next := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newMembers(t)
			f.join("om_1", "user_REAL", "org_ACME", store.ActiveMembership)
			f.join("om_2", "user_DAVE", "org_REAL", store.ActiveMembership)
			f.next = next
			check := func(target, want string) {
				t.Helper()
				if r := f.send("GET", membersPath+target, ""); r.Code != 200 || shown(r) != want {
					t.Errorf("%s: %d %q, want %q", target, r.Code, shown(r), want)
				}
			}
			check("/om_1", "Acme Corp  user_REAL")
			check("/om_2", " dave@acme.example user_DAVE")
			check("?organization_id=org_ACME", "Acme Corp  user_REAL")
			check("?user_id=user_DAVE", " dave@acme.example user_DAVE")

			f.next = newRealWorkOS()
			check("/om_1", "Acme Corp real@real.example user_REAL")
			f.next, f.now = next, f.now.Add(time.Hour)
			check("/om_1", "Acme Corp real@real.example user_REAL")
		})
	}
}

// TestReferenceIsForgotten has a real user deleted.
func TestReferenceIsForgotten(t *testing.T) {
	t.Parallel()
	f, next := newMembers(t), newRealWorkOS()
	f.join("om_1", "user_REAL", "org_ACME", store.ActiveMembership)
	f.next = next
	f.send("GET", membersPath+"/om_1", "").want(200)
	next.mu.Lock()
	delete(next.objects, "/user_management/users/user_REAL")
	next.mu.Unlock()
	f.now = f.now.Add(time.Minute)
	for range 2 {
		if r := f.send("GET", membersPath+"/om_1", ""); shown(r) != "Acme Corp  user_REAL" {
			t.Error(r.Body)
		}
	}
}

// TestCustomersDoNotSeeRealUsers has a key that may not be exchanged for the real one.
func TestCustomersDoNotSeeRealUsers(t *testing.T) {
	t.Parallel()
	f, next := newServer(t), newRealWorkOS()
	f.join("om_1", "user_REAL", "org_ACME", store.ActiveMembership)
	f.next = next
	if r := f.send("GET", membersPath+"/om_1", ""); shown(r) != "Acme Corp real@real.example user_REAL" {
		t.Error(r.Body)
	}
	next.take()
	for _, target := range []string{"/om_1", "?user_id=user_REAL"} {
		if r := f.send("GET", membersPath+target, "", bearer("sk_test_customer")); r.Code != 200 || shown(r) != "Acme Corp  user_REAL" {
			t.Errorf("%s: %d %s", target, r.Code, r.Body)
		}
	}
	if asked := next.take(); asked != nil {
		t.Errorf("the upstream was asked %v", asked)
	}
}

// TestListWithReferencesDoesNotWait has a hundred real members of a seeded organization, and an upstream that takes its time for each.
func TestListWithReferencesDoesNotWait(t *testing.T) {
	t.Parallel()
	for name, pause := range map[string]time.Duration{"slow": 30 * time.Millisecond, "never": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newMembers(t, func(o *Options) { o.ListTimeout = 200 * time.Millisecond })
			for i := range 100 {
				f.join(fmt.Sprintf("om_%d", i), fmt.Sprintf("user_R%d", i), "org_OTHER", store.ActiveMembership)
			}
			f.next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				select {
				case <-r.Context().Done():
				case <-time.After(pause):
				}
				_, _ = fmt.Fprintf(w, `{"object":"user","id":%q,"email":"r@r.example"}`, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
			})
			begin := time.Now()
			r := f.send("GET", membersPath+"?organization_id=org_OTHER&limit=100", "")
			if took := time.Since(begin); took > 2*time.Second || len(r.ids()) != 100 {
				t.Errorf("it took %s: %d items", took, len(r.ids()))
			}
			known := slices.DeleteFunc(gjson.GetBytes(r.Body.Bytes(), "data.#.user.email").Array(), func(e gjson.Result) bool { return e.String() == "" })
			if name == "slow" && (len(known) == 0 || len(known) == 100) {
				t.Errorf("%d users are known", len(known))
			}
		})
	}
}
