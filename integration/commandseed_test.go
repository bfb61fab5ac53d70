package integration

import (
	"path/filepath"
	"testing"
)

func TestSeedCheck(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	good, bad, warned := filepath.Join(folder, "good.yaml"), filepath.Join(folder, "bad.yaml"), filepath.Join(folder, "warned.json")
	write(t, good, "organizations:\n  - name: One\n  - name: Two\napiKeys:\n  sk_test_x: {environment: test}\n")
	write(t, bad, "connectApplications:\n  - name: A\n    organization: Acme Crop\n    client_secret: hunter2hunter2\norganizations:\n  - name: Acme Corp\n  - nam: B\n")
	write(t, warned, `{"agentBlueprints": [{"slug": "admin"}]}`)
	const goodSays = ": ok: 2 organizations, 1 environment key\n"
	badSays := bad + `:3:19: connectApplications[0].organization: no organization is named "Acme Crop"; did you mean "Acme Corp"?` + "\n" +
		bad + `:7:5: organizations[1].nam: unknown field "nam"; did you mean "name"?` + "\n" +
		bad + ":7:5: organizations[1].name: is required\n"
	for name, test := range map[string]struct {
		stdin          string
		files          []string
		stdout, stderr string
		fails          bool
	}{
		"good":            {"", []string{good}, good + goodSays, "", false},
		"bad":             {"", []string{bad}, "", badSays + "Error: 3 problems in 1 file\n", true},
		"several":         {"", []string{bad, good, "none.yaml"}, good + goodSays, badSays + "read seed: open none.yaml: no such file or directory\nError: 4 problems in 2 files\n", true},
		"a warning":       {"", []string{warned}, warned + ": ok: the default key sk_test_default\n", warned + ":1:2: agentBlueprints: warning: is not emulated and has no effect\n", false},
		"standard input":  {"users: [{email: a@b.c}]", []string{"-"}, "-: ok: 1 user, the default key sk_test_default\n", "", false},
		"bad input":       {"users: 5", []string{"-"}, "", "-:1:8: users: must be a sequence, not a number; write `- email: \"5\"`\nError: 1 problem in 1 file\n", true},
		"unset variable":  {"users: [{email: '{env.NOT_SET_ANYWHERE}'}]", []string{"-"}, "", "-:1:17: users[0].email: environment variable NOT_SET_ANYWHERE is not set\nError: 1 problem in 1 file\n", true},
		"no file":         {"", nil, "", "Error: which seed file? Give one or more, or - for the standard input\n", true},
		"an unknown flag": {"", []string{"--quiet"}, "", "Error: unknown flag: --quiet: caddy workos seed check --help has those that there are\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, err := run(t, nil, test.stdin, append([]string{"workos", "seed", "check"}, test.files...)...)
			if stdout != test.stdout || stderr != test.stderr || (err != nil) != test.fails {
				t.Errorf("it says\n%s%s(%v), want\n%s%s", stdout, stderr, err, test.stdout, test.stderr)
			}
		})
	}
}
