package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestResetWhileRecordingLosesNothing resets the instance between two answers to one request.
func TestResetWhileRecordingLosesNothing(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"once", "record"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			s := scripted(t, script{"GET /things/1": {`200 {"n":1}`, `200 {"n":2}`, `200 {"n":3}`}})
			dir := filepath.Join(t.TempDir(), "fixtures")
			recorder := startConfig(t, fixtureSite(t, s, dir, mode), "WORKOS_API_KEY="+realKey)
			for n := range 3 {
				if said := tells(t, recorder.URL, "GET", "/things/1", ""); said != fmt.Sprintf(`200 {"n":%d}`, n+1) {
					t.Errorf("it is told %s", said)
				}
				recorder.adminJSON(t, "POST", "/workos/default/reset", nil)
			}
			recorder.stop()
			replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
			for n := range 3 {
				if said := tells(t, replayer.URL, "GET", "/things/1", ""); said != fmt.Sprintf(`200 {"n":%d}`, n+1) {
					t.Errorf("a replay says %s, want %d", said, n+1)
				}
			}
			replayer.adminJSON(t, "POST", "/workos/default/reset", nil)
			if said := tells(t, replayer.URL, "GET", "/things/1", ""); said != `200 {"n":1}` {
				t.Errorf("after a reset, a replay says %s", said)
			}
		})
	}
}

// TestSecondRecorderOfAFolderIsTold runs two processes that record into one folder.
func TestSecondRecorderOfAFolderIsTold(t *testing.T) {
	t.Parallel()
	s, dir := scripted(t, script{"GET /things/1": {`200 {"n":1}`}}), filepath.Join(t.TempDir(), "fixtures")
	first := startConfig(t, fixtureSite(t, s, dir, "once"), "WORKOS_API_KEY="+realKey)
	tells(t, first.URL, "GET", "/things/1", "")
	second := startConfig(t, fixtureSite(t, s, dir, "once"), "WORKOS_API_KEY="+realKey)
	tells(t, second.URL, "GET", "/things/1", "")
	told := func(p *process) bool {
		for line := range strings.Lines(p.Log.String()) {
			if strings.Contains(line, `"workos`) || strings.Contains(line, "workos_fixtures") {
				if strings.Contains(line, "another process") && (strings.Contains(line, `"level":"warn"`) || strings.Contains(line, `"level":"error"`)) {
					return true
				}
			}
		}
		return false
	}
	eventually(t, "the second recorder's log to say so", func() bool { return told(second) })
	if told(first) {
		t.Error("the first one was told too")
	}
	second.stop()
	first.stop()
	third := startConfig(t, fixtureSite(t, s, dir, "once"), "WORKOS_API_KEY="+realKey)
	tells(t, third.URL, "GET", "/things/1", "")
	third.stop()
	if told(third) {
		t.Error("one that records alone, after the others, was told")
	}
}

// TestKilledRecorderLeavesNoTornFile kills a process that records, again and again, and reads what it left.
func TestKilledRecorderLeavesNoTornFile(t *testing.T) {
	t.Parallel()
	s, dir := newStandIn(t), filepath.Join(t.TempDir(), "fixtures")
	long := strings.Repeat("x", 20_000)
	s.Knows = func(w http.ResponseWriter, r *http.Request) bool {
		_, _ = fmt.Fprintf(w, `{"path":%q,"long":%q}`, r.URL.Path, long)
		return true
	}
	for round := range 3 {
		recorder := startConfig(t, fixtureSite(t, s, dir, "record"), "WORKOS_API_KEY="+realKey)
		var clients sync.WaitGroup
		for client := range 4 {
			clients.Go(func() {
				for n := 0; ; n++ {
					request, _ := http.NewRequest("GET", fmt.Sprintf("%s/things/%d/%d", recorder.URL, client, n%50), nil)
					request.Header.Set("Authorization", "Bearer "+environmentKey)
					response, err := http.DefaultClient.Do(request)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, response.Body)
					response.Body.Close()
				}
			})
		}
		kept := func() int { // files that are written already
			files, _ := filepath.Glob(filepath.Join(dir, "GET", "things", "*", "*", "*.json"))
			return len(files)
		}
		eventually(t, "files", func() bool { return kept() > 10*(round+1) })
		_ = recorder.cmd.Process.Kill()
		<-recorder.exited
		clients.Wait()
		for name, text := range folder(t, dir) {
			if strings.HasSuffix(name, ".json") && !json.Valid([]byte(text)) {
				t.Errorf("%s is torn: %.100q", name, text)
			}
		}
	}
	replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
	files, err := filepath.Glob(filepath.Join(dir, "GET", "things", "0", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing was recorded: %v", err)
	}
	for _, file := range files {
		if _, err := os.Stat(filepath.Join(file, "index.json")); err != nil {
			continue
		}
		path := "/things/0/" + filepath.Base(file)
		if said := tells(t, replayer.URL, "GET", path, ""); !strings.HasPrefix(said, "200 ") {
			t.Errorf("%s is replayed as %.200s", path, said)
		}
	}
}
