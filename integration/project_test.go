package integration

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
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
	if want := list(t, "-m", "-f", "{{.Version}}", "github.com/caddyserver/caddy/v2"); builder.CaddyVersion != want[0] {
		t.Errorf("caddy_version is %s; go.mod has %s", builder.CaddyVersion, want[0])
	}
	module := list(t, "-m")[0]
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

// TestDependenciesPointOneWay proves store ← emulator ← caddymodule ← integration.
func TestDependenciesPointOneWay(t *testing.T) {
	t.Parallel()
	module := list(t, "-m")[0]
	for pkg, forbidden := range map[string][]string{
		"/store":        {module + "/emulator", module + "/caddymodule", "github.com/caddyserver/", "net/http", "crypto/rand", "math/rand"},
		"/emulator/...": {module + "/caddymodule", "github.com/caddyserver/", "github.com/prometheus/"},
		"/caddymodule":  {module + "/integration"},
	} {
		for _, dependency := range list(t, "-deps", module+pkg) {
			for _, prefix := range forbidden {
				if dependency == strings.TrimSuffix(prefix, "/") || strings.HasPrefix(dependency, strings.TrimSuffix(prefix, "/")+"/") {
					t.Errorf("%s depends on %s", pkg, dependency)
				}
			}
		}
	}
}

// TestJWXIsImportedByOneFile keeps a change of its major version a change of that file.
func TestJWXIsImportedByOneFile(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("grep", "-rl", "--include=*.go", `"github.com/lestrrat-go/jwx`, "../store", "../emulator", "../caddymodule", "../cmd").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(out)); len(got) != 1 || got[0] != "../emulator/keys.go" {
		t.Errorf("jwx is imported by %v", got)
	}
}

// list runs `go list`.
func list(t *testing.T, args ...string) []string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %v: %v\n%s", args, err, stderr.String())
	}
	return strings.Fields(string(out))
}
