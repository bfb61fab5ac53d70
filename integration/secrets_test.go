package integration

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pieceIn finds 12 characters of a secret in what was said.
func pieceIn(said string, secrets ...string) string {
	for _, secret := range secrets {
		for i := 0; i+12 <= len(secret); i++ {
			if strings.Contains(said, secret[i:i+12]) {
				return secret[i : i+12]
			}
		}
	}
	return ""
}

// TestCommandsDoNotPrintTheSigningKey gives the option the key in forms that are wrong, and in one that is right, by a
// variable, by a file and by the path of a file.
func TestCommandsDoNotPrintTheSigningKey(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	inside := base64.StdEncoding.EncodeToString(der)
	whole := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	coded := base64.StdEncoding.EncodeToString([]byte(whole))
	for kind, test := range map[string]struct {
		value string
		says  string // of a content that is wrong
	}{
		"base64 of PEM": {coded, ""},
		"base64 of DER": {inside, "base64 of DER"},
		"DER":           {string(der), "DER"},
		"damaged PEM":   {whole[:len(whole)/2], "not a PEM file"},
		"other text":    {"x" + inside[20:], "neither PEM nor the path of a file"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			file, seed := filepath.Join(folder, "key"), filepath.Join(folder, "seed.yaml")
			write(t, file, test.value)
			write(t, seed, tokenSeed)
			texts := map[string]string{"file": "{file." + file + "}"}
			var env []string
			if !strings.Contains(test.value, "\x00") {
				texts["variable"] = "{env.SK}"
				env = append(env, "SK="+test.value)
			}
			if test.says != "neither PEM nor the path of a file" {
				texts["path"] = file
			}
			for by, text := range texts {
				config := filepath.Join(t.TempDir(), "Caddyfile")
				write(t, config, fmt.Sprintf("{\n\tdebug\n}\nhttp://localhost:%d {\n\tworkos_emulator {\n\t\tsigning_key %s\n\t}\n}\n", freePort(t), text))
				commands := [][]string{
					{"validate", "--config", config, "--adapter", "caddyfile"},
					{"adapt", "--config", config, "--adapter", "caddyfile", "--validate"},
					{"workos", "token", "--seed", seed, "--client-id", "client_env", "--signing-key", text},
				}
				if test.says != "" {
					commands = append(commands, []string{"workos", "--signing-key", text})
				}
				for _, args := range commands {
					said, err := runToEnd(t, append(env, "CADDY_ADMIN=off"), args...)
					if piece := pieceIn(said, inside, coded, string(der)); piece != "" {
						t.Errorf("%s, by %s: %q is in\n%s", args[0], by, piece, said)
					}
					switch {
					case test.says == "" && err != nil:
						t.Errorf("%v, by %s: it was refused: %s", args, by, said)
					case test.says != "" && (err == nil || !strings.Contains(said, test.says) || !strings.Contains(said, text)):
						t.Errorf("%v, by %s: it says %s\nwant %q and %s", args, by, said, test.says, text)
					}
				}
			}
		})
	}
}

// TestMixShowsNoValueOfAPlaceholder runs a site all of whose options are of the environment, and reads its log and all that
// the admin endpoint answers.
func TestMixShowsNoValueOfAPlaceholder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "secret-folder-0123456789")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	seed, fixtures := filepath.Join(folder, "secret-seed-0123456789.yaml"), filepath.Join(folder, "secret-fixtures-0123456789")
	write(t, seed, mixSeed+"directories: []\n") // which is warned of
	secrets := []string{"secret-folder-0123456789", "secret-seed-0123456789", "secret-fixtures-0123456789", "secret-tenant-0123456789", "secret-audience-0123456789", "sk_live_0123456789abcdef"}
	p := startConfig(t, `{
	debug
	admin {$CADDY_ADMIN}
	metrics
}
http://localhost:{$PORT} {
	workos_emulator {
		seed {env.SEED}
		instance {env.TENANT}
		audience {env.AUDIENCE}
		accept_key {env.KEY}
		signing_key storage
		test_api
	}
	workos_fixtures {env.FIXTURES} {
		mode {env.MODE}
		instance {env.TENANT}
	}
}
`, "SEED="+seed, "TENANT=secret-tenant-0123456789", "AUDIENCE=secret-audience-0123456789", "KEY=sk_live_0123456789abcdef", "FIXTURES="+fixtures, "MODE=once")
	said := p.body(t, "/vault")
	for _, path := range []string{
		"/workos/", "/workos/none/reset", "/workos/%7Benv.TENANT%7D/fixtures", "/workos/%7Benv.TENANT%7D/fixtures/drift", "/workos/%7Benv.TENANT%7D/hooks", "/metrics", "/config/",
	} {
		response, err := http.Get(p.Admin + path)
		if err != nil {
			t.Fatal(err)
		}
		said += path + ": " + response.Status + "\n" + read(t, response)
	}
	if !strings.Contains(said, `{"name":"{env.TENANT}"}`) || !strings.Contains(p.Log.String(), "{env.SEED}") {
		t.Errorf("the option's own text is not told:\n%s", said)
	}
	if piece := pieceIn(said+p.Log.String(), secrets...); piece != "" {
		t.Errorf("%q is in\n%s\n%s", piece, said, p.Log)
	}
	for _, name := range []string{"%7Benv.TENANT%7D", "secret-tenant-0123456789"} { // it has both names
		response, err := http.Post(p.Admin+"/workos/"+name+"/reset", "", nil)
		if err != nil || response.StatusCode >= 300 {
			t.Errorf("%s cannot be reset: %v %v", name, response, err)
		}
		response.Body.Close()
	}
}

// TestCommandAnnouncesNoValueOfAPlaceholder reads what `caddy workos` says at its start.
func TestCommandAnnouncesNoValueOfAPlaceholder(t *testing.T) {
	t.Parallel()
	upstream := newWitness(t, false)
	fixtures := filepath.Join(t.TempDir(), "secret-fixtures-0123456789")
	if err := os.MkdirAll(fixtures, 0o700); err != nil {
		t.Fatal(err)
	}
	p := startWorkos(t, []string{"UP=" + upstream.URL, "FIXTURES=" + fixtures, "MODE=live"},
		"--upstream", "{env.UP}", "--authkit", "{env.UP}", "--fixtures", "{env.FIXTURES}", "--mode", "{env.MODE}")
	eventually(t, "the announcement", func() bool { return strings.Contains(p.Log.String(), "  authkit ") })
	if piece := pieceIn(p.Log.String(), "secret-fixtures-0123456789"); piece != "" || strings.Contains(p.Log.String(), strings.TrimPrefix(upstream.URL, "http://")) {
		t.Errorf("%q or the upstream is in\n%s", piece, p.Log)
	}
	if !strings.Contains(p.Log.String(), "the rest  {env.UP}") || !strings.Contains(p.Log.String(), "{env.FIXTURES}, mode {env.MODE}") {
		t.Errorf("it says %s", p.Log)
	}
}
