package integration

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// startCallback is an application that is told of a login, and does nothing with it. It has pages for the test of the tests, too.
func startCallback(t *testing.T) (app string) {
	t.Helper()
	pages := map[string]string{
		"/callback":          "",
		"/asks-elsewhere":    `<img src="http://elsewhere.example/image.png" alt="">`,
		"/breaks-its-policy": `<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><script>document.title = "it runs"</script>`,
		"/throws":            `<script>throw new Error("thrown by the page")</script>`,
	}
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		content, known := pages[r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!doctype html><title>The application</title><link rel="icon" href="data:,">`+content+`<h1>Back in the application</h1>`)
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
			p := startConfig(t, loginSite(t, nil, "login "+login))
			drive(t, "page.test.mjs", p.URL, startCallback(t), "LOGIN="+login)
		})
	}
}

// TestLoginScreenshot takes the picture of README, which is docs/images/login.png. LOGIN_SCREENSHOT=FILE keeps a new one.
func TestLoginScreenshot(t *testing.T) {
	t.Parallel()
	const seed = `users:
  - {email: ada@example.com, first_name: Ada, last_name: Lovelace}
  - {email: grace@example.com, first_name: Grace, last_name: Hopper}
`
	browserFolder(t)
	to, dir := os.Getenv("LOGIN_SCREENSHOT"), t.TempDir()
	if to == "" {
		to = filepath.Join(dir, "login.png")
	}
	write(t, filepath.Join(dir, "seed.yaml"), seed)
	p := startConfig(t, fmt.Sprintf("http://localhost:{$PORT} {\n\tworkos {\n\t\tseed %s\n\t\tclient_id client_123\n\t\tupstream http://localhost:1\n\t}\n}\n", filepath.Join(dir, "seed.yaml")))
	drive(t, "screenshot.test.mjs", p.URL, startCallback(t), "SCREENSHOT="+to, "CLIENT_ID=client_123")
	if about, err := os.Stat(to); err != nil || about.Size() > 100_000 {
		t.Errorf("the picture is too large for README: %v, %v", about, err)
	}
}

// TestLoginPlaywrightRecipe signs in as docs/login.md shows it.
func TestLoginPlaywrightRecipe(t *testing.T) {
	t.Parallel()
	folder, _ := browserFolder(t)
	for _, block := range readPage(t, "docs/login.md").code {
		if block.language == "js" {
			write(t, filepath.Join(folder, "recipe.mjs"), block.text)
		}
	}
	p := startConfig(t, loginSite(t, nil, "login password"))
	drive(t, "recipe.test.mjs", p.URL, startCallback(t))
}
