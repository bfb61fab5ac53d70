package integration

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestFaultsOfTheMomentAreNotRecorded retries after each of them.
func TestFaultsOfTheMomentAreNotRecorded(t *testing.T) {
	t.Parallel()
	faults := []string{"408", "425", "429", "500", "502", "503", "504", "401"}
	for _, mode := range []string{"once", "record"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			answers := script{}
			for _, fault := range faults {
				answers["GET /things/"+fault] = []string{fault + ` {"message":"not now"}`, `200 {"id":"thing"}`}
			}
			dir := filepath.Join(t.TempDir(), "fixtures")
			recorder := startConfig(t, fixtureSite(t, scripted(t, answers), dir, mode), "WORKOS_API_KEY="+realKey)
			for _, fault := range faults {
				for _, want := range []string{fault, "200", "200"} {
					if said := tells(t, recorder.URL, "GET", "/things/"+fault, ""); said[:3] != want {
						t.Errorf("it is told %s, want %s", said, want)
					}
				}
			}
			recorder.stop()
			if !strings.Contains(recorder.Log.String(), `"level":"error"`) {
				t.Error("that WorkOS refused the real key is no error in the log")
			}
			replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
			for _, fault := range faults {
				if said := tells(t, replayer.URL, "GET", "/things/"+fault, ""); said[:3] != "200" {
					t.Errorf("a replay says %s after a %s was recorded", said, fault)
				}
			}
		})
	}
}

// TestRecordErrorsRecordsFaults holds what the option is for.
func TestRecordErrorsRecordsFaults(t *testing.T) {
	t.Parallel()
	s, dir := scripted(t, script{"GET /things/1": {`429 {"message":"not now"}`, `200 {"id":"thing"}`}}), filepath.Join(t.TempDir(), "fixtures")
	recorder := startConfig(t, fixtureSite(t, s, dir, "record", "record_errors"), "WORKOS_API_KEY="+realKey)
	for range 2 {
		tells(t, recorder.URL, "GET", "/things/1", "")
	}
	recorder.stop()
	replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
	for _, want := range []string{"429", "200"} {
		if said := tells(t, replayer.URL, "GET", "/things/1", ""); said[:3] != want {
			t.Errorf("a replay says %s, want %s", said, want)
		}
	}
}
