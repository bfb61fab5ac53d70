package caddymodule

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/secrettest"
)

// siteOf is the configuration of a site, whose log is a file.
func siteOf(t *testing.T, log, level string, handlers ...map[string]any) []byte {
	t.Helper()
	return caddyconfig.JSON(map[string]any{
		"admin":   map[string]any{"disabled": true},
		"logging": map[string]any{"logs": map[string]any{"default": map[string]any{"level": level, "writer": map[string]any{"output": "file", "filename": log}}}},
		"apps": map[string]any{"http": map[string]any{"servers": map[string]any{"srv0": map[string]any{
			"listen": []string{"127.0.0.1:0"}, "routes": []any{map[string]any{"handle": handlers}},
		}}}},
	}, nil)
}

// provision loads a configuration without running it, and returns all that is said of it.
func provision(t *testing.T, config []byte, log string) string {
	t.Helper()
	var parsed caddy.Config
	if err := json.Unmarshal(config, &parsed); err != nil {
		t.Fatal(err)
	}
	err := caddy.Validate(&parsed)
	logged, _ := os.ReadFile(log)
	return fmt.Sprintf("%v\n%#v\n%s", err, err, logged)
}

// TestNoSecretInWhatIsSaid gives each option of each module each of the values, from the environment, from a file and, if
// it may be a key, as it is.
func TestNoSecretInWhatIsSaid(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key.pem") // so that none has to be made each time
	if _, text := newKey(t); os.WriteFile(key, text, 0o600) != nil {
		t.Fatal("the key cannot be written")
	}
	emulatorWith := func(name string, value any) []map[string]any {
		options := map[string]any{"handler": "workos_emulator", "signing_key": key}
		options[name] = value
		return []map[string]any{options}
	}
	fixturesWith := func(name, value string) []map[string]any {
		options := map[string]any{"handler": "workos_fixtures", "dir": t.TempDir(), "mode": "replay"}
		options[name] = value
		return []map[string]any{options}
	}
	modules := map[string]func(text string) []map[string]any{}
	for _, name := range []string{"seed", "issuer", "audience", "signing_key", "claims", "instance", "login", "create", "user_token_audience"} {
		modules[name] = func(text string) []map[string]any { return emulatorWith(name, text) }
	}
	for _, name := range []string{"accept_key", "emulate", "client_id", "redirect_uri", "sign_out_redirect", "cors_origin"} {
		modules[name] = func(text string) []map[string]any { return emulatorWith(name, []string{text}) }
	}
	for _, name := range []string{"dir", "mode", "verify", "instance"} {
		modules["fixtures: "+name] = func(text string) []map[string]any { return fixturesWith(name, text) }
	}
	modules["two seeds"] = func(text string) []map[string]any {
		return append(emulatorWith("instance", text), map[string]any{"handler": "workos_emulator", "instance": text, "seed": text})
	}
	modules["fixtures: dir, recorded"] = func(text string) []map[string]any {
		return []map[string]any{{"handler": "workos_fixtures", "dir": text + "/x", "mode": "record"}}
	}
	modules["fixtures: dir, verified"] = func(text string) []map[string]any {
		return []map[string]any{{"handler": "workos_fixtures", "dir": text, "mode": "verify"}}
	}
	modules["api_key"] = func(text string) []map[string]any {
		return []map[string]any{{"handler": "reverse_proxy", "upstreams": []any{map[string]any{"dial": "127.0.0.1:1"}},
			"transport": map[string]any{"protocol": "workos", "api_key": text}}}
	}
	t.Chdir(t.TempDir())
	for kind, secret := range secrettest.Values(t) {
		file := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{"from a file": "{file." + file + "}"}
		if !strings.Contains(secret, "\x00") {
			t.Setenv("SECRET_OF_THE_TEST", secret)
			texts["from the environment"] = "{env.SECRET_OF_THE_TEST}"
		}
		if option.Shown(secret) != secret {
			texts["as it is"] = secret
		}
		for module, handlers := range modules {
			for source, text := range texts {
				log := filepath.Join(t.TempDir(), "log")
				level := "DEBUG"
				if source == "as it is" {
					level = "INFO" // Caddy itself logs its configuration
				}
				said := provision(t, siteOf(t, log, level, handlers(text)...), log)
				if piece := secrettest.PieceOf(secret, said); piece != "" {
					t.Errorf("%s, %s %s: %q is in\n%s", module, kind, source, piece, said)
				}
				if module == "signing_key" && !strings.Contains(said, "signing_key: ") {
					t.Errorf("%s %s: it was accepted, or the error does not name the option:\n%s", kind, source, said)
				}
			}
		}
	}
}
