package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// environmentKey is a key of the seed that stands for the real one.
const environmentKey = "sk_test_3kQzR8vXw2LmN5pTqYbD7cHf"

// fixtureSite records or replays everything: only what signs and verifies tokens is emulated.
func fixtureSite(t *testing.T, s *standIn, dir, mode string, options ...string) string {
	t.Helper()
	seed := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, seed, "apiKeys:\n  "+environmentKey+": {environment: test}\n")
	upstream := ""
	if s != nil {
		upstream = fmt.Sprintf("upstream %s {\n\t\t\tapi_key {env.WORKOS_API_KEY}\n\t\t\ttls_trust_pool file %s\n\t\t}", s.URL, s.CA)
	}
	return fmt.Sprintf(`http://localhost:{$PORT} {
	workos {
		seed %s
		emulate token jwks discovery introspection
		%s
		fixtures %s {
			mode %s
			%s
		}
	}
}
`, seed, upstream, dir, mode, strings.Join(options, "\n\t\t\t"))
}

// played is a request to a stand-in of all routes, and what answered it.
type played struct {
	operation *operation
	request   *http.Request
	body      []byte
	status    int    // the one that is wanted
	name      string // for messages
}

// plays are the requests that have every operation answered with each of its answers, in an order that never changes.
// What would be a fault of the moment, which is not recorded, is left out.
func (r *routes) plays(t *testing.T) (plays []*played) {
	t.Helper()
	for _, o := range r.operations {
		if strings.HasPrefix(o.path, "/sso/jwks/") {
			continue // emulated
		}
		bodies := o.bodies
		if len(bodies) == 0 {
			bodies = []any{nil}
		}
		for form, body := range bodies {
			target, content := r.target(o), r.content(t, o, body)
			for index, answer := range o.answers {
				if answer.status == http.StatusUnauthorized || answer.status == http.StatusTooManyRequests || answer.status >= 500 {
					continue
				}
				request, err := http.NewRequest(o.method, target, nil)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Authorization", "Bearer "+environmentKey)
				request.Header.Set(wanted, fmt.Sprint(index))
				if content != nil {
					request.Header.Set("Content-Type", "application/json")
				}
				plays = append(plays, &played{o, request, content, answer.status, fmt.Sprintf("%s (form %d, answer %d: %d)", o.route(), form, index, answer.status)})
			}
		}
	}
	return plays
}

// target is an operation's path and query, with secrets in their places.
func (r *routes) target(o *operation) string {
	query := url.Values{}
	if o.route() != "POST /sso/token" { // which takes them from the body
		for _, p := range o.query {
			query.Set(p[0], r.plantIn(requestSecrets, o.route(), p[0], p[1]))
		}
	}
	return o.target(func(name string) string {
		return r.plantIn(requestSecrets, o.path[:strings.Index(o.path, "{")]+"{"+name+"}", name, name+"_01")
	}, query)
}

// content is a body with secrets in their places; nil for none.
func (r *routes) content(t *testing.T, o *operation, body any) []byte {
	t.Helper()
	if body == nil {
		return nil
	}
	body = r.plant(requestSecrets, o.route(), "", body)
	if members, is := body.(map[string]any); is && keyTaking(o) && members["client_secret"] != nil {
		members["client_secret"] = environmentKey
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// keyTaking tells whether an operation takes the API key as its client_secret.
func keyTaking(o *operation) bool {
	return o.route() == "POST /user_management/authenticate" || o.route() == "POST /sso/token"
}

// play sends a request to a site.
func (p *played) play(t *testing.T, site string) received {
	t.Helper()
	request := p.request.Clone(t.Context())
	at, err := url.Parse(site + p.request.URL.String())
	if err != nil {
		t.Fatal(err)
	}
	request.URL, request.Host = at, ""
	if p.body != nil {
		request, err = http.NewRequestWithContext(t.Context(), request.Method, at.String(), bytes.NewReader(p.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = p.request.Header.Clone()
	}
	answer, err := tryToReceive(noRedirects, request)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return answer
}

// doesNotDrift compares a recording with what WorkOS answers right after it, by shape and by value.
func (r *routes) doesNotDrift(t *testing.T, dir string, plays []*played) {
	t.Helper()
	for _, how := range []string{"verify shape", "verify values"} {
		verifier := startConfig(t, fixtureSite(t, r.standIn, dir, "verify", how), "WORKOS_API_KEY="+realKey)
		for _, p := range plays {
			p.play(t, verifier.URL)
		}
		var report struct{ Hits, Misses int }
		eventually(t, "the comparisons, which no caller waits for", func() bool {
			verifier.adminJSON(t, "GET", "/workos/default/fixtures", &report)
			return report.Hits+report.Misses >= len(plays)
		})
		var drift []struct{ Method, Path, Pointer, Difference string }
		verifier.adminJSON(t, "GET", "/workos/default/fixtures/drift", &drift)
		if report.Misses > 0 || len(drift) > 0 {
			t.Errorf("%s: right after the recording, %d fixtures are missing, and there is drift: %.3000v", how, report.Misses, drift)
		}
		verifier.stop()
	}
}

// TestEveryRouteIsRecordedAndReplayed plays all that WorkOS can answer through a recording and a replay: no secret is in the
// folder, in the log or in a replayed answer, and an answer differs from the recorded one only as docs/fixtures.md says.
func TestEveryRouteIsRecordedAndReplayed(t *testing.T) {
	t.Parallel()
	r, dir := newRoutes(t), filepath.Join(t.TempDir(), "fixtures")
	plays := r.plays(t)
	recorder := startConfig(t, fixtureSite(t, r.standIn, dir, "record"), "WORKOS_API_KEY="+realKey)
	recorded := make([]received, len(plays))
	for i, p := range plays {
		recorded[i] = p.play(t, recorder.URL)
		if recorded[i].status != p.status || recorded[i].header.Get("X-Workos-Source") != "upstream" {
			t.Fatalf("%s: it is answered with %d from %s: %s", p.name, recorded[i].status, recorded[i].header.Get("X-Workos-Source"), recorded[i].body)
		}
	}
	recorder.stop()
	if said, err := runToEnd(t, nil, "workos", "fixtures", "check", dir); err != nil {
		t.Errorf("what was recorded may not be committed: %v: %.2000s", err, said)
	}
	r.doesNotDrift(t, dir, plays)
	r.Close() // the network is gone

	replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
	told := &strings.Builder{}
	for i, p := range plays {
		replayed := p.play(t, replayer.URL)
		for _, difference := range r.differences(recorded[i], replayed) {
			t.Errorf("%s: %s", p.name, difference)
		}
		fmt.Fprintln(told, replayed.header, replayed.body)
	}
	replayer.stop()
	searched := searchFor(append(r.all(), realKey, environmentKey))
	for where, text := range map[string]string{"the recorder's log": recorder.Log.String(), "the replayer's log": replayer.Log.String(), "the replayed answers": told.String()} {
		if found := searched.in(text); len(found) > 0 {
			t.Errorf("%s holds %d secrets: %.500q", where, len(found), found)
		}
	}
	files := folder(t, dir)
	for _, name := range sortedKeys(files) {
		if found := searched.in(name + "\n" + files[name]); len(found) > 0 {
			t.Errorf("%s holds %.300q", name, found)
		}
	}
	if places := r.unused(); len(places) > 0 {
		t.Errorf("nothing was planted at %q", places)
	}
	t.Logf("%d operations, %d requests, %d files, %d secrets", len(r.operations), len(plays), len(files), len(r.all()))
}
