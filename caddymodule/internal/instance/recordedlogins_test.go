package instance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/zap"
	logobserver "go.uber.org/zap/zaptest/observer"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// TestRecordedLoginsOfSeededUsers are told of once, by their files.
func TestRecordedLoginsOfSeededUsers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "seed.yaml")
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	login := func(name, id, email string) {
		write("fixtures/POST/"+name, fmt.Sprintf(
			`{"request":{"method":"POST","path":"/user_management/authenticate"},"responses":[{"status":200,"body":{"user":{"object":"user","id":%q,"email":%q}}},{"status":200,"body":{"user":{"object":"user","id":%q,"email":%q}}}]}`,
			id, email, id, email))
	}
	write("seed.yaml", "users:\n  - {email: Jane@acme.example}\n  - {email: pinned@acme.example, id: user_PINNED}\n")
	login("user_management/authenticate/a.json", "user_REAL", "jane@ACME.example")
	login("x/authkit/users/authenticate/b.json", "user_PINNED", "other@acme.example")
	login("user_management/authenticate/c.json", "user_REAL2", "nobody@acme.example")
	login("user_management/users/d.json", "user_REAL", "jane@acme.example") // no login
	write("fixtures/POST/user_management/authenticate/broken.json", "{")
	write("fixtures/POST/user_management/authenticate/error.json",
		`{"request":{"method":"POST","path":"/user_management/authenticate"},"responses":[{"status":400,"body":{"code":"invalid_credentials"}}]}`)

	core, logs := logobserver.New(zap.WarnLevel)
	configuration := new(int)
	u, err := AcquireFolder(configuration, named(t), option.Option{Name: "dir", Value: filepath.Join(dir, "fixtures"), Text: "fixtures"}, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = u.ReleaseInstance(), u.ReleaseFolder() })
	if u.WarnOfRecordedLogins(); logs.Len() > 0 {
		t.Errorf("without users, the log says %v", logs.All())
	}
	if err := u.SeedBy(option.Option{Name: "seed", Value: path, Text: path}); err != nil {
		t.Fatal(err)
	}
	u.ApplySeed()
	u.WarnOfRecordedLogins()
	u.WarnOfRecordedLogins()
	var told []string
	for _, entry := range logs.TakeAll() {
		told = append(told, fmt.Sprint(entry.ContextMap()["fixture"]))
		if text := entry.Message + fmt.Sprint(entry.ContextMap()); strings.Contains(strings.ToLower(text), "acme.example") || strings.Contains(text, "user_REAL") || strings.Contains(text, "user_PINNED") {
			t.Errorf("the log names the user: %s", text)
		}
		if strings.Contains(entry.Message, "is not replayed") != (told[len(told)-1] == "POST/x/authkit/users/authenticate/b.json") {
			t.Errorf("of %s, the log says %s", told[len(told)-1], entry.Message)
		}
	}
	if want := []string{"POST/user_management/authenticate/a.json", "POST/x/authkit/users/authenticate/b.json"}; !slices.Equal(told, want) {
		t.Errorf("the log tells of %v, want %v", told, want)
	}
}
