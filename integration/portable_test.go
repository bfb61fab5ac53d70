package integration

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// windowsName is what Windows takes as a name: none of its separators and wildcards, and no dot or space at the end.
	windowsName = regexp.MustCompile(`^[^<>:"|?*\\\x00-\x1f]*[^<>:"|?*\\\x00-\x1f. ]$`)
	// windowsDevice is a name that Windows keeps for itself.
	windowsDevice = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)
)

// maxPath is how long the path of a file may be, below the folder that the project is in: Windows takes 260 characters as a rule.
const maxPath = 200

// TestFilesCanExistOnWindowsAndMacOS looks at the names of all files of the project.
func TestFilesCanExistOnWindowsAndMacOS(t *testing.T) {
	t.Parallel()
	seen := map[string]string{} // by the name in lower case: file systems of Windows and macOS ignore case
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == ".." {
			return err
		}
		name := entry.Name()
		if name == ".git" || name == "node_modules" {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !windowsName.MatchString(name) || windowsDevice.MatchString(name) || len(path) > maxPath {
			t.Errorf("%s cannot be checked out on Windows", path)
		}
		if other, taken := seen[strings.ToLower(path)]; taken {
			t.Errorf("%s and %s are one file where case is ignored", path, other)
		}
		seen[strings.ToLower(path)] = path
		return nil
	})
	if err != nil || len(seen) < 500 {
		t.Errorf("%d files were looked at: %v", len(seen), err)
	}
}

// TestLinesMayEndAsOnWindows checks seed and fixtures that Git has given Windows' line endings.
func TestLinesMayEndAsOnWindows(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../examples/node")); err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{"seed.yaml", "Caddyfile", "fixtures"} {
		err := filepath.WalkDir(filepath.Join(folder, start), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(path, bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), 0o644)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"workos", "seed", "check", filepath.Join(folder, "seed.yaml")},
		{"workos", "fixtures", "check", filepath.Join(folder, "fixtures")},
		{"workos", "token", "--seed", filepath.Join(folder, "seed.yaml"), "--client-id", "client_billing"},
		{"adapt", "--adapter", "caddyfile", "--config", filepath.Join(folder, "Caddyfile")},
	} {
		if said, err := runToEnd(t, nil, args...); err != nil {
			t.Errorf("%v: %v\n%s", args, err, said)
		}
	}
}
