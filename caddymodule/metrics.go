package caddymodule

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// metrics are those of the process. Each configuration's registry takes them up, so they count on over reloads.
var metrics = newCollectors()

// collectors are the plugin's metrics. All label values are of the configuration or of this code; none is a caller's.
type collectors struct {
	requests      *prometheus.CounterVec
	tokensIssued  *prometheus.CounterVec
	tokensRefused *prometheus.CounterVec
	upstream      *prometheus.HistogramVec
	fixtures      *prometheus.CounterVec
}

func newCollectors() *collectors {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "caddy", Subsystem: "workos", Name: name, Help: help,
		}, append([]string{"instance"}, labels...))
	}
	return &collectors{
		requests: counter("requests_total",
			"Requests by route pattern, who answered, and class of the status.", "route", "source", "code"),
		tokensIssued: counter("tokens_issued_total", "Access tokens that were minted."),
		tokensRefused: counter("tokens_refused_total",
			"Token requests that were refused here, by error code of RFC 6749.", "error"),
		upstream: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "caddy", Subsystem: "workos", Name: "upstream_duration_seconds",
			Help:    "Time that the handlers behind the emulator took to answer, by who they say answered.",
			Buckets: prometheus.DefBuckets,
		}, []string{"instance", "source"}),
		fixtures: counter("fixtures_total",
			"Requests that fixtures had a say in, by what came of them: hit, miss, recorded or write_failure.", "outcome"),
	}
}

// register adds the metrics to a configuration's registry, where another of its handlers may have added them before.
func (c *collectors) register(registry prometheus.Registerer) error {
	for _, collector := range []prometheus.Collector{c.requests, c.tokensIssued, c.tokensRefused, c.upstream, c.fixtures} {
		if err := registry.Register(collector); err != nil && !errors.As(err, new(prometheus.AlreadyRegisteredError)) {
			return err
		}
	}
	return nil
}

// observer counts what happens in one instance.
type observer struct {
	*collectors
	instance string
	found    *sync.Map // counters and histograms by their labels: to find one anew takes longer than to count
}

// of returns the observer of an instance. Prometheus takes no label that is not UTF-8.
func (c *collectors) of(instance string) observer {
	return observer{c, strings.ToValidUTF8(instance, "\uFFFD"), &sync.Map{}}
}

// found returns what was found before for some labels, and finds it the first time.
func found[T any](among *sync.Map, labels any, find func() T) T {
	if known, ok := among.Load(labels); ok {
		return known.(T)
	}
	made := find()
	among.Store(labels, made)
	return made
}

// Answered counts a request.
func (o observer) Answered(route, answeredBy string, status int, err error) {
	var failed caddyhttp.HandlerError
	if err != nil { // Caddy's error routes answer
		answeredBy, status = source.Emulator, http.StatusInternalServerError
		if errors.As(err, &failed) && failed.StatusCode != 0 {
			status = failed.StatusCode
		}
	}
	labels := [3]string{route, knownSource(answeredBy), statusClass(status)}
	found(o.found, labels, func() prometheus.Counter {
		return o.requests.WithLabelValues(o.instance, labels[0], labels[1], labels[2])
	}).Inc()
}

// TokenIssued counts a token.
func (o observer) TokenIssued() { o.tokensIssued.WithLabelValues(o.instance).Inc() }

// TokenRefused counts a refusal.
func (o observer) TokenRefused(code string) { o.tokensRefused.WithLabelValues(o.instance, code).Inc() }

// NextAnswered measures the handlers behind the emulator.
func (o observer) NextAnswered(answeredBy string, took time.Duration) {
	label := knownSource(answeredBy)
	found(o.found, label, func() prometheus.Observer {
		return o.upstream.WithLabelValues(o.instance, label)
	}).Observe(took.Seconds())
}

// FixtureUsed counts what came of a request that fixtures had a say in.
func (o observer) FixtureUsed(outcome fixture.Outcome) {
	o.fixtures.WithLabelValues(o.instance, string(outcome)).Inc()
}

// knownSource bounds what other handlers may say of themselves. An answer that was never begun has no source.
func knownSource(name string) string {
	switch name {
	case source.Emulator, source.Upstream, source.Merged, source.Fixture, source.Fault:
		return name
	case "":
		return "none"
	}
	return "other"
}

// statusClass is such as 2xx, and `none` for a connection that was dropped.
func statusClass(status int) string {
	if status < 100 || status > 999 {
		return "none"
	}
	return [...]string{1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx", 6: "6xx", 7: "7xx", 8: "8xx", 9: "9xx"}[status/100]
}

var _ emulator.Observer = observer{}
