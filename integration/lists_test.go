package integration

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestListsOfAFailingUpstream asks for lists while the upstream is not there, cuts its answers off, and does not answer at
// all.
func TestListsOfAFailingUpstream(t *testing.T) {
	t.Parallel()
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(slow.Close)
	cut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"object":"list","data":[`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(cut.Close)
	site := func(path, target string) string {
		return fmt.Sprintf(`	handle_path /%s/* {
		workos_emulator {
			seed {$SEED}
			answer_unreachable
		}
		reverse_proxy %s
	}
`, path, target)
	}
	seed := t.TempDir() + "/seed.yaml"
	write(t, seed, mixSeed+"  - {id: api_key_REAL, name: Real, organization_id: org_REAL, value: sk_local_of_real}\n")
	p := startConfig(t, "http://localhost:{$PORT} {\n"+
		site("dead", "127.0.0.1:{$DEAD}")+site("cut", cut.URL)+site("slow", slow.URL)+"}\n",
		fmt.Sprintf("DEAD=%d", freePort(t)), "SEED="+seed)
	for _, failure := range []string{"dead", "cut", "slow"} {
		for path, want := range map[string]string{
			"/organizations/org_LOCAL/api_keys":               "api_key_CUSTOMER",
			"/organizations/org_REAL/api_keys":                "api_key_REAL",
			"/connect/applications?organization_id=org_REAL":  "client_local",
			"/connect/applications?organization_id=org_LOCAL": "client_ours",
		} {
			begin := time.Now()
			status, source, body := ask(t, "GET", p.URL+"/"+failure+path, "sk_local_trusted", "", "")
			if status != 200 || source != "emulator" || !strings.Contains(body, want) {
				t.Errorf("%s%s: %d from %s: %s", failure, path, status, source, body)
			}
			if took := time.Since(begin); took > 3*time.Second { // two, on a machine that does nothing else
				t.Errorf("%s%s took %s", failure, path, took)
			}
		}
		if failure == "slow" {
			continue
		}
		for _, path := range []string{"/organizations", "/user_management/users", "/connect/applications", "/organizations/org_NONE/api_keys"} {
			status, source, body := ask(t, "GET", p.URL+"/"+failure+path, "sk_local_trusted", "", "")
			if status != 502 || source != "emulator" || !strings.Contains(body, `"code":"upstream_unreachable"`) {
				t.Errorf("%s%s: %d from %s: %s", failure, path, status, source, body)
			}
		}
	}
	if !strings.Contains(p.Log.String(), "the list of a local owner has its local items only") {
		t.Error("the log does not warn")
	}
}

// TestListKeepsToItsHandle proves that what the emulator asks for a list goes to the rest of its own `handle`, once for
// each list, and not to the other ones.
func TestListKeepsToItsHandle(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"object":"list","data":[{"id":"org_THEIRS","name":"Theirs"}],"list_metadata":{"before":null,"after":null}}`)
	}))
	t.Cleanup(upstream.Close)
	p := startConfig(t, fmt.Sprintf(`http://localhost:{$PORT} {
	handle_path /alone/* {
		workos_emulator {
			seed seed.example.yaml
		}
	}
	handle_path /mixed/* {
		workos_emulator {
			seed seed.example.yaml
		}
		handle {
			reverse_proxy %s
		}
	}
	handle {
		workos_emulator {
			instance other
		}
	}
}
`, upstream.URL))
	for path, want := range map[string]string{"/alone/organizations": "[Acme Corp]", "/mixed/organizations": "[Acme Corp Theirs]"} {
		for range 2 {
			if got := fmt.Sprint(p.names(t, path)); got != want {
				t.Errorf("%s holds %s, want %s", path, got, want)
			}
		}
	}
}
