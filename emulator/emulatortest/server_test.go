package emulatortest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/emulator/emulatortest"
	"github.com/caddy-workos/caddy-workos/emulator/fault"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

func TestRequestsTellWhoAnswered(t *testing.T) {
	t.Parallel()
	upstream := newStandIn(t, `{"object":"list","data":[],"list_metadata":{"before":null,"after":null}}`)
	srv := newServer(t, emulatortest.Upstream(upstream.URL), emulatortest.Fixtures(recordedPolls(t), fixture.Fallback))
	for _, target := range []string{"GET /organizations/org_acme?q=1", "GET /organizations", "GET /vault", "DELETE /api_keys/api_key_old"} {
		method, path, _ := strings.Cut(target, " ")
		send(t, srv, method, path, "sk_test_ci", "")
	}
	upstream.Close()
	send(t, srv, "GET", "/polls", "sk_test_ci", "")
	want := []string{
		"GET /organizations/org_acme: 200 from emulator", "GET /organizations: 200 from merged",
		"GET /vault: 200 from upstream", "DELETE /api_keys/api_key_old: 204 from emulator", "GET /polls: 200 from fixture",
	}
	var got []string
	for _, r := range srv.Requests() {
		got = append(got, r.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("the requests are\n%s", strings.Join(got, "\n"))
	}
}

func TestTheKeySetIsTheServersOwn(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	response, err := srv.Client().Get(srv.URL + "/oauth2/jwks")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	served, err := io.ReadAll(response.Body)
	if err != nil || string(served) != string(srv.JWKS()) || !json.Valid(served) {
		t.Errorf("the server serves %s, %v, and says %s", served, err, srv.JWKS())
	}
}

// TestCloseEndsWhatIsUnderWay is about a test that ends while a slow hook still holds a request.
func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.Fail(fault.Hook{Method: "*", Path: "*", Delay: time.Hour})
	ended := make(chan error)
	go func() {
		response, err := http.Post(srv.URL+"/organizations", "application/json", strings.NewReader(`{"name":"Slow"}`))
		if err == nil {
			response.Body.Close()
		}
		ended <- err
	}()
	for begin := time.Now(); len(srv.Requests()) == 0; <-time.After(time.Millisecond) {
		if time.Since(begin) > maxWait {
			t.Fatal("the request did not come")
		}
	}
	closed := make(chan struct{})
	go func() { srv.Close(); srv.Close(); close(closed) }()
	for range 2 {
		select {
		case <-closed:
			closed = nil
		case err := <-ended:
			if err == nil {
				t.Error("the request was answered")
			}
		case <-time.After(maxWait):
			t.Fatal("it did not end")
		}
	}
}

// TestServersAreApart runs servers and their requests side by side.
func TestServersAreApart(t *testing.T) {
	t.Parallel()
	dir := recordedPolls(t)
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			srv := newServer(t, emulatortest.Fixtures(dir, fixture.Replay))
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					status, _, _ := send(t, srv, "POST", "/organizations/org_acme/api_keys", "sk_test_ci", `{"name":"New"}`)
					if status != http.StatusCreated {
						t.Errorf("the status is %d", status)
					}
					srv.Advance(time.Second)
					srv.Requests()
				})
			}
			all.Wait()
			_, _, answer := send(t, srv, "GET", "/organizations/org_acme/api_keys?limit=100", "sk_test_ci", "")
			if got := len(answer["data"].([]any)); got != 10 {
				t.Errorf("there are %d API keys", got)
			}
			if _, _, answer := send(t, srv, "GET", "/polls", "sk_test_ci", ""); answer["n"] != "first" {
				t.Errorf("the fixture answers %v", answer)
			}
		})
	}
}
