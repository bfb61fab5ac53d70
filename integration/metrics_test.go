package integration

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// metrics returns the plugin's counters as Caddy's admin endpoint shows them, without the buckets and times.
func (p *process) metrics(t *testing.T) []string {
	t.Helper()
	found := []string{}
	for line := range strings.Lines(receive(t, newRequest(t, http.MethodGet, p.Admin+"/metrics", "", "")).body) {
		name, _, _ := strings.Cut(line, "{")
		if strings.HasPrefix(name, "caddy_workos_") && !strings.HasSuffix(name, "_bucket") && !strings.HasSuffix(name, "_sum") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

const metricsConfig = `http://localhost:{$PORT} {
	handle_path /second/* {
		workos_emulator {
			seed seed.example.yaml
			instance second
		}
	}
	handle {
		workos_emulator {
			seed seed.example.yaml
		}
		reverse_proxy /proxied 127.0.0.1:%d
		respond /theirs* 202
	}
}
`

func TestMetricsSurviveAReload(t *testing.T) {
	t.Parallel()
	config := fmt.Sprintf(metricsConfig, freePort(t))
	p := startConfig(t, config)
	load := func() {
		p.token(t)
		refused, err := http.PostForm(p.URL+"/oauth2/token", url.Values{
			"grant_type": {"client_credentials"}, "client_id": {"client_local_backend"}, "client_secret": {"wrong-secret"},
		})
		if err != nil {
			t.Fatal(err)
		}
		refused.Body.Close()
		for _, path := range []string{"/organizations", "/organizations/org_NONE", "/second/organizations", "/theirs", "/proxied"} {
			p.do(t, http.MethodGet, path, "")
		}
	}
	check := func(times int) {
		t.Helper()
		for metric, each := range map[string]int{
			`caddy_workos_requests_total{code="200",instance="default",route="GET /organizations",source="emulator"}`:      1,
			`caddy_workos_requests_total{code="404",instance="default",route="GET /organizations/{id}",source="emulator"}`: 1,
			`caddy_workos_requests_total{code="200",instance="second",route="GET /organizations",source="emulator"}`:       1,
			`caddy_workos_requests_total{code="502",instance="default",route="other",source="emulator"}`:                   1,
			`caddy_workos_requests_total{code="200",instance="default",route="POST /oauth2/token",source="emulator"}`:      1,
			`caddy_workos_requests_total{code="401",instance="default",route="POST /oauth2/token",source="emulator"}`:      1,
			`caddy_workos_tokens_issued_total{instance="default"}`:                                                         1,
			`caddy_workos_tokens_refused_total{error="invalid_client",instance="default"}`:                                 1,
			`caddy_workos_requests_total{code="202",instance="default",route="other",source="upstream"}`:                   1,
			`caddy_workos_upstream_duration_seconds_count{instance="default",source="upstream"}`:                           2,
		} {
			line := fmt.Sprintf("%s %d", metric, each*times)
			eventually(t, line, func() bool { return slices.Contains(p.metrics(t), line) })
		}
	}
	load()
	check(1)
	if err := p.reload(strings.Replace(config, "instance second", "claims production\n\t\t\tinstance second", 1)); err != nil {
		t.Fatal(err)
	}
	check(1)
	load()
	check(2)
}

// TestMetricsHoldNothingOfTheCallers sends what could become a label, and looks for it in the metrics.
func TestMetricsHoldNothingOfTheCallers(t *testing.T) {
	t.Parallel()
	p := startConfig(t, fmt.Sprintf(metricsConfig, freePort(t)))
	odd := func(i int) {
		p.do(t, fmt.Sprintf("ODD%d", i), "/oauth2/token", "")
		p.do(t, "GET", fmt.Sprintf("/odd%d?key=odd", i), "")
		p.do(t, "GET", fmt.Sprintf("/organizations/odd%d%%2F", i), "")
		p.do(t, "DELETE", fmt.Sprintf("/connect/applications/odd%d", i), "")
		p.do(t, "GET", fmt.Sprintf("/theirs/odd%d", i), "")
		p.do(t, "GET", fmt.Sprintf("/second//odd%d/%%F0%%9F%%92%%A9", i), "")
	}
	odd(0)
	odd(1)
	once := p.metrics(t)
	for i := range 50 {
		odd(i + 2)
	}
	often := p.metrics(t)
	if len(once) != len(often) {
		t.Errorf("there were %d series, and there are %d", len(once), len(often))
	}
	for _, line := range often {
		if strings.Contains(strings.ToLower(line), "odd") || strings.Contains(line, "sk_test") {
			t.Errorf("a label is a caller's: %s", line)
		}
	}
}

// TestMetricsOfRemovedInstancesGo reloads without one of two instances.
func TestMetricsOfRemovedInstancesGo(t *testing.T) {
	t.Parallel()
	config := fmt.Sprintf(metricsConfig, freePort(t))
	p := startConfig(t, config)
	p.do(t, http.MethodGet, "/second/organizations", "")
	p.do(t, http.MethodGet, "/organizations", "")
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
	p.do(t, http.MethodGet, "/second/organizations", "")
	eventually(t, "the metrics", has("third"))
}
