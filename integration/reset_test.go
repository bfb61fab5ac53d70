package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestReset restores a seed from which something was changed, something deleted, and to which something was added; by
// the test API and by Caddy's admin endpoint.
func TestReset(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	p, _, _ := faulty(t, s, "test_api")
	for name, url := range map[string]string{"test API": p.URL + "/_emulate/reset", "admin": p.Admin + "/workos/default/reset"} {
		keys := p.body(t, "/oauth2/jwks")
		create := func() string {
			request, _ := http.NewRequestWithContext(t.Context(), "POST", p.URL+"/organizations/org_LOCAL/api_keys", strings.NewReader(`{"name":"Made"}`))
			request.Header.Set("Authorization", "Bearer sk_local_trusted")
			request.Header.Set("Idempotency-Key", "the same")
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			var made struct{ ID, Value string }
			if err := json.NewDecoder(response.Body).Decode(&made); err != nil || response.StatusCode != 201 {
				t.Fatal(response.Status, err)
			}
			if status, _, _ := ask(t, "GET", p.URL+"/organizations", made.Value, "", ""); status != 200 {
				t.Errorf("%s: the new key is answered %d", name, status)
			}
			return made.Value
		}
		made := create()
		wantFrom(t, "PUT", p.URL+"/organizations/org_LOCAL", `{"name":"Changed"}`, 200, "emulator")
		wantFrom(t, "DELETE", p.URL+"/connect/applications/client_ours", "", 204, "emulator")
		wantFrom(t, "GET", p.URL+"/echo/seeded", "", 429, "fault")
		wantFrom(t, "DELETE", p.URL+"/_emulate/hooks", "", 204, "emulator")
		wantFrom(t, "POST", p.URL+"/_emulate/hooks", `{"method":"GET","path":"/echo/added","status":500}`, 201, "emulator")

		if status, _, said := ask(t, "POST", url, "", "", ""); status != 204 {
			t.Fatalf("%s: %d %s", name, status, said)
		}

		wantFrom(t, "GET", p.URL+"/echo/seeded", "", 429, "fault")
		wantFrom(t, "GET", p.URL+"/echo/added", "", 200, "upstream")
		if said := wantFrom(t, "GET", p.URL+"/organizations/org_LOCAL", "", 200, "emulator"); !strings.Contains(said, `"name":"Local"`) {
			t.Errorf("%s: the organization is %s", name, said)
		}
		wantFrom(t, "GET", p.URL+"/connect/applications/client_ours", "", 200, "emulator")
		if status, source, _ := ask(t, "GET", p.URL+"/organizations", made, "", ""); status != 401 || source != "emulator" {
			t.Errorf("%s: the key of before is answered %d from %s", name, status, source)
		}
		if again := create(); again == made {
			t.Errorf("%s: the Idempotency-Key still gives the answer of before", name)
		}
		if p.body(t, "/oauth2/jwks") != keys {
			t.Errorf("%s: the signing key changed", name)
		}
	}
	if strings.Contains(p.Log.String(), "sk_local") {
		t.Error("the log holds an API key")
	}
}

// TestResetIsSeenAsAWhole reads while the seed is restored again and again: no reader may see a store that is half empty.
func TestResetIsSeenAsAWhole(t *testing.T) {
	t.Parallel()
	p := startExample(t)
	done := make(chan struct{})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if status, _, said := ask(t, "GET", p.URL+"/organizations", "sk_test_local", "", ""); status != 200 || !strings.Contains(said, "Acme Corp") {
					t.Errorf("%d %s", status, said)
					return
				}
			}
		})
	}
	for range 100 {
		if status, _, said := ask(t, "POST", p.Admin+"/workos/default/reset", "", "", ""); status != 204 {
			t.Errorf("%d %s", status, said)
		}
	}
	close(done)
	wait.Wait()
}

