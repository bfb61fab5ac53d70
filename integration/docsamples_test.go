package integration

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// TestSeedOfTheDocumentation makes the mistake whose message the page on seeds shows.
func TestSeedOfTheDocumentation(t *testing.T) {
	t.Parallel()
	text := `organizations:
  - name: Acme Corp
connectApplications:
  - name: Backend
    scopes: [posts:read]
    organization: Acme Crop
`
	_, err := seed.Parse("seed.yaml", []byte(text), seed.Options{})
	for _, block := range readPage(t, "docs/seed.md").code {
		if block.language == "text" && (err == nil || "decode seed: "+strings.TrimSpace(block.text) != err.Error()) {
			t.Errorf("the page shows %swhile the message is %v", block.text, err)
		}
	}
}

var shownMiss = regexp.MustCompile(`(?m)^No fixture for GET (\S+?): .*$`)

// TestFixtureOfTheDocumentation replays the fixture that the guide shows, and misses it as the guide says.
func TestFixtureOfTheDocumentation(t *testing.T) {
	t.Parallel()
	var fixture, files, miss string
	for _, block := range readPage(t, "docs/fixtures.md").code {
		switch {
		case block.language == "json":
			fixture = block.text
		case strings.HasPrefix(block.text, "fixtures/"):
			files = block.text
		case shownMiss.MatchString(block.text):
			miss = strings.TrimSpace(block.text)
		}
	}
	if fixture == "" || files == "" || miss == "" {
		t.Fatal("the guide shows no fixture, no names or no miss")
	}
	folder := t.TempDir()
	first, _, _ := strings.Cut(files, "\n")
	path := filepath.Join(folder, filepath.FromSlash(first))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, path, fixture)
	dir := filepath.Join(folder, "fixtures")
	if said, err := runToEnd(t, nil, "workos", "fixtures", "check", dir); err != nil {
		t.Errorf("%v: %s", err, said)
	}

	p := startConfig(t, "http://localhost:{$PORT} {\n\tworkos {\n\t\temulate token jwks\n\t\tfixtures "+dir+" {\n\t\t\tmode replay\n\t\t}\n\t}\n}\n")
	status, _, _ := ask(t, http.MethodGet, p.URL+"/user_management/users?order=asc&limit=3", "", "", "")
	if status != http.StatusOK {
		t.Errorf("the fixture is replayed as %d", status)
	}
	status, _, body := ask(t, http.MethodGet, p.URL+shownMiss.FindStringSubmatch(miss)[1], "sk_test_default", "", "")
	var said struct{ Message string }
	if err := json.Unmarshal([]byte(body), &said); err != nil || status != http.StatusNotImplemented || said.Message != miss {
		t.Errorf("the miss is %d %s\nwant %s", status, said.Message, miss)
	}
}
