package seed_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
	"github.com/caddy-workos/caddy-workos/store"
)

// TestFiles has values that are in files beside the seed's.
func TestFiles(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere.txt")
	for path, content := range map[string]string{
		filepath.Join(dir, "secrets", "key"):  "sk_test_of_a_file\n",
		filepath.Join(dir, "client"):          "secret-of-a-client\r\n",
		filepath.Join(dir, "lines.txt"):       "one\n{env.X} {file.client}\n\n",
		filepath.Join(dir, "large"):           strings.Repeat("x", 1<<20+1),
		filepath.Join(dir, "binary"):          "\xff",
		filepath.Join(dir, "largest"):         strings.Repeat("x", 1<<20),
		filepath.Join(dir, "empty"):           "",
		elsewhere:                             "elsewhere",
		filepath.Join(dir, "with space {}.x"): "",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func(source string) (*seed.Seed, error) {
		path := filepath.Join(dir, "seed.yaml")
		if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		return seed.Load(path, environment(nil))
	}
	loaded, err := load(`
organizations: [{name: A, external_id: "{file.` + elsewhere + `}", metadata: {lines: "{file.lines.txt}", empty: "x{file.empty}"}}]
connectApplications: [{name: M, organization: A, client_id: "client_{file.client}", client_secret: {file.client}, description: "{file.largest}"}]
apiKeys: {"{file.secrets/key}": }
`)
	if err != nil {
		t.Fatal(err)
	}
	s := store.New()
	apply(t, s, loaded)
	v := s.View()
	o := only(t, store.Organizations.All(v))
	if o.ExternalID != "elsewhere" || o.Metadata["lines"] != "one\n{env.X} {file.client}\n" || o.Metadata["empty"] != "x" {
		t.Errorf("organization %+v", o)
	}
	application, ok := v.ApplicationByClientID("client_secret-of-a-client")
	if _, matches := v.MatchClientSecret(application.ID, store.DigestOf("secret-of-a-client")); !ok || !matches {
		t.Errorf("application %+v", application)
	}
	if _, ok := v.EnvironmentKeyByDigest(store.DigestOf("sk_test_of_a_file")); !ok {
		t.Error("the key is missing")
	}
	if shown := loaded.Shown("client_secret-of-a-client"); shown != "client_{file.client}" {
		t.Errorf("the client id is shown as %q", shown)
	}

	for path, want := range map[string]string{
		"missing": `file "missing" cannot be read: no such file or directory`, "large": `file "large" cannot be read: it is larger than 1 MiB`,
		"binary": `file "binary" cannot be read: it is not valid UTF-8`, "/missing": `file "/missing" cannot be read: no such file or directory`,
	} {
		_, err := load("users:\n  - email: a@b\n    first_name: '{file." + path + "}'\n")
		if err == nil || !strings.HasSuffix(err.Error(), "seed.yaml:3:17: users[0].first_name: "+want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	_, err = load("organizations: [{name: A}]\nconnectApplications: [{name: M, organization: '{file.client}'}]\napiKeys: [{name: K, organization_id: o, value: '{file.client}'}]")
	if err == nil || strings.Contains(err.Error(), "secret-of") {
		t.Errorf("the content is shown, or nothing is wrong: %v", err)
	}

	// Where there is no file, there is an option.
	if _, err := seed.Parse("-", []byte("users: [{email: a@b, first_name: {file.client}}]"), seed.Options{Dir: dir}); err != nil {
		t.Error(err)
	}
}
