package integration

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sdkKey is an environment key of the seed.
const sdkKey = "sk_test_sdk_environment"

// sdkCaddyfile serves the same seed twice: with the stand-in behind it, and without one.
const sdkCaddyfile = `http://localhost:{$PORT} {
	workos {
		seed %[1]s
		audience client_ENVIRONMENT
		accept_key {env.WORKOS_API_KEY}
		upstream %[2]s {
			api_key {env.WORKOS_API_KEY}
			tls_trust_pool file %[3]s
		}
	}
}
http://localhost:%[4]d {
	workos {
		seed %[1]s
		audience client_ENVIRONMENT
		instance alone
	}
}
`

// sdkSeed is what the tests in sdk/ find.
func sdkSeed() string {
	seed := `apiKeys:
  ` + sdkKey + `: {environment: test}
users:
  - {id: user_LOCAL, email: ada@local.example, first_name: Ada, last_name: Byron, external_id: ada}
  - {id: user_LOCAL_2, email: second@local.example}
connectApplications:
  - {name: Machine, organization: Local, client_id: client_machine, client_secret: machine-secret, scopes: ["posts:read", "posts:write"]}
organizations:
  - {id: org_LOCAL, name: Local, external_id: local, domains: [local.example], metadata: {tier: gold}}
  - {id: org_LOCAL_1, name: Local 1}
  - {id: org_LOCAL_2, name: Local 2, domains: [second.example]}
`
	for i := 3; i < 60; i++ { // together with the stand-in's, more than two pages of 100
		seed += fmt.Sprintf("  - {id: org_LOCAL_%d, name: Local %d}\n", i, i)
	}
	return seed
}

// TestNodeClients runs each of the tests in sdk/ against a binary and a stand-in of its own.
func TestNodeClients(t *testing.T) {
	t.Parallel()
	folder := sdkFolder(t)
	files, err := filepath.Glob(filepath.Join(folder, "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tests in sdk/: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".test.mjs"), func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			s.Knows = knowsTheirs
			seed := filepath.Join(t.TempDir(), "seed.yaml")
			write(t, seed, sdkSeed())
			alone := freePort(t)
			p := startConfig(t, fmt.Sprintf(sdkCaddyfile, seed, s.URL, s.CA, alone), "WORKOS_API_KEY="+realKey)
			runNode(t, file, "SITE="+p.URL, fmt.Sprintf("ALONE=http://localhost:%d", alone),
				"ENVIRONMENT_KEY="+sdkKey, "REAL_KEY="+realKey)
			for _, request := range s.take() {
				if strings.Contains(request.raw, sdkKey) || strings.Contains(request.raw, "machine-secret") {
					t.Errorf("the real one was sent a local secret: %s", request.raw)
				}
				if request.authorization != "Bearer "+realKey && !withoutKey.MatchString(request.line) {
					t.Errorf("the real one was asked %s with the key %q", request.line, request.authorization)
				}
			}
		})
	}
}

// withoutKey are the requests that WorkOS answers to everybody.
var withoutKey = regexp.MustCompile(`^GET /(oauth2|sso)/jwks|^GET /\.well-known/`)

// allRan are the counts of a run in which no test was left out.
var allRan = regexp.MustCompile(`(?m)^# pass [1-9]\d*\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0$`)

// runNode runs a file of tests with Node's own runner.
func runNode(t *testing.T, file string, env ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*maxWait)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "--test", "--test-reporter=tap", file)
	cmd.Dir = filepath.Dir(file)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	said, err := cmd.CombinedOutput()
	if err != nil || !allRan.Match(said) {
		t.Errorf("node --test: %v\n%s", err, said)
	}
}
