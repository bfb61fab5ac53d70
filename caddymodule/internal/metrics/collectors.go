// Package metrics counts what the handlers of an instance do, on Caddy's own registries.
package metrics

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// process are the metrics of the process. The registry of each configuration takes them up, so they count on over reloads.
var process = newCollectors()

// Register adds the metrics to a configuration's registry, where another of its handlers may have added them before.
func Register(registry prometheus.Registerer) error { return process.register(registry) }

// Observe returns an observer of an instance, which is to be closed.
func Observe(instance string) *Observer { return process.of(instance) }

// collectors are the plugin's metrics. All label values are of the configuration or of this code; none is a caller's.
type collectors struct {
	requests      *prometheus.CounterVec
	tokensIssued  *prometheus.CounterVec
	tokensRefused *prometheus.CounterVec
	upstream      *prometheus.HistogramVec
	fixtures      *prometheus.CounterVec

	mu        sync.Mutex
	instances map[string]*series // that are observed, by their label
}

// vector is what all of the metrics are.
type vector interface {
	prometheus.Collector
	DeletePartialMatch(prometheus.Labels) int
}

func (c *collectors) vectors() []vector {
	return []vector{c.requests, c.tokensIssued, c.tokensRefused, c.upstream, c.fixtures}
}

func newCollectors() *collectors {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "caddy", Subsystem: "workos", Name: name, Help: help,
		}, append([]string{"instance"}, labels...))
	}
	return &collectors{
		instances: map[string]*series{},
		requests: counter("requests_total",
			"Requests by route pattern, who answered, and status code.", "route", "source", "code"),
		tokensIssued: counter("tokens_issued_total", "Access tokens that were minted."),
		tokensRefused: counter("tokens_refused_total",
			"Token requests that were refused here, by error code of RFC 6749.", "error"),
		upstream: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "caddy", Subsystem: "workos", Name: "upstream_duration_seconds",
			Help:    "Time that the handlers behind the emulator took to answer, by who they say answered.",
			Buckets: append(slices.Clone(prometheus.DefBuckets), 30, 60),
		}, []string{"instance", "source"}),
		fixtures: counter("fixtures_total",
			"Requests that fixtures had a say in, by what came of them: hit, miss, recorded or write_failure.", "outcome"),
	}
}

func (c *collectors) register(registry prometheus.Registerer) error {
	for _, collector := range c.vectors() {
		if err := registry.Register(collector); err != nil && !errors.As(err, new(prometheus.AlreadyRegisteredError)) {
			return err
		}
	}
	return nil
}

// of returns an observer of an instance. Prometheus takes no label that is not UTF-8.
func (c *collectors) of(instance string) *Observer {
	instance = strings.ToValidUTF8(instance, "\uFFFD")
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.instances[instance]
	if s == nil {
		s = &series{collectors: c, instance: instance}
		c.instances[instance] = s
	}
	s.observers++
	return &Observer{series: s}
}
