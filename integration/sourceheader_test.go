package integration

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestSourceOutlivesItsHeader has the site remove the header, which log and placeholder are to do without.
func TestSourceOutlivesItsHeader(t *testing.T) {
	t.Parallel()
	upstream := newStandIn(t)
	p := startConfig(t, fmt.Sprintf(`http://localhost:{$PORT} {
	log
	header -X-Workos-Source
	header >X-Answered-By {http.workos.source}
	workos {
		seed seed.example.yaml
		upstream %s {
			tls_insecure_skip_verify
		}
	}
}
`, upstream.URL))
	for path, want := range map[string]string{
		"/connect/applications/client_local_backend": "emulator", "/echo": "upstream", "/oauth2/jwks": "", "/organizations": "",
	} {
		answer := p.do(t, http.MethodGet, path, "")
		if source := answer.source(); source != "" {
			t.Errorf("%s: the header is %q", path, source)
		}
		answered := answer.header.Get("X-Answered-By")
		if answered == "" || want != "" && answered != want {
			t.Errorf("%s: the placeholder is %q, want %q", path, answered, want)
		}
		eventually(t, path+" in the log", func() bool {
			for line := range strings.Lines(p.Log.String()) {
				if strings.Contains(line, `"uri":"`+path+`"`) && strings.Contains(line, `"workos_source":"`+answered+`"`) {
					return true
				}
			}
			return false
		})
	}
}
