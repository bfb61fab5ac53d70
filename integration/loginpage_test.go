package integration

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// largestScreenshot is how large an image of README may be.
const largestScreenshot = 100_000

// startCallback is an application that is told of a login, and does nothing with it.
func startCallback(t *testing.T) (app string) {
	t.Helper()
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!doctype html><title>The application</title><link rel="icon" href="data:,"><h1>Back in the application</h1>`)
	})
	server.Start()
	return server.URL
}

// TestLoginPage drives the page in Chromium: choosing an account signs in at once, or asks for a password and more.
func TestLoginPage(t *testing.T) {
	t.Parallel()
	for _, login := range []string{"page", "password"} {
		t.Run(login, func(t *testing.T) {
			t.Parallel()
			browserFolder(t)
			p, screenshot := startConfig(t, loginSite(t, nil, "login "+login)), filepath.Join(t.TempDir(), "login.png")
			drive(t, "page.test.mjs", p.URL, startCallback(t), "LOGIN="+login, "SCREENSHOT="+screenshot)
			if login == "password" {
				return
			}
			if about, err := os.Stat(screenshot); err != nil || about.Size() > largestScreenshot {
				t.Errorf("the screenshot for README: %v, %v", about, err)
			}
			if to := os.Getenv("LOGIN_SCREENSHOT"); to != "" {
				image, err := os.ReadFile(screenshot)
				if err != nil || os.WriteFile(to, image, 0o600) != nil {
					t.Errorf("keep the screenshot in %s: %v", to, err)
				}
			}
		})
	}
}
