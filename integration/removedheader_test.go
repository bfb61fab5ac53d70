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
		response := p.do(t, http.MethodGet, path, "")
		response.Body.Close()
		if header := response.Header.Get("X-Workos-Source"); header != "" {
			t.Errorf("%s: the header is %q", path, header)
		}
		answered := response.Header.Get("X-Answered-By")
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

// TestMetricsOfRemovedInstancesGo reloads without one of two instances.
func TestMetricsOfRemovedInstancesGo(t *testing.T) {
	t.Parallel()
	config := fmt.Sprintf(metricsConfig, freePort(t))
	p := startConfig(t, config)
	p.do(t, http.MethodGet, "/second/organizations", "").Body.Close()
	p.do(t, http.MethodGet, "/organizations", "").Body.Close()
	has := func(instance string) func() bool {
		return func() bool { return strings.Contains(strings.Join(p.metrics(t), "\n"), `instance="`+instance+`"`) }
	}
	eventually(t, "the metrics", has("second"))
	if err := p.reload(strings.Replace(config, "instance second", "instance third", 1)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the series of the instance to go", func() bool { return !has("second")() })
	if !has("default")() {
		t.Error("the series of an instance went that is still there")
	}
	p.do(t, http.MethodGet, "/second/organizations", "").Body.Close()
	eventually(t, "the metrics", has("third"))
}
