package integration

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// metrics returns the plugin's counters as Caddy's admin endpoint shows them, without the buckets and times.
func (p *process) metrics(t *testing.T) []string {
	t.Helper()
	response, err := http.Get(p.Admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for line := range strings.Lines(string(body)) {
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
			p.do(t, http.MethodGet, path, "").Body.Close()
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
	send := func(method, path string) {
		response := p.do(t, method, path, "")
		defer response.Body.Close()
		_, _ = io.Copy(io.Discard, response.Body) // so that the next one waits for its connection, and for the count
	}
	odd := func(i int) {
		send(fmt.Sprintf("ODD%d", i), "/oauth2/token")
		send("GET", fmt.Sprintf("/odd%d?key=odd", i))
		send("GET", fmt.Sprintf("/organizations/odd%d%%2F", i))
		send("DELETE", fmt.Sprintf("/connect/applications/odd%d", i))
		send("GET", fmt.Sprintf("/theirs/odd%d", i))
		send("GET", fmt.Sprintf("/second//odd%d/%%F0%%9F%%92%%A9", i))
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
