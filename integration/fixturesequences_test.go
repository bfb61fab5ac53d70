package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// script is what a stand-in answers to a route, in order; the last answer repeats.
type script map[string][]string

// scripted is a stand-in that answers by a script: each answer is a status and a body.
func scripted(t *testing.T, answers script) *standIn {
	t.Helper()
	s := newStandIn(t)
	var mu sync.Mutex
	asked := map[string]int{}
	s.Knows = func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		route := r.Method + " " + r.URL.Path
		given := answers[route]
		if len(given) == 0 {
			return false
		}
		answer := given[min(asked[route], len(given)-1)]
		asked[route]++
		var status int
		_, _ = fmt.Sscan(answer, &status)
		if strings.HasPrefix(answer, "429") {
			w.Header().Set("Retry-After", "0")
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(answer)-4))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer[4:])
		return true
	}
	return s
}

// inModes runs a conversation with a recording site, and then with one that replays, where it must be the same.
func inModes(t *testing.T, s *standIn, mode string, talk func(site string) []string) (recorded []string, log string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "fixtures")
	recorder := startConfig(t, fixtureSite(t, s, dir, mode), "WORKOS_API_KEY="+realKey)
	recorded = talk(recorder.URL)
	recorder.stop()
	s.Close()
	for _, mode := range []string{"replay", "once"} { // what was there when a run began is replayed by once too
		s.take()
		behind := s
		if mode == "replay" {
			behind = nil
		}
		replayer := startConfig(t, fixtureSite(t, behind, dir, mode), "WORKOS_API_KEY="+realKey)
		if replayed := talk(replayer.URL); strings.Join(replayed, "\n") != strings.Join(recorded, "\n") {
			t.Errorf("mode %s says\n%s\nwhere the recording said\n%s", mode, strings.Join(replayed, "\n"), strings.Join(recorded, "\n"))
		}
		replayer.stop()
	}
	return recorded, recorder.Log.String()
}

// TestReadWriteReadIsToldInOrder reads what was written, while it is recorded and afterwards.
func TestReadWriteReadIsToldInOrder(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"once", "record"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := scripted(t, script{
				"GET /organizations/org_1": {`200 {"id":"org_1","name":"Old"}`, `200 {"id":"org_1","name":"New"}`},
				"PUT /organizations/org_1": {`200 {"id":"org_1","name":"New"}`},
			})
			said, _ := inModes(t, s, mode, func(site string) []string {
				return []string{
					tells(t, site, "GET", "/organizations/org_1", ""),
					tells(t, site, "PUT", "/organizations/org_1", `{"name":"New"}`),
					tells(t, site, "GET", "/organizations/org_1", ""),
				}
			})
			if !strings.Contains(said[0], "Old") || !strings.Contains(said[2], "New") {
				t.Errorf("the recording run is told %q", said)
			}
		})
	}
}

// TestPollingEnds polls a job until it is done.
func TestPollingEnds(t *testing.T) {
	t.Parallel()
	pending := `200 {"id":"e_1","state":"pending"}`
	s := scripted(t, script{"GET /audit_logs/exports/e_1": {pending, pending, pending, `200 {"id":"e_1","state":"ready"}`}})
	said, _ := inModes(t, s, "once", func(site string) (said []string) {
		for len(said) < 10 && !strings.Contains(strings.Join(said, ""), "ready") {
			said = append(said, tells(t, site, "GET", "/audit_logs/exports/e_1", ""))
		}
		return said
	})
	if len(said) != 4 {
		t.Errorf("it took %d polls", len(said))
	}
}

// TestDeviceLoginEnds polls with the device code that the answer before it had, as devices do.
func TestDeviceLoginEnds(t *testing.T) {
	t.Parallel()
	code := randomText(alphanumeric, 40)
	pending := `400 {"error":"authorization_pending","error_description":"Pending"}`
	s := scripted(t, script{
		"POST /user_management/authorize/device": {`200 {"device_code":"` + code + `","user_code":"BCDF-GHJK","verification_uri":"https://theirs.example/device","expires_in":300,"interval":5}`},
		"POST /user_management/authenticate":     {pending, pending, `200 {"user":` + theirUser("user_REAL") + `,"access_token":"opaque","refresh_token":"` + randomText(alphanumeric, 27) + `"}`},
	})
	said, _ := inModes(t, s, "once", func(site string) (said []string) {
		var device struct {
			Code string `json:"device_code"`
		}
		begun := tells(t, site, "POST", "/user_management/authorize/device", `{"client_id":"client_1"}`)
		if err := json.Unmarshal([]byte(begun[4:]), &device); err != nil || device.Code == "" {
			t.Fatalf("the login begins with %s", begun)
		}
		body, _ := json.Marshal(map[string]string{"client_id": "client_1", "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": device.Code})
		for range 6 {
			answer := tells(t, site, "POST", "/user_management/authenticate", string(body))
			said = append(said, answer[:3])
			if strings.HasPrefix(answer, "200") {
				break
			}
		}
		return said
	})
	if fmt.Sprint(said) != "[400 400 200]" {
		t.Errorf("the recording run is told %v", said)
	}
}

// TestAnswersAreRecordedInTheOrderTheyCame has a client that asks again as soon as it has read a long answer, by another
// connection: the short one that it is then told must not be recorded first.
func TestAnswersAreRecordedInTheOrderTheyCame(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"once", "record"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			items := strings.Repeat(`{"id":"user_1","email":"person@example.com","name":"A name"},`, 60_000)
			answers := []string{`{"n":1,"data":[` + strings.TrimSuffix(items, ",") + `]}`, `{"n":2}`, `{"n":3}`}
			script := script{"GET /things": nil}
			for _, answer := range answers {
				script["GET /things"] = append(script["GET /things"], "200 "+answer)
			}
			dir := filepath.Join(t.TempDir(), "fixtures")
			recorder := startConfig(t, fixtureSite(t, scripted(t, script), dir, mode), "WORKOS_API_KEY="+realKey)
			for _, want := range answers {
				client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
				if said := receiveBy(t, client, newRequest(t, http.MethodGet, recorder.URL+"/things", environmentKey, "")).body; said != want {
					t.Fatalf("it is told %.60s, want %.60s", said, want)
				}
			}
			recorder.stop()
			replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
			for _, want := range answers {
				if said := receive(t, newRequest(t, http.MethodGet, replayer.URL+"/things", environmentKey, "")).body; said != want {
					t.Errorf("a replay says %.60s, want %.60s", said, want)
				}
			}
		})
	}
}
