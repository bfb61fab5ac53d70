package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The container is built and run where there is Docker, by .ci/run. Without it, the test below runs the commands that the
// Dockerfile has, on this machine.
const (
	containerCaddyfile   = "Caddyfile" // in the folder that the container starts in
	containerEnvironment = "WORKOS_BIND=0.0.0.0"
	containerHealth      = "/health"
)

// containerCommand is what the container runs.
var containerCommand = []string{"caddy", "run", "--config", containerCaddyfile}

// TestExampleDockerfile proves that the Dockerfile has the commands that are run here, and that what they build and start
// answers the health check. All tests run what the build makes.
func TestExampleDockerfile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../examples/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	command, err := json.Marshal(containerCommand)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for _, line := range []string{
		"COPY go.mod go.sum ./",
		"COPY . .",
		"RUN sh " + buildScript + " /out/caddy",
		"COPY --from=build /out/caddy /usr/local/bin/caddy",
		"COPY examples/node/Caddyfile examples/node/seed.yaml /srv/workos/",
		"COPY examples/node/fixtures /srv/workos/fixtures",
		"WORKDIR /srv/workos",
		"USER 10001",
		"ENV " + containerEnvironment,
		"HEALTHCHECK --interval=5s --timeout=2s --start-period=10s CMD wget -q -O /dev/null http://127.0.0.1:4100" + containerHealth,
		"CMD " + strings.ReplaceAll(string(command), ",", ", "),
	} {
		if !slices.Contains(lines, line) {
			t.Errorf("the Dockerfile lacks the line %s", line)
		}
	}
	if users := strings.Count(string(text), "\nUSER "); users != 1 {
		t.Errorf("the Dockerfile has %d users", users)
	}
	if said, err := runToEnd(t, nil, "list-modules"); err != nil || !strings.Contains(said, "http.handlers.workos_emulator\n") {
		t.Errorf("the build: %v\n%s", err, said)
	}

	folder, port := t.TempDir(), freePort(t)
	if err := os.CopyFS(folder, os.DirFS("../examples/node")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, containerCaddyfile), withPort(t, "../examples/node/Caddyfile", port))
	p := startCommandIn(t, folder, []string{
		containerEnvironment, "WORKOS_API_KEY=sk_test_any", "WORKOS_FIXTURES=replay", fmt.Sprintf("CADDY_ADMIN=127.0.0.1:%d", freePort(t)),
	}, containerCommand[1:]...)
	p.URL = fmt.Sprintf("http://127.0.0.1:%d", port)
	p.waitUntilReady()
	if status, _, said := ask(t, http.MethodGet, p.URL+containerHealth, "", "", ""); status != http.StatusOK {
		t.Errorf("the health check gets %d %s", status, said)
	}
}

// composeFile is a file of Docker Compose, as far as it is checked here.
type composeFile struct {
	Services map[string]struct {
		Build       struct{ Context, Dockerfile string }
		Image       string
		Environment map[string]string
		Volumes     []string
		Command     string
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	}
}

var placeholder = regexp.MustCompile(`\{env\.(\w+)\}`)

// TestExampleCompose proves that what the Compose file names is there.
func TestExampleCompose(t *testing.T) {
	t.Parallel()
	var compose composeFile
	readYAML(t, "../examples/compose.yaml", &compose)
	workos, tests := compose.Services["workos"], compose.Services["tests"]
	if _, err := os.Stat(filepath.Join("../examples", workos.Build.Context, workos.Build.Dockerfile)); err != nil {
		t.Errorf("build: %v", err)
	}
	for name, service := range compose.Services {
		for _, volume := range service.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if _, err := os.Stat(filepath.Join("../examples", source)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for other := range service.DependsOn {
			if _, ok := compose.Services[other]; !ok {
				t.Errorf("%s depends on %s, which is no service", name, other)
			}
		}
	}
	caddyfile, err := os.ReadFile("../examples/node/Caddyfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range placeholder.FindAllStringSubmatch(string(caddyfile), -1) {
		if workos.Environment[found[1]] == "" {
			t.Errorf("the Caddyfile wants %s", found[1])
		}
	}
	if tests.Environment["WORKOS_BASE_URL"] != "http://workos:4100" || tests.DependsOn["workos"].Condition != "service_healthy" ||
		tests.Environment["WORKOS_API_KEY"] != workos.Environment["WORKOS_API_KEY"] {
		t.Errorf("the tests are run with %v, after %v", tests.Environment, tests.DependsOn)
	}
}
