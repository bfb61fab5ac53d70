package seed_test

import (
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"":            "1 environment key",
		"apiKeys: {}": "nothing",
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

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"client_backend", "client_portal"}
	for typed, want := range map[string]string{"client_bakcend": "client_backend", "Client_portal": "client_portal", "zzz": "", "": ""} {
		if got, ok := seed.Nearest(typed, known); got != want || ok != (want != "") {
			t.Errorf("%q is near %q (%t), want %q", typed, got, ok, want)
		}
	}
}
