package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// nextjsEnvironment is that of an app on a port, whose WorkOS is at a site.
func nextjsEnvironment(t *testing.T, port int, site string) []string {
	t.Helper()
	at, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "NEXT_TELEMETRY_DISABLED=1", "REDIRECT_URI=" + fmt.Sprintf("http://localhost:%d/callback", port),
		"WORKOS_CLIENT_ID=" + theirClient, "WORKOS_API_KEY=" + environmentKey, "WORKOS_COOKIE_PASSWORD=a password of more than thirty-two characters",
		"WORKOS_API_HOSTNAME=" + at.Hostname(), "WORKOS_API_PORT=" + at.Port(), "WORKOS_API_HTTPS=false",
	}
}

// startNextjs runs the app until the test ends or stop is called.
func startNextjs(t *testing.T, folder string, port int, site string) (app string, stop func()) {
	t.Helper()
	said := &syncBuffer{}
	cmd := exec.Command("node", "node_modules/next/dist/bin/next", "start", "--hostname", "localhost", "--port", fmt.Sprint(port))
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = folder, nextjsEnvironment(t, port, site), said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	t.Cleanup(func() {
		stop()
		if t.Failed() {
			t.Logf("the app says:\n%s", lastLines(said.String(), 40))
		}
	})
	app = fmt.Sprintf("http://localhost:%d", port)
	eventually(t, "the app to answer", func() bool {
		response, err := http.Get(app + "/")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return app, stop
}

// browse logs persons in by the app, each with a browser of their own, and returns what the app says of them.
func browse(t *testing.T, app string, persons ...person) (outcomes []loggedIn) {
	t.Helper()
	for _, who := range persons {
		cookies, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		browser := &http.Client{Jar: cookies, Timeout: maxWait}
		for _, path := range []string{"/login?email=" + url.QueryEscape(who.email), "/me", "/refresh", "/me"} {
			response, err := browser.Get(app + path)
			if err != nil {
				t.Fatal(err)
			}
			body, outcome := read(t, response), loggedIn{Library: "authkit-nextjs: " + path, Email: who.email}
			if err := json.Unmarshal([]byte(body), &outcome); err != nil || response.StatusCode != http.StatusOK {
				t.Errorf("%s is answered with %d %.300s", path, response.StatusCode, body)
			}
			outcomes = append(outcomes, outcome)
		}
	}
	return outcomes
}

// TestRecordedLoginsOfANextjsAppReplay is TestRecordedLoginsReplay with a browser and an app of authkit-nextjs.
func TestRecordedLoginsOfANextjsAppReplay(t *testing.T) {
	t.Parallel()
	folder, err := nextjsBuilt()
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t) // always the same one, which redirect_uri has
	l, dir := newLogins(t), filepath.Join(t.TempDir(), "fixtures")
	run := func(when, site string, persons ...person) {
		app, stop := startNextjs(t, folder, port, site)
		defer stop() // its keys are those of the site
		for _, outcome := range browse(t, app, persons...) {
			if err := outcome.isWho(); err != nil {
				t.Errorf("%s: %v", when, err)
			}
		}
	}
	recorder := startConfig(t, fixtureSite(t, l.standIn, dir, "once"), "WORKOS_API_KEY="+realKey)
	run("recorded", recorder.URL, alice, bob)
	recorder.stop()
	l.Close()
	replayer := startConfig(t, fixtureSite(t, nil, dir, "replay"))
	run("first replay", replayer.URL, alice, bob)
	run("Bob first", replayer.URL, bob, alice)
}
