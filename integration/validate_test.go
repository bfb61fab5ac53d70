package integration

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree is all that is in a folder.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		paths = append(paths, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(paths, "\n")
}

const validatedConfig = `{
	storage file_system %[1]s/storage
}
http://localhost:{$PORT} {
	workos {
		seed seed.example.yaml
		signing_key storage
		upstream https://api.workos.com
		fixtures %[1]s/%[2]s {
			mode record
		}
	}
}
`

// TestValidateWritesNothing proves that key and folder are made when the configuration starts, and not before.
func TestValidateWritesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config := filepath.Join(t.TempDir(), "Caddyfile")
	text := fmt.Sprintf(validatedConfig, dir, "fixtures")
	write(t, config, text)
	before := tree(t, dir)
	if said, err := runToEnd(t, []string{"PORT=4100"}, "validate", "--config", config, "--adapter", "caddyfile"); err != nil || !strings.Contains(said, "Valid configuration") {
		t.Fatal(err, said)
	}
	if after := tree(t, dir); after != before {
		t.Errorf("it has written\n%s", after)
	}
	launchConfig(t, text)
	for _, path := range []string{"fixtures", "storage/workos/default/signing_key.pem"} {
		eventually(t, path, func() bool {
			_, err := os.Stat(filepath.Join(dir, path))
			return err == nil
		})
	}
}

// TestStartTellsWhatCannotBeWritten has a file where the folders would be.
func TestStartTellsWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), "x")
	config := filepath.Join(dir, "Caddyfile")
	write(t, config, fmt.Sprintf(validatedConfig, dir, "file/fixtures"))
	said, err := runToEnd(t, []string{fmt.Sprintf("PORT=%d", freePort(t))}, "run", "--config", config, "--adapter", "caddyfile")
	if err == nil || !strings.Contains(said, "not a directory") {
		t.Errorf("a folder of fixtures that cannot be made: %v, %s", err, said)
	}

	other := t.TempDir()
	write(t, filepath.Join(other, "storage"), "x")
	config = filepath.Join(other, "Caddyfile")
	write(t, config, fmt.Sprintf(validatedConfig, other, "fixtures"))
	said, err = runToEnd(t, []string{fmt.Sprintf("PORT=%d", freePort(t))}, "run", "--config", config, "--adapter", "caddyfile")
	if err == nil || !strings.Contains(said, "signing_key") {
		t.Errorf("a storage that cannot be written to: %v, %s", err, said)
	}
}
