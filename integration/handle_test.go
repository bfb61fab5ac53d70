package integration

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

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
