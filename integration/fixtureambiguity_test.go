package integration

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestRecorderWarnsWhereOneFixtureAnswersForTwo takes out of matching what tells two persons apart.
func TestRecorderWarnsWhereOneFixtureAnswersForTwo(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]bool{"": false, "ignore_body email password": true} {
		t.Run(options, func(t *testing.T) {
			t.Parallel()
			l, dir := newLogins(t), filepath.Join(t.TempDir(), "fixtures")
			recorder := startConfig(t, fixtureSite(t, l.standIn, dir, "record", options), "WORKOS_API_KEY="+realKey)
			for _, who := range []person{alice, bob} {
				if status, answer := authenticate(t, recorder.URL, map[string]string{"grant_type": "password", "email": who.email, "password": who.password}); status != "200" {
					t.Fatalf("%s is told %s %v", who.email, status, answer)
				}
			}
			recorder.stop()
			warned := false
			for line := range strings.Lines(recorder.Log.String()) {
				warned = warned || strings.Contains(line, `"level":"warn"`) && strings.Contains(line, "fixtures") && strings.Contains(line, "authenticate")
			}
			if warned != want {
				t.Errorf("that one fixture answers for two persons is warned of: %v, want %v", warned, want)
			}
			if strings.Contains(recorder.Log.String(), alice.email) || strings.Contains(recorder.Log.String(), alice.password) {
				t.Error("the log tells who they are")
			}
		})
	}
}
