package seed_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// TestProblemsSayWhatToWrite puts something else where an entry should stand.
func TestProblemsSayWhatToWrite(t *testing.T) {
	t.Parallel()
	const key = "a key of the environment is a member of a mapping, without a dash before it: write `"
	for file, want := range map[string]string{
		"apiKeys: [sk_test_b]":                                     key + "sk_test_b: {}`",
		"apiKeys:\n  - sk_test_b\n":                                key + "sk_test_b: {}`",
		"apiKeys: sk_test_b":                                       key + "sk_test_b: {}`",
		"apiKeys: [sk_test_b2c4e]":                                 key + "<the key>: {}`",
		"apiKeys: [sk_live_b]":                                     key + "<the key>: {}`",
		"apiKeys: [hunter2]":                                       key + "<the key>: {}`",
		"apiKeys: [sk_test_default]":                               key + "sk_test_default: {}`",
		"apiKeys: ['{env.KEY}']":                                   key + "\"{env.KEY}\": {}`",
		"apiKeys: [5]":                                             key + "<the key>: {}`",
		"apiKeys:\n  - sk_test_b: {}\n":                            "apiKeys[0]: unknown field; " + key + "<the key>: {}`",
		"apiKeys: {sk_test_b: test}":                               "write `{}`, or `{ environment: test }`",
		"apiKeys: {sk_test_b: [test]}":                             "write `{}`, or `{ environment: test }`",
		"apiKeys: {backend: sk_test_b}":                            "the key itself is the name, and `{}` the value",
		"organizations: [Acme]":                                    "organizations[0]: must be a mapping, not a string; write `- name: Acme`",
		"organizations: [Acme Corp]":                               "write `- name: Acme Corp`",
		"organizations: Acme":                                      "organizations: must be a sequence, not a string; write `- name: Acme`",
		"organizations: {Acme: {}}":                                "must be a sequence, not a mapping; begin each entry with a dash",
		"organizations: ['a: b']":                                  "write `- name: \"a: b\"`",
		"organizations: [\"a\\nb\"]":                               "write `- name: \"a\\nb\"`",
		"organizations: [[Acme]]":                                  "must be a mapping, not a sequence",
		"users: [a@b.c]":                                           "write `- email: a@b.c`",
		"users: [sk_test_b]":                                       "write `- email: …`",
		"connectApplications: [x]":                                 "write `- name: x`",
		"connectApplications: [" + strings.Repeat("0af", 20) + "]": "write `- name: …`",
		"permissions: [users:read]":                                "write `- { slug: \"users:read\", name: … }`",
		"roles: [admin]":                                           "write `- { slug: admin, name: … }`",
		"errorHooks: [/users]":                                     "write `- { method: …, path: /users }`",
	} {
		_, err := seed.Parse("seed.yaml", []byte(file), seed.Options{LookupEnv: func(string) (string, bool) { return "sk_test_b", true }})
		var problems seed.Problems
		if !errors.As(err, &problems) || !strings.Contains(problems[0].String(), want) {
			t.Errorf("%s: %v, want %q", file, err, want)
			continue
		}
		for _, secret := range []string{"sk_test_b", "sk_test_b2c4e", "sk_live_b", "hunter2", "0af0af"} {
			if strings.Contains(err.Error(), secret) && !strings.Contains(want, secret) {
				t.Errorf("%s: %s is in %v", file, secret, err)
			}
		}
	}
}
