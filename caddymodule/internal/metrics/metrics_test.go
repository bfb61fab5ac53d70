package metrics

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/caddy-workos/caddy-workos/emulator"
)

// scrape returns what a registry shows.
func scrape(t *testing.T, registry *prometheus.Registry) string {
	t.Helper()
	w := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

// TestMetricsCountOnInEachRegistry registers one set of collectors as two handlers of two configurations do.
func TestMetricsCountOnInEachRegistry(t *testing.T) {
	t.Parallel()
	c := newCollectors()
	for _, registry := range []*prometheus.Registry{prometheus.NewRegistry(), prometheus.NewRegistry()} {
		for range 2 {
			if err := c.register(registry); err != nil {
				t.Fatal(err)
			}
		}
		c.of("a").TokenIssued()
		defer func() {
			if want := `caddy_workos_tokens_issued_total{instance="a"} 2`; !strings.Contains(scrape(t, registry), want) {
				t.Errorf("%s is not in\n%s", want, scrape(t, registry))
			}
		}()
	}
}

// TestMetricsOfAnotherShapeAreAnError keeps AlreadyRegisteredError the only one that is no error.
func TestMetricsOfAnotherShapeAreAnError(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "caddy", Subsystem: "workos", Name: "requests_total", Help: "Others' requests.",
	}, []string{"path"}))
	if err := newCollectors().register(registry); err == nil {
		t.Error("it was registered")
	}
}

func TestMetricsLabels(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source string
		status int
		err    error
		want   string
	}{
		"answered":                        {"merged", 204, nil, `code="204",instance="a",route="r",source="merged"`},
		"an upgrade":                      {"upstream", 101, nil, `code="101",instance="a",route="r",source="upstream"`},
		"dropped":                         {"", 0, nil, `code="none",instance="a",route="r",source="none"`},
		"another handler's":               {"sk_live_theirs", 200, nil, `code="200",instance="a",route="r",source="other"`},
		"the next handler failed":         {"", 0, caddyhttp.Error(502, errors.New("refused")), `code="502",instance="a",route="r",source="emulator"`},
		"the next handler failed as ours": {"", 0, caddyhttp.Error(404, errors.New("not found")), `code="404",instance="a",route="r",source="emulator"`},
		"the next handler failed plainly": {"", 0, errors.New("failed"), `code="500",instance="a",route="r",source="emulator"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, registry := newCollectors(), prometheus.NewRegistry()
			if err := c.register(registry); err != nil {
				t.Fatal(err)
			}
			c.of("a").Answered(nil, emulator.Outcome{Route: "r", Source: test.source, Status: test.status, Err: test.err})
			if want := "caddy_workos_requests_total{" + test.want + "} 1\n"; !strings.Contains(scrape(t, registry), want) {
				t.Errorf("%s is not in\n%s", want, scrape(t, registry))
			}
		})
	}
}

// TestMetricsOfAnInstanceOfAnyName gives an instance a name that no label can have.
func TestMetricsOfAnInstanceOfAnyName(t *testing.T) {
	t.Parallel()
	c, registry := newCollectors(), prometheus.NewRegistry()
	if err := c.register(registry); err != nil {
		t.Fatal(err)
	}
	c.of("a\xff").UpstreamAnswered("upstream", 300*time.Millisecond)
	if shown := scrape(t, registry); !strings.Contains(shown, `le="60"`) {
		t.Errorf("there is no bucket of a minute in\n%s", shown)
	}
	want := `caddy_workos_upstream_duration_seconds_sum{instance="a` + "\uFFFD" + `",source="upstream"} 0.3`
	if shown := scrape(t, registry); !strings.Contains(shown, want) {
		t.Errorf("%s is not in\n%s", want, shown)
	}
}
