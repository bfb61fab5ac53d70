package caddymodule

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/signingkey"
)

// TestModified looks at the files that an option names, in each way.
func TestModified(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "key.pem")
	_, pem := newKey(t)
	if err := os.WriteFile(file, pem, 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 12, 0, 0, 1, time.UTC)
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]time.Time{
		file: at, "{file." + file + "}": at, "": {}, "{env.NO_SUCH_VARIABLE}": {}, file + ".none": {}, "{file." + file + ".none}": {}, string(pem): {},
	} {
		if got := modified("signing_key", text); !got.Equal(want) {
			t.Errorf("%.40q: %s, want %s", text, got, want)
		}
	}
	m := Emulator{Seed: file, SigningKey: signingkey.InStorage}
	if m.noteModified(); !m.SeedModified.Equal(at) || !m.SigningKeyModified.IsZero() {
		t.Errorf("%s, %s", m.SeedModified, m.SigningKeyModified)
	}
}
