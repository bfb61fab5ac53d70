package integration

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/caddyserver/xcaddy"
)

// TestXcaddyFileMatchesGoMod proves that a build by xcaddy is of the Caddy that is tested here.
func TestXcaddyFileMatchesGoMod(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../xcaddy.json")
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.DisallowUnknownFields()
	var builder xcaddy.Builder
	if err := decoder.Decode(&builder); err != nil {
		t.Fatal(err)
	}
	if want := moduleVersion(t, "github.com/caddyserver/caddy/v2"); builder.CaddyVersion != want {
		t.Errorf("caddy_version is %s; go.mod has %s", builder.CaddyVersion, want)
	}
	module := thisModule(t)
	if len(builder.Plugins) != 1 || builder.Plugins[0].PackagePath != module+"/caddymodule" {
		t.Errorf("plugins are %v", builder.Plugins)
	}
	if len(builder.Replacements) != 1 || builder.Replacements[0].Old.String() != module {
		t.Errorf("replacements are %v", builder.Replacements)
	}
	if builder.BuildFlags != "" {
		t.Errorf("build_flags is %q", builder.BuildFlags)
	}
}
