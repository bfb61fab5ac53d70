package seed_test

import (
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"":                               "the default key sk_test_default",
		"users: [{email: a@b.c}]":        "1 user, the default key sk_test_default",
		"apiKeys: null":                  "the default key sk_test_default",
		"apiKeys: {sk_test_default: {}}": "1 environment key",
		"apiKeys: {}":                    "nothing",
		"apiKeys: {}\norganizations: [{name: A}, {name: B}]\nusers: [{email: a@b.c}]": "2 organizations, 1 user",
		"apiKeys: {}\norganizations: [{name: A}]\nconnectApplications: [{name: X, organization: A, client_secrets: [secret-one, secret-two]}]\n" +
			"errorHooks: [{method: GET, path: /x, status: 500}]": "1 organization, 1 application, 2 client secrets, 1 error hook",
	} {
		parsed, err := seed.Parse("seed.yaml", []byte(file), seed.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := parsed.Summary(); got != want {
			t.Errorf("%q holds %s, want %s", file, got, want)
		}
	}
}
