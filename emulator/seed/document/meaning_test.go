package document_test

import (
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
)

func TestNearestName(t *testing.T) {
	t.Parallel()
	blocks := []string{"organizations", "users", "connectApplications", "apiKeys", "permissions", "roles", "errorHooks"}
	options := []string{"seed", "public_url", "issuer", "audience", "signing_key", "token_ttl", "claims", "emulate", "accept_key", "test_api"}
	for _, test := range []struct {
		typed string
		among []string
		want  string
	}{
		{"connectApps", blocks, "connectApplications"},
		{"connect_apps", blocks, "connectApplications"},
		{"connect_applications", blocks, "connectApplications"},
		{"ConnectApplication", blocks, "connectApplications"},
		{"connect-applications", blocks, "connectApplications"},
		{"connectAplications", blocks, "connectApplications"},
		{"applications", blocks, "connectApplications"},
		{"apps", blocks, "connectApplications"},
		{"api_keys", blocks, "apiKeys"},
		{"apikey", blocks, "apiKeys"},
		{"APIKeys", blocks, "apiKeys"},
		{"keys", blocks, "apiKeys"},
		{"orgs", blocks, "organizations"},
		{"organisations", blocks, "organizations"},
		{"orgnizations", blocks, "organizations"},
		{"hooks", blocks, "errorHooks"},
		{"error_hooks", blocks, "errorHooks"},
		{"errors", blocks, "errorHooks"},
		{"user", blocks, "users"},
		{"perms", blocks, "permissions"},
		{"role", blocks, "roles"},
		{"publicURL", options, "public_url"},
		{"public-url", options, "public_url"},
		{"tokenTtl", options, "token_ttl"},
		{"ttl", options, "token_ttl"},
		{"aud", options, "audience"},
		{"sead", options, "seed"},
		{"client_bakcend", []string{"client_backend", "client_portal"}, "client_backend"},
		{"frobnicate", blocks, ""},
		{"port", []string{"tls_except_ports"}, ""},
		{"us", blocks, ""},
		{"", blocks, ""},
		{"---", blocks, ""},
		{strings.Repeat("a", 100_000), blocks, ""},
		{"\xff\xfe", blocks, ""},
	} {
		if got, ok := document.NearestName(test.typed, test.among); got != test.want || ok != (test.want != "") {
			t.Errorf("%.40q is near %q (%t), want %q", test.typed, got, ok, test.want)
		}
	}
}
