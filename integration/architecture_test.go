package integration

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers are all packages of the module. A package may import those of its own line and of the lines above it. A pattern that
// ends with /... is a package and what is below it.
var layers = [][]string{
	{"store"},
	{
		"emulator/contentcoding", "emulator/credential", "emulator/description", "emulator/duration", "emulator/fault", "emulator/field", "emulator/help",
		"emulator/id", "emulator/limits", "emulator/loopback", "emulator/origin", "emulator/printable", "emulator/realkey", "emulator/requestbody",
		"emulator/invitation", "emulator/password", "emulator/redirecturi", "emulator/rolegrant", "emulator/scan", "emulator/source", "emulator/urlpath", "emulator/writer",
		"emulator/cors", "emulator/email", "emulator/onetimecode", "emulator/totp",
	},
	{"emulator/guard"},
	{"emulator/upstream"},
	{"emulator/api"},
	{"emulator/idempotency", "emulator/merge", "emulator/testapi"},
	{"emulator/oauth/..."},
	{"emulator/session"},
	{"emulator/resource"},
	{"emulator/signin"},
	{"emulator/authenticate", "emulator/authorize", "emulator/sso"},
	{"emulator/seed/..."},
	{"emulator"},
	{"emulator/fixture/..."},
	{"emulator/emulatortest"},
	{"caddymodule/..."},
	{"cmd/caddy"},
	{"integration/..."},
}

// apart are packages that do not import some of what is above them in layers, neither directly nor by another package. A
// pattern that is no package of the module is one of another module or of the standard library.
var apart = []struct{ packages, from []string }{
	{[]string{"store"}, []string{"net/http", "crypto/rand", "math/rand", "math/rand/v2"}},
	{[]string{"store", "emulator/..."}, []string{"github.com/caddyserver/...", "github.com/prometheus/..."}},
	{[]string{"emulator/seed/..."}, []string{"emulator/api", "emulator/upstream", "emulator/merge", "emulator/oauth", "emulator/resource"}},
}

// TestDependenciesPointOneWay fails for an import that leads down the list of layers, and for a package that is not in it.
func TestDependenciesPointOneWay(t *testing.T) {
	t.Parallel()
	module := thisModule(t)
	inModule := func(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }
	for line := range strings.Lines(goList(t, "-f", `{{.ImportPath}};{{join .Imports " "}};{{join .Deps " "}}`, module+"/...")) {
		fields := strings.Split(strings.TrimSpace(line), ";")
		name := inModule(fields[0])
		layer := layerOf(name)
		if layer < 0 {
			t.Errorf("%s is in no layer: put it into the list of layers", name)
			continue
		}
		for _, imported := range strings.Fields(fields[1]) {
			if other := inModule(imported); other != imported && layerOf(other) > layer {
				t.Errorf("%s imports %s, which is in a layer below it", name, other)
			}
		}
		for _, rule := range apart {
			if !matchesAny(rule.packages, name) {
				continue
			}
			for _, dependency := range strings.Fields(fields[2]) {
				if matchesAny(rule.from, inModule(dependency)) {
					t.Errorf("%s depends on %s", name, inModule(dependency))
					break
				}
			}
		}
	}
}

// layerOf returns the index of a package's layer, or -1.
func layerOf(name string) int {
	return slices.IndexFunc(layers, func(patterns []string) bool { return matchesAny(patterns, name) })
}

// matchesAny tells whether a package is one of the patterns.
func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		folder, below := strings.CutSuffix(pattern, "/...")
		return name == folder || below && strings.HasPrefix(name, folder+"/")
	})
}

// onlyImporterOfJWX is the file that jwx is imported by.
var onlyImporterOfJWX = regexp.MustCompile(`^\.\./emulator/(keys|oauth/\w+)\.go$`)

// TestJWXIsImportedByOneFile keeps a change of its major version a change of that file.
func TestJWXIsImportedByOneFile(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("grep", "-rl", "--include=*.go", `"github.com/lestrrat-go/jwx`, "../store", "../emulator", "../caddymodule", "../cmd").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(out)); len(got) != 1 || !onlyImporterOfJWX.MatchString(got[0]) {
		t.Errorf("jwx is imported by %v", got)
	}
}
