package caddymodule

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
)

// secretValues are what a placeholder may stand for by mistake, by what they are.
func secretValues(t *testing.T) map[string]string {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, headers map[string]string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Headers: headers, Bytes: der}))
	}
	whole := block("PRIVATE KEY", nil)
	secret := "sk_live_" + rand.Text()
	return map[string]string{
		"a key of WorkOS's": secret,
		"a path":            "/run/secrets/" + secret + "/key.pem",
		"a relative path":   "secrets/" + secret,
		"an address":        "https://user:" + secret + "@example.com",
		"a number":          "1" + secret,
		"base64 of PEM":     base64.StdEncoding.EncodeToString([]byte(whole[:len(whole)/2])), // a whole one is accepted
		"base64 of DER":     base64.StdEncoding.EncodeToString(der),
		"base64url of DER":  base64.RawURLEncoding.EncodeToString(der),
		"DER":               string(der),
		"damaged PEM":       strings.Replace(whole, "\n", "\n???\n", 3),
		"cut off PEM":       whole[:len(whole)/2],
		"PEM in one line":   strings.ReplaceAll(whole, "\n", " "),
		"PEM of a secret":   block("PRIVATE "+strings.ToUpper(secret), nil),
		"encrypted PEM":     block("RSA PRIVATE KEY", map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC," + secret}),
		"encrypted PKCS#8":  block("ENCRYPTED PRIVATE KEY", nil),
		"a JWK":             `{"kty":"RSA","d":"` + base64.RawURLEncoding.EncodeToString(private.D.Bytes()) + `"}`,
	}
}

// piecesOf finds a piece of a secret in what was said: 12 characters of it, but for what every PEM file has.
func piecesOf(secret, said string) string {
	const length = 12
	for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), strings.Trim(strconv.Quote(secret), `"`)} {
		for line := range strings.SplitSeq(form, "\n") {
			line = strings.NewReplacer("-----BEGIN PRIVATE KEY-----", "", "-----END PRIVATE KEY-----", "", "RSA PRIVATE KEY", "",
				"ENCRYPTED PRIVATE KEY", "", "/run/secrets/", "", "Proc-Type: 4,ENCRYPTED", "", "DEK-Info: AES-256-CBC", "", "https://", "",
				"@example.com", "").Replace(line)
			for i := 0; i+length <= len(line); i++ {
				if piece := line[i : i+length]; strings.Contains(said, piece) {
					return piece
				}
			}
		}
	}
	return ""
}

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
	for _, name := range []string{"seed", "issuer", "audience", "signing_key", "claims", "instance"} {
		modules[name] = func(text string) []map[string]any { return emulatorWith(name, text) }
	}
	for _, name := range []string{"accept_key", "emulate"} {
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
	for kind, secret := range secretValues(t) {
		file := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{"from a file": "{file." + file + "}"}
		if !strings.Contains(secret, "\x00") {
			t.Setenv("SECRET_OF_THE_TEST", secret)
			texts["from the environment"] = "{env.SECRET_OF_THE_TEST}"
		}
		if shown(secret) != secret {
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
				if piece := piecesOf(secret, said); piece != "" {
					t.Errorf("%s, %s %s: %q is in\n%s", module, kind, source, piece, said)
				}
				if module == "signing_key" && !strings.Contains(said, "signing_key: ") {
					t.Errorf("%s %s: it was accepted, or the error does not name the option:\n%s", kind, source, said)
				}
			}
		}
	}
}