// TestHooksSurviveAReload, which applies what was edited in the seed, and shows on the admin endpoint at once.
func TestHooksSurviveAReload(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	p, seed, caddyfile := faulty(t, s, "")
	hooks := p.Admin + "/workos/default/hooks"
	paths := func() string {
		_, _, said := ask(t, "GET", hooks, "", "", "")
		var list []struct{ ID, Path string }
		if err := json.Unmarshal([]byte(said), &list); err != nil {
			t.Fatal(err, said)
		}
		var all []string
		for _, hook := range list {
			all = append(all, hook.Path)
		}
		return strings.Join(all, " ")
	}
	if got := paths(); got != "/oauth2/token /echo/seeded" {
		t.Errorf("at first there is %s", got)
	}
	if status, _, said := ask(t, "POST", hooks, "", "", `{"method":"GET","path":"/echo/added","status":500}`); status != 201 {
		t.Errorf("%d %s", status, said)
	}
	ask(t, "POST", p.URL+"/oauth2/token", "", asJSON, "{}") // takes the first hook away
	write(t, seed, strings.Replace(faultSeed, "/echo/seeded", "/echo/edited", 1))
	if err := p.reload(caddyfile); err != nil {
		t.Fatal(err)
	}
	if got := paths(); got != "/echo/edited /echo/added" {
		t.Errorf("after the reload there is %s", got)
	}
	wantFrom(t, "GET", p.URL+"/echo/added", "", 500, "fault")
	wantFrom(t, "GET", p.URL+"/echo/edited", "", 429, "fault")
	wantFrom(t, "GET", p.URL+"/echo/seeded", "", 200, "upstream")

	write(t, seed, faultSeed)
	if err := p.reload(caddyfile); err != nil {
		t.Fatal(err)
	}
	if status, _, said := ask(t, "POST", p.Admin+"/workos/default/reset", "", "", ""); status != 204 {
		t.Errorf("%d %s", status, said)
	}
	if got := paths(); got != "/oauth2/token /echo/seeded" {
		t.Errorf("after a reload and a reset there is %s", got)
	}
}

// TestAdminOperations asks Caddy's admin endpoint for what there is and for what there is not.
func TestAdminOperations(t *testing.T) {
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, reloadSeed)
	p := startConfig(t, fmt.Sprintf(`http://localhost:{$PORT} {
	workos_emulator {
		seed %s
	}
}
http://127.0.0.1:{$PORT} {
	workos_emulator {
		instance "the other/one"
	}
}
`, seed))
	other := p.Admin + "/workos/the%20other%2Fone/"
	if status, _, said := ask(t, "POST", other+"hooks", "", "", `{"method":"*","path":"*","status":500}`); status != 201 {
		t.Fatal(status, said)
	}
	for _, test := range []struct {
		method, url string
		status      int
		said        string
	}{
		{"GET", p.Admin + "/workos/", 200, `[{"name":"default"},{"name":"the other/one"}]`},
		{"POST", p.Admin + "/workos/", 405, "GET"},
		{"GET", p.Admin + "/workos/none/hooks", 404, `There is no instance \"none\". There are: default, the other/one.`},
		{"GET", p.Admin + "/workos/default", 404, "POST reset"},
		{"GET", p.Admin + "/workos/default/hoks", 404, "GET hooks"},
		{"GET", p.Admin + "/workos/default/reset", 405, "POST"},
		{"GET", p.Admin + "/workos/default/hooks", 200, `[]`},
		{"GET", other + "hooks", 200, `"path":"*"`},
		{"DELETE", other + "hooks/none", 404, "Hook not found"},
		{"POST", other + "hooks", 422, "method must not be empty"},
		{"POST", other + "reset", 204, ""},
		{"GET", other + "hooks", 200, `[]`},
	} {
		status, _, said := ask(t, test.method, test.url, "", "", "")
		if status != test.status || !strings.Contains(said, test.said) {
			t.Errorf("%s %s: %d %s\nwant %d with %s", test.method, test.url, status, said, test.status, test.said)
		}
	}
	response, err := http.Post(p.Admin+"/workos/default/hooks/a", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := response.Header.Get("Allow"); response.StatusCode != 405 || got != "DELETE" {
		t.Errorf("%s, and Allow is %q", response.Status, got)
	}
}
