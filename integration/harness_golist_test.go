package integration

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// goList runs `go list` in the top folder, and returns what it prints.
func goList(t *testing.T, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir, cmd.Stderr = "..", &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %v: %v\n%s", args, err, stderr.String())
	}
	return string(out)
}

// moduleVersion is the version that go.mod has of a module, or the empty text for this one.
func moduleVersion(t *testing.T, module string) string {
	t.Helper()
	return strings.TrimSpace(goList(t, "-m", "-f", "{{.Version}}", module))
}

// thisModule is the path of the module.
func thisModule(t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(goList(t, "-m"))
}
