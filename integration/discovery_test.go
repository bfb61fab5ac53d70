package integration

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
)

// TestDiscoveryKnowsWhereItIs has a client do discovery at each place, which compares the issuer with it.
func TestDiscoveryKnowsWhereItIs(t *testing.T) {
	t.Parallel()
	forwarded := func(h http.Header) {
		h.Set("X-Forwarded-Proto", "https")
		h.Set("X-Forwarded-Host", "auth.example.com")
	}
	prefixed := func(h http.Header) { forwarded(h); h.Set("X-Forwarded-Prefix", "/outer") }
	for name, test := range map[string]struct {
		config, path string
		change       func(http.Header)
		want         string // default: where it is asked
	}{
		"plain":               {"workos", "", nil, ""},
		"handle_path":         {"handle_path /one/* {\n\t\tworkos\n\t}", "/one", nil, ""},
		"nested handle_path":  {"handle_path /one/* {\n\t\thandle_path /two/* {\n\t\t\tworkos_emulator\n\t\t}\n\t}", "/one/two", nil, ""},
		"strip_prefix":        {"uri strip_prefix /one\n\tworkos", "/one", nil, ""},
		"public_url":          {"workos {\n\t\tpublic_url https://auth.example.com/a/\n\t}", "", nil, "https://auth.example.com/a"},
		"public_url composed": {"handle_path /one/* {\n\t\tworkos_emulator {\n\t\t\tpublic_url {$PUBLIC:https://auth.example.com}\n\t\t}\n\t}", "/one", prefixed, "https://auth.example.com"},
		"untrusted":           {"workos", "", prefixed, ""},
		"trusted":             {"workos", "", forwarded, "https://auth.example.com"},
		"trusted, prefix":     {"handle_path /one/* {\n\t\tworkos\n\t}", "/one", prefixed, "https://auth.example.com/outer/one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			global := ""
			if strings.HasPrefix(name, "trusted") {
				global = "{\n\tservers {\n\t\ttrusted_proxies static 127.0.0.0/8 ::1/128\n\t}\n}\n"
			}
			p := startConfig(t, global+"http://localhost:{$PORT} {\n\t"+strings.ReplaceAll(test.config, "workos\n", "workos {\n\t\tseed seed.example.yaml\n\t}\n")+"\n}\n")
			want := test.want
			if want == "" {
				want = p.URL + test.path
			}
			var change []func(http.Header)
			if test.change != nil {
				change = append(change, test.change)
			}
			for _, document := range mergedDocuments[2:] {
				var body map[string]any
				if err := json.Unmarshal([]byte(p.get(t, test.path+document, "", change...)), &body); err != nil {
					t.Fatal(err)
				}
				for member, value := range body {
					text, isText := value.(string)
					if isText && !strings.HasPrefix(text, want) || member == "issuer" && text != want && !strings.HasPrefix(document, "/user_management") {
						t.Errorf("%s: %s is %s, want it at %s", document, member, text, want)
					}
				}
			}
			if test.want == "" && test.change == nil {
				if _, err := oidc.NewProvider(context.WithoutCancel(t.Context()), want); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestPublicURLOfTheCommand(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--issuer", "https://auth.example.com/path"}, {"--public-url", "auth.example.com"}} {
		said, err := runToEnd(t, nil, append([]string{"workos"}, args...)...)
		if err == nil || !strings.Contains(said, args[0]) {
			t.Errorf("%v: %v, %s", args, err, said)
		}
	}
	said, err := runToEnd(t, nil, "workos", "token", "--seed", "seed.example.yaml", "--client-id", "client_local_backend",
		"--public-url", "https://auth.example.com/workos", "--decode")
	if err != nil || !strings.Contains(said, `"iss": "https://auth.example.com/workos"`) {
		t.Errorf("%v: %s", err, said)
	}
}
