package caddymodule

import (
	"os"
	"testing"

	"github.com/caddyserver/caddy/v2/caddyconfig"
)

// TestExampleCaddyfiles proves that the project's Caddyfiles are accepted as they are, and formatted.
func TestExampleCaddyfiles(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"../Caddyfile.example", "../examples/node/Caddyfile"} {
		_, warnings, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(readFile(t, path)), map[string]any{"filename": "Caddyfile"})
		if err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v", path, err, warnings)
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
