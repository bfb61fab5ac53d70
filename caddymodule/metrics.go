package caddymodule

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
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

// register adds the metrics to a configuration's registry, where another of its handlers may have added them before.
func (c *collectors) register(registry prometheus.Registerer) error {
	for _, collector := range c.vectors() {
		if err := registry.Register(collector); err != nil && !errors.As(err, new(prometheus.AlreadyRegisteredError)) {
			return err
		}
	}
	return nil
}

// series are those of one instance. They go when no handler observes it any more.
type series struct {
	*collectors
	instance  string
	observers int // collectors.mu is held while it is changed

	mu    sync.RWMutex
	gone  bool
	found sync.Map // counters and histograms by their labels: to find one anew takes longer than to count
}

// observer is one handler's part in the series of an instance: it counts what happens.
type observer struct {
	*series
	closing sync.Once
}

// of returns an observer of an instance, which is to be closed. Prometheus takes no label that is not UTF-8.
func (c *collectors) of(instance string) *observer {
	instance = strings.ToValidUTF8(instance, "\uFFFD")
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.instances[instance]
	if s == nil {
		s = &series{collectors: c, instance: instance}
		c.instances[instance] = s
	}
	s.observers++
	return &observer{series: s}
}

// close removes the series of an instance that no observer is for any more.
func (o *observer) close() { o.closing.Do(o.leave) }

func (s *series) leave() {
	c := s.collectors
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.observers--; s.observers > 0 {
		return
	}
	delete(c.instances, s.instance)
	s.mu.Lock() // until then, somebody may be adding one
	defer s.mu.Unlock()
	s.gone = true
	for _, vector := range c.vectors() {
		vector.DeletePartialMatch(prometheus.Labels{"instance": s.instance})
	}
}

// find returns what was found before for some labels, and finds it the first time. What comes after the series have gone is
// counted nowhere.
func find[T any](s *series, labels any, finder func() T) (found T, ok bool) {
	if known, ok := s.found.Load(labels); ok {
		return known.(T), true
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.gone {
		return found, false
	}
	found = finder()
	s.found.Store(labels, found)
	return found, true
}

// count adds one to a counter.
func (o *observer) count(vector *prometheus.CounterVec, labels ...string) {
	key := counterKey{vector: vector}
	copy(key.labels[:], labels)
	counter, ok := find(o.series, key, func() prometheus.Counter {
		return vector.WithLabelValues(append([]string{o.instance}, labels...)...)
	})
	if ok {
		counter.Inc()
	}
}

// counterKey is a counter of an instance, and the values of its other labels.
type counterKey struct {
	vector *prometheus.CounterVec
	labels [3]string
}

// Answered counts a request.
func (o *observer) Answered(route, answeredBy string, status int, err error) {
	var failed caddyhttp.HandlerError
	if err != nil { // Caddy's error routes answer
		answeredBy, status = source.Emulator, http.StatusInternalServerError
		if errors.As(err, &failed) && failed.StatusCode != 0 {
			status = failed.StatusCode
		}
	}
	o.count(o.requests, route, knownSource(answeredBy), statusCode(status))
}

// TokenIssued counts a token.
func (o *observer) TokenIssued() { o.count(o.tokensIssued) }

// TokenRefused counts a refusal.
func (o *observer) TokenRefused(code string) { o.count(o.tokensRefused, code) }

// UpstreamAnswered measures the handlers behind the emulator.
func (o *observer) UpstreamAnswered(answeredBy string, took time.Duration) {
	label := knownSource(answeredBy)
	histogram, ok := find(o.series, label, func() prometheus.Observer {
		return o.upstream.WithLabelValues(o.instance, label)
	})
	if ok {
		histogram.Observe(took.Seconds())
	}
}

// FixtureUsed counts what came of a request that fixtures had a say in.
func (o *observer) FixtureUsed(outcome fixture.Outcome) { o.count(o.fixtures, string(outcome)) }

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

// statusCode is the label as Caddy's own metrics have it, such as 200, and `none` for a connection that was dropped.
func statusCode(status int) string {
	if status < 100 || status > 999 {
		return "none"
	}
	return strconv.Itoa(status)
}

var _ emulator.Observer = (*observer)(nil)
