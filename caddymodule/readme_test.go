package caddymodule

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/caddyserver/caddy/v2/caddyconfig"
)

// TestCaddyfilesOfTheDocumentation proves that what README, docs and examples show is accepted as it is printed, and
// formatted.
func TestCaddyfilesOfTheDocumentation(t *testing.T) {
	t.Parallel()
	docs, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string][]string{} // by where they are shown
	for _, path := range append(docs, "../README.md") {
		page := readFile(t, path)
		for _, block := range regexp.MustCompile("(?s)```caddyfile\n(.*?)```").FindAllStringSubmatch(page, -1) {
			shown[path] = append(shown[path], block[1])
		}
	}
	if len(shown["../README.md"]) == 0 || len(shown["../docs/configuration.md"]) == 0 {
		t.Fatal("README or the reference shows no Caddyfile")
	}
	for _, path := range []string{"../Caddyfile.example", "../examples/node/Caddyfile"} {
		shown[path] = []string{readFile(t, path)}
	}
	for path, caddyfiles := range shown {
		for _, text := range caddyfiles {
			_, warnings, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), map[string]any{"filename": "Caddyfile"})
			if err != nil || len(warnings) > 0 {
				t.Errorf("%s: %v %v in\n%s", path, err, warnings, text)
			}
		}
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
