package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// adminJSON asks Caddy's admin endpoint.
func (p *process) adminJSON(t *testing.T, method, path string, into any) {
	t.Helper()
	status, _, body := ask(t, method, p.Admin+path, "", "", "")
	if status >= http.StatusBadRequest {
		t.Fatalf("%s %s is answered with %d %s", method, path, status, body)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
}

// TestVerifyListsTheDrift is how a team learns that its fixtures no longer tell the truth.
func TestVerifyListsTheDrift(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	dir := filepath.Join(t.TempDir(), "fixtures")
	config := func(mode string) string {
		return fmt.Sprintf(`http://localhost:{$PORT} {
	workos {
		instance drifting
		accept_key {env.WORKOS_API_KEY}
		upstream %s {
			api_key {env.WORKOS_API_KEY}
			tls_trust_pool file %s
		}
		fixtures %s {
			mode %s
		}
	}
}
`, s.URL, s.CA, dir, mode)
	}
	p := startConfig(t, config("once"), "WORKOS_API_KEY="+realKey)
	for range 2 {
		ask(t, "GET", p.URL+"/echo/a", realKey, "", "")
	}
	var report struct {
		Hits, Misses, Recorded, WriteFailures int
		NeverUsed                             []string `json:"never_used"`
		Used                                  map[string]int
		Drift                                 []struct{ Pointer string }
	}
	p.adminJSON(t, "GET", "/workos/drifting/fixtures", &report)
	if report.Hits != 0 || report.Recorded != 2 || len(report.NeverUsed) != 0 {
		t.Errorf("the report is %+v", report)
	}

	// Somebody edits the fixture; a reload to another mode keeps what was counted.
	text := folder(t, dir)["GET/echo/a/index.json"]
	write(t, filepath.Join(dir, "GET", "echo", "a", "index.json"), strings.Replace(text, `"theirs": true`, `"theirs": "yes"`, 1))
	if err := p.reload(config("verify")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		ask(t, "GET", p.URL+"/echo/a", realKey, "", "")
		ask(t, "GET", p.URL+"/echo/b", realKey, "", "")
	}
	eventually(t, "the comparisons, which no caller waits for", func() bool {
		report.Used, report.NeverUsed = nil, nil
		p.adminJSON(t, "GET", "/workos/drifting/fixtures", &report)
		return report.Hits == 2 && report.Misses == 2
	})
	var drift []struct{ Method, Path, Pointer, Difference string }
	eventually(t, "what differs", func() bool {
		p.adminJSON(t, "GET", "/workos/drifting/fixtures/drift", &drift)
		return len(drift) == 2
	})
	if drift[0].Method != "GET" || drift[0].Path != "/echo/a" || drift[0].Pointer != "/theirs" || drift[1].Difference != "there is no fixture" {
		t.Errorf("the drift is %+v", drift)
	}
	p.adminJSON(t, "GET", "/workos/drifting/fixtures", &report)
	if report.Hits != 2 || report.Recorded != 2 || report.Used["GET/echo/a/index.json"] != 2 || len(report.Drift) != 2 || report.Drift[0].Pointer != "/theirs" {
		t.Errorf("after the reload the report is %+v", report)
	}

	p.adminJSON(t, "POST", "/workos/drifting/reset", nil)
	drift = nil
	p.adminJSON(t, "GET", "/workos/drifting/fixtures/drift", &drift)
	report.Used, report.NeverUsed = nil, nil
	p.adminJSON(t, "GET", "/workos/drifting/fixtures", &report)
	if len(drift) != 0 || len(report.Drift) != 0 || report.Hits != 0 || len(report.NeverUsed) != 1 {
		t.Errorf("after the reset there is %+v, and %+v", drift, report)
	}
}
