package emulatortest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
)

// isActive introspects a token.
func isActive(t testing.TB, srv *emulatortest.Server, token string) bool {
	t.Helper()
	status, _, answer := send(t, srv, "POST", "/oauth2/introspection", "",
		`{"client_id":"client_backend","client_secret":"s3cret","token":"`+token+`"}`)
	if status != http.StatusOK {
		t.Fatalf("the introspection is answered with %d %v", status, answer)
	}
	return answer["active"] == true
}

func TestTheClockStandsStillUntilItIsSet(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	if !srv.Now().Equal(beginning) {
		t.Errorf("it shows %s", srv.Now())
	}
	token := srv.Token("client_backend", "")
	for _, step := range []struct {
		name         string
		set          func()
		token, value bool // are valid
	}{
		{"at first", func() {}, true, true},
		{"almost over", func() { srv.Advance(time.Hour - time.Second) }, true, true},
		{"over", func() { srv.Advance(time.Second) }, false, true},
		{"years later", func() { srv.SetTime(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)) }, false, false},
		{"back", func() { srv.SetTime(beginning) }, true, true},
	} {
		step.set()
		if got := isActive(t, srv, token); got != step.token {
			t.Errorf("%s: the token is active: %t", step.name, got)
		}
		if got := validates(t, srv, "sk_test_old"); got != step.value {
			t.Errorf("%s: the API key is valid: %t", step.name, got)
		}
	}
}

func TestTheClockEndsTheIdempotencyWindow(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	create := func() any {
		_, _, answer := send(t, srv, "POST", "/organizations/org_acme/api_keys", "sk_test_ci", `{"name":"New"}`,
			func(r *http.Request) { r.Header.Set("Idempotency-Key", "once") })
		return answer["id"]
	}
	first := create()
	if again := create(); first == nil || again != first {
		t.Errorf("%v and %v were created within the window", first, again)
	}
	srv.Advance(24 * time.Hour)
	if later := create(); later == nil || later == first {
		t.Errorf("%v was created after the window", later)
	}
}

func TestResetRestoresAll(t *testing.T) {
	t.Parallel()
	srv := newServer(t, emulatortest.Fixtures(recordedPolls(t), "replay"))
	key := srv.Key()
	for range 2 { // the second time, after Reset, all is as it was the first time
		if status, _, _ := send(t, srv, "DELETE", "/api_keys/api_key_old", "sk_test_ci", ""); status != http.StatusNoContent {
			t.Errorf("the API key is deleted with %d", status)
		}
		for _, want := range []string{"first", "second", "second"} {
			if _, _, answer := send(t, srv, "GET", "/polls", "sk_test_ci", ""); answer["n"] != want {
				t.Errorf("the fixture answers %v, want %s", answer, want)
			}
		}
		srv.Fail(fault.Hook{Method: "*", Path: "*", Status: 500})
		if status, source, _ := send(t, srv, "GET", "/organizations", "sk_test_ci", ""); status != 500 || source != "fault" {
			t.Errorf("the hook answers %d from %s", status, source)
		}
		if got := len(srv.Requests()); got != 5 {
			t.Errorf("there are %d requests", got)
		}
		srv.Advance(time.Minute)
		before := srv.Now()
		srv.Reset()
		if len(srv.Requests()) != 0 || !srv.Now().Equal(before) || srv.Key() != key {
			t.Error("the requests are not gone, or the clock or key are")
		}
	}
}

func TestResetRestoresTheSeedsHooks(t *testing.T) {
	t.Parallel()
	srv := emulatortest.New(t, emulatortest.Seed("errorHooks: [{method: GET, path: /organizations, status: 503, count: 1}]"))
	for range 2 {
		for _, want := range []int{503, 200} {
			if status, _, _ := send(t, srv, "GET", "/organizations", "sk_test_default", ""); status != want {
				t.Errorf("the status is %d, want %d", status, want)
			}
		}
		srv.Reset()
	}
}

func TestFailUntilItIsStopped(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	stop := srv.Fail(fault.Hook{Method: "GET", Path: "/organizations", Abort: true})
	for range 2 {
		if response, err := srv.Client().Get(srv.URL + "/organizations"); err == nil {
			response.Body.Close()
			t.Error("the connection is not broken off")
		}
	}
	for _, r := range srv.Requests() {
		if want := (emulatortest.Request{Method: "GET", Path: "/organizations", Source: "fault"}); r != want {
			t.Errorf("the request is %+v", r)
		}
	}
	stop()
	if status, _, _ := send(t, srv, "GET", "/organizations", "sk_test_ci", ""); status != 200 {
		t.Errorf("the status is %d after the hook was stopped", status)
	}
}

func TestWhatIsAskedOfAServerInVainEndsTheTest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		do   func(*emulatortest.Server)
		want string
	}{
		"hook":  {func(srv *emulatortest.Server) { srv.Fail(fault.Hook{Method: "GET", Path: "/users"}) }, "Fail: status: a hook needs one"},
		"path":  {func(srv *emulatortest.Server) { srv.Fail(fault.Hook{Method: "GET", Status: 500}) }, "Fail: path: want a path"},
		"trust": {func(srv *emulatortest.Server) { srv.Fail(fault.Hook{Method: "GET", Path: "*", Status: 200}) }, "Fail: status: the path covers /oauth2/jwks"},
		"token": {func(srv *emulatortest.Server) { srv.Token("client_none", "") }, `Token: no application has the client_id "client_none"`},
		"scope": {func(srv *emulatortest.Server) { srv.Token("client_backend", "admin") }, `Token: the scope "admin" for client_backend: `},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &spy{t: t}
			srv := newServer(s)
			if said := s.fatal(func() { test.do(srv) }); !strings.HasPrefix(said, "emulatortest: "+test.want) {
				t.Errorf("the test was ended by %q", said)
			}
		})
	}
}
