package integration

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// caddyfile loads a configuration, without serving it. It is formatted. What stands inside of a directive is put into it.
func (r *reader) caddyfile(block codeBlock) {
	r.t.Helper()
	text := block.text
	if directive := block.said(inside); directive != "" {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		text = "http://:4100 {\n\t" + directive + " {\n\t\t" + strings.Join(lines, "\n\t\t") + "\n\t}\n}\n"
	}
	folder := r.own()
	for absolute, here := range map[string]string{"/run/secrets": "secrets", "/var/lib/caddy-shared": "shared"} {
		if strings.Contains(text, absolute) {
			here = filepath.Join(r.top, here)
			if err := os.MkdirAll(here, 0o700); err != nil {
				r.t.Fatal(err)
			}
			text = strings.ReplaceAll(text, absolute, here)
			write(r.t, filepath.Join(here, "workos.pem"), signingKeyPEM(r.t))
		}
	}
	path := filepath.Join(folder, "Caddyfile.shown")
	write(r.t, path, text)
	validate := exec.CommandContext(r.t.Context(), binary, "validate", "--config", path, "--adapter", "caddyfile")
	validate.Dir, validate.Env = folder, append(r.environment(), "WORKOS_API_KEY=sk_test_of_staging", "WORKOS_FIXTURES=replay")
	said, err := validate.CombinedOutput()
	if err != nil || strings.Contains(string(said), "not formatted") {
		r.errorf(block, "caddy validate: %v\n%s", err, said)
	}
}

// yaml reads a seed, a workflow or an action of GitHub, steps of one, a job of GitLab, or a file of Compose.
func (r *reader) yaml(block codeBlock) {
	r.t.Helper()
	var steps []workflowStep
	if yaml.Unmarshal([]byte(block.text), &steps) == nil && len(steps) > 0 {
		r.steps(block, steps)
		return
	}
	var file struct {
		workflow `yaml:",inline"`
		Runs     struct{ Steps []workflowStep }
		Services map[string]any
	}
	if err := yaml.Unmarshal([]byte(block.text), &file); err == nil && len(file.Jobs)+len(file.Runs.Steps)+len(file.Services) > 0 {
		r.steps(block, file.Runs.Steps)
		for _, job := range file.Jobs {
			r.steps(block, job.Steps)
		}
		return
	}
	jobs := map[string]struct{ Script string }{}
	if yaml.Unmarshal([]byte(block.text), &jobs) == nil && len(jobs) == 1 {
		for _, job := range jobs {
			if job.Script != "" {
				r.steps(block, []workflowStep{{Run: job.Script}})
				return
			}
		}
	}
	set := func(string) (string, bool) { return "sk_test_from_the_environment", true }
	if _, err := seed.Parse(r.page.path, []byte(block.text), seed.Options{LookupEnv: set}); err != nil {
		r.errorf(block, "%v", err)
	}
}

// steps reads the commands of a workflow, which run elsewhere.
func (r *reader) steps(block codeBlock, steps []workflowStep) {
	r.t.Helper()
	for _, step := range steps {
		if (step.Uses == "") == (step.Run == "") {
			r.errorf(block, "a step is one of uses and run")
		}
		if said, err := exec.Command("bash", "-n", "-c", step.Run).CombinedOutput(); err != nil {
			r.errorf(block, "%s: %v\n%s", step.Run, err, said)
		}
	}
}

func (r *reader) json(block codeBlock) {
	r.t.Helper()
	var value any
	if err := json.Unmarshal([]byte(block.text), &value); err != nil {
		r.errorf(block, "%v", err)
	}
}

// goTest runs a file of Go tests, as one of a package of its own in a checkout.
func (r *reader) goTest(block codeBlock) {
	r.t.Helper()
	folder := filepath.Join(r.checkout(), "shown")
	if err := os.CopyFS(folder, os.DirFS(r.own())); err != nil && !os.IsExist(err) {
		r.t.Fatal(err)
	}
	write(r.t, filepath.Join(folder, "shown_test.go"), block.text)
	test := exec.CommandContext(r.t.Context(), "go", "test", "-vet=all", "./shown")
	test.Dir, test.Env = r.checkout(), r.env
	if said, err := test.CombinedOutput(); err != nil {
		r.errorf(block, "%v\n%s", err, said)
	}
}

// node runs a program where WorkOS's library is, with a server.
func (r *reader) node(block codeBlock) {
	r.t.Helper()
	if r.server == nil {
		r.server = startWorkos(r.t, nil, "--seed", "seed.example.yaml", "--fixtures", "fixtures.example", "--mode", "replay")
		_, port, _ := strings.Cut(r.server.URL, "//localhost:")
		r.port, _ = strconv.Atoi(port)
	}
	program := filepath.Join(sdkFolder(r.t), "shown.mjs")
	write(r.t, program, regexp.MustCompile(`\b4100\b`).ReplaceAllString(block.text, strconv.Itoa(r.port)))
	said, err := node(r.t, filepath.Dir(program), program)
	r.printed, r.unfinished = func() string { return said }, false
	if err != nil {
		r.errorf(block, "%v", err)
	}
}

// signingKeyPEM is the file of a key that signs.
func signingKeyPEM(t *testing.T) string {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
