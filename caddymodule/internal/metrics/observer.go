package metrics

import (
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/caddy-workos/caddy-workos/emulator"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
	"github.com/caddy-workos/caddy-workos/emulator/source"
)

// series are the metrics of one instance. They go with its last observer.
type series struct {
	*collectors
	instance  string
	observers int // collectors.mu is held while it is changed

	mu    sync.RWMutex
	gone  bool
	found sync.Map // counters and histograms by their labels: to find one anew takes longer than to count
}

// Observer counts what happens in one handler of an instance.
type Observer struct {
	*series
	closing sync.Once
}

// Close removes the series of the instance when no other observer is left. A nil observer has none.
func (o *Observer) Close() {
	if o != nil {
		o.closing.Do(o.leave)
	}
}

func (s *series) leave() {
	c := s.collectors
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.observers--; s.observers > 0 {
		return
	}
	delete(c.instances, s.instance)
	s.mu.Lock() // until then, another goroutine may be adding one
	defer s.mu.Unlock()
	s.gone = true
	for _, vector := range c.vectors() {
		vector.DeletePartialMatch(prometheus.Labels{"instance": s.instance})
	}
}

// find returns the metric that was found before for some labels, and finds it the first time. There is none once the series have
// gone.
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
func (o *Observer) count(vector *prometheus.CounterVec, labels ...string) {
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
func (o *Observer) Answered(_ *http.Request, outcome emulator.Outcome) {
	answeredBy, status, err := outcome.Source, outcome.Status, outcome.Err
	var failed caddyhttp.HandlerError
	if err != nil { // Caddy's error routes answer
		answeredBy, status = source.Emulator, http.StatusInternalServerError
		if errors.As(err, &failed) && failed.StatusCode != 0 {
			status = failed.StatusCode
		}
	}
	o.count(o.requests, outcome.Route, knownSource(answeredBy), statusCode(status))
}

// TokenIssued counts a token.
func (o *Observer) TokenIssued() { o.count(o.tokensIssued) }

// TokenRefused counts a refusal.
func (o *Observer) TokenRefused(code string) { o.count(o.tokensRefused, code) }

// UpstreamAnswered measures the handlers behind the emulator.
func (o *Observer) UpstreamAnswered(answeredBy string, took time.Duration) {
	label := knownSource(answeredBy)
	histogram, ok := find(o.series, label, func() prometheus.Observer {
		return o.upstream.WithLabelValues(o.instance, label)
	})
	if ok {
		histogram.Observe(took.Seconds())
	}
}

// FixtureUsed counts what came of a request that fixtures had a say in.
func (o *Observer) FixtureUsed(outcome fixture.Outcome) { o.count(o.fixtures, string(outcome)) }

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

var _ emulator.Observer = (*Observer)(nil)
