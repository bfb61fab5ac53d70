package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dockerfile are the instructions of a Dockerfile, in order.
func dockerfile(t *testing.T, path string) (instructions [][2]string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if name, rest, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name != "#" {
			instructions = append(instructions, [2]string{name, rest})
		}
	}
	return instructions
}

// dockerEnvironment is what a Dockerfile sets for its container.
func dockerEnvironment(t *testing.T, path string) (env []string) {
	t.Helper()
	for _, instruction := range dockerfile(t, path) {
		if instruction[0] == "ENV" {
			env = append(env, instruction[1])
		}
	}
	return env
}

var (
	buildCommand = regexp.MustCompile(`^CGO_ENABLED=0 go build .* -o (/out/caddy) \./cmd/caddy$`)
	healthCheck  = regexp.MustCompile(`CMD wget \S+ \S+ \S+ http://127\.0\.0\.1:4100(/\S*)$`)
)

// TestExampleDockerfile runs what the Dockerfile builds as it builds it, and starts it as the container does. Only a
// container engine is missing.
func TestExampleDockerfile(t *testing.T) {
	t.Parallel()
	var stages, users, args []string
	var build, health string
	for _, instruction := range dockerfile(t, "../examples/Dockerfile") {
		switch name, rest := instruction[0], instruction[1]; name {
		case "FROM":
			stages = append(stages, rest)
		case "RUN":
			if buildCommand.MatchString(rest) {
				build = rest
			}
		case "COPY":
			fields := strings.Fields(rest)
			for _, source := range fields[:len(fields)-1] {
				if strings.HasPrefix(fields[0], "--from=") {
					continue
				}
				if _, err := os.Stat(filepath.Join("..", source)); err != nil {
					t.Errorf("COPY: %v", err)
				}
			}
		case "USER":
			users = append(users, rest)
		case "HEALTHCHECK":
			if found := healthCheck.FindStringSubmatch(rest); found != nil {
				health = found[1]
			}
		case "CMD":
			if err := json.Unmarshal([]byte(rest), &args); err != nil {
				t.Fatalf("CMD: %v", err)
			}
		}
	}
	switch {
	case len(stages) != 2 || len(users) != 1 || users[0] == "root" || users[0] == "0":
		t.Fatalf("the stages are %v, the users %v", stages, users)
	case build == "" || health == "" || len(args) < 2 || args[0] != "caddy":
		t.Fatalf("it builds by %q, runs %v and checks %q", build, args, health)
	}

	built := filepath.Join(t.TempDir(), "caddy")
	shell := exec.Command("bash", "-euc", strings.Replace(build, "/out/caddy", built, 1))
	shell.Dir = ".."
	if said, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, said)
	}
	if said, err := exec.Command(built, "list-modules").CombinedOutput(); err != nil || !strings.Contains(string(said), "http.handlers.workos_emulator\n") {
		t.Errorf("the build: %v\n%s", err, said)
	}

	port, folder := freePort(t), t.TempDir()
	caddyfile := filepath.Join(folder, "Caddyfile")
	write(t, caddyfile, strings.ReplaceAll(withPort(t, "../examples/workos/Caddyfile", port), "workos/", "examples/workos/"))
	i := slices.Index(args, "workos/Caddyfile")
	if i < 0 {
		t.Fatalf("CMD is %v", args)
	}
	args[i] = caddyfile
	p := startCommand(t, append(dockerEnvironment(t, "../examples/Dockerfile"),
		"WORKOS_API_KEY=sk_test_any", "WORKOS_FIXTURES=replay", fmt.Sprintf("CADDY_ADMIN=127.0.0.1:%d", freePort(t)),
	), append(args[1:], "--adapter", "caddyfile")...)
	p.URL = fmt.Sprintf("http://127.0.0.1:%d", port)
	p.waitUntilReady()
	response, err := http.Get(p.URL + health)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the health check gets %s", response.Status)
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
	caddyfile, err := os.ReadFile("../examples/workos/Caddyfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range placeholder.FindAllStringSubmatch(string(caddyfile), -1) {
		if workos.Environment[found[1]] == "" {
			t.Errorf("the Caddyfile wants %s", found[1])
		}
	}
	if tests.Environment["WORKOS_URL"] != "http://workos:4100" || tests.DependsOn["workos"].Condition != "service_healthy" ||
		tests.Environment["WORKOS_API_KEY"] != workos.Environment["WORKOS_API_KEY"] {
		t.Errorf("the tests are run with %v, after %v", tests.Environment, tests.DependsOn)
	}
}
