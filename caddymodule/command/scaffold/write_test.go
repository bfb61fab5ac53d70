package scaffold

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-workos/caddy-workos/emulator/seed"
)

// TestFilesAreRight checks the files of each situation as their commands would.
func TestFilesAreRight(t *testing.T) {
	t.Parallel()
	for _, s := range Situations() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			files, err := s.Files(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, file := range files {
				seen[file.Name] = true
				switch {
				case strings.HasPrefix(file.Name, "Caddyfile"):
					if formatted := caddyfile.Format(file.Content); !bytes.Equal(formatted, file.Content) {
						t.Errorf("caddy fmt writes %s as\n%s", file.Name, formatted)
					}
					if !bytes.Contains(file.Content, []byte("http://:4100 {\n")) {
						t.Errorf("%s does not listen where the documents say", file.Name)
					}
				case file.Name == "seed.yaml":
					read, err := seed.Parse(file.Name, file.Content, seed.Options{})
					if err != nil || len(read.Warnings()) > 0 || !read.PassesKeysOn() {
						t.Errorf("the seed: %v, %v", err, read.Warnings())
					}
				}
				if isSecret := s.Name == "mixed" && file.Name == "seed.yaml"; isSecret != (file.Mode == 0o600) {
					t.Errorf("%s has the mode %v", file.Name, file.Mode)
				}
			}
			if !seen["Caddyfile"] || !seen["seed.yaml"] {
				t.Errorf("there are %v", seen)
			}
		})
	}
}

// TestWriteWritesOverNothing has something of each name there already.
func TestWriteWritesOverNothing(t *testing.T) {
	t.Parallel()
	replay := Situations()[1]
	for name, make := range map[string]func(string) error{
		"a file":            func(path string) error { return os.WriteFile(path, []byte("mine"), 0o600) },
		"a folder":          func(path string) error { return os.Mkdir(path, 0o700) },
		"a broken link":     func(path string) error { return os.Symlink("nowhere", path) },
		"a link to outside": func(path string) error { return os.Symlink(os.TempDir(), path) },
	} {
		for _, there := range []string{"Caddyfile", "Caddyfile.record", "seed.yaml", "fixtures"} {
			dir := t.TempDir()
			if err := make(filepath.Join(dir, there)); err != nil {
				if runtime.GOOS == "windows" {
					continue // where links need a privilege
				}
				t.Fatal(err)
			}
			files, err := replay.Write(dir, rand.Reader)
			var exists *ExistsError
			if !errors.As(err, &exists) || len(files) != 0 || strings.Join(exists.Names, " ") != there {
				t.Errorf("%s at %s: %v", name, there, err)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
				t.Errorf("%s at %s: the folder has %v, %v", name, there, entries, err)
			}
		}
	}
	dir := t.TempDir()
	if _, err := replay.Write(dir, rand.Reader); err != nil {
		t.Fatal(err)
	}
	_, err := Situations()[0].Write(dir, rand.Reader)
	if want := "Caddyfile and seed.yaml are there already"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("a second time: %v", err)
	}
}

// TestWriteMakesFoldersAndSecrets writes into a folder that is not there yet.
func TestWriteMakesFoldersAndSecrets(t *testing.T) {
	t.Parallel()
	mixed := Situations()[2]
	var seeds [2]string
	for i := range seeds {
		dir := filepath.Join(t.TempDir(), "a", "b")
		files, err := mixed.Write(dir, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			info, err := os.Stat(filepath.Join(dir, file.Name))
			if err != nil || runtime.GOOS != "windows" && info.Mode().Perm()&^file.Mode != 0 {
				t.Errorf("%s: %v, %v", file.Name, info.Mode(), err)
			}
		}
		content, err := os.ReadFile(filepath.Join(dir, "seed.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		seeds[i] = string(content)
		for _, known := range []string{"sk_test_local", "secret_local_backend", "{{"} {
			if strings.Contains(seeds[i], known) {
				t.Errorf("%s is in\n%s", known, content)
			}
		}
	}
	if seeds[0] == seeds[1] {
		t.Error("two seeds have the same secrets")
	}
}

// TestWriteThatFailsLeavesNothing fails before the first file and after it.
func TestWriteThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Situations()[2].Write(dir, bytes.NewReader(nil)); err == nil {
		t.Error("no random numbers, and no error")
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Situations()[0].Write(filepath.Join(file, "below"), rand.Reader); err == nil {
		t.Error("a folder below a file is made")
	}
	var made written
	for _, f := range []File{{Name: "new/a/b/c", Mode: 0o600}, {Name: "d", Mode: 0o600}} {
		if err := made.create(dir, f); err != nil {
			t.Fatal(err)
		}
		var again written
		if err := again.create(dir, f); !errors.Is(err, errIsThere) || len(again) > 0 {
			t.Errorf("%s is written twice: %v, %v", f.Name, err, again)
		}
	}
	made.remove()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
}

// TestWriteThatIsInterruptedLeavesNothing has a signal that comes while files are written.
func TestWriteThatIsInterruptedLeavesNothing(t *testing.T) {
	t.Parallel()
	files, err := Situations()[1].Files(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	interrupts := make(chan os.Signal, 1)
	interrupts <- os.Interrupt
	dir := filepath.Join(t.TempDir(), "new")
	if err := writeAll(dir, files, interrupts); !errors.Is(err, errInterrupted) {
		t.Errorf("it is %v", err)
	}
	if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
}

// TestWriteAtOnce writes all situations into one folder at the same time: one of them is written as a whole, and the others say that
// something is there.
func TestWriteAtOnce(t *testing.T) {
	t.Parallel()
	for range 20 {
		dir := filepath.Join(t.TempDir(), "new")
		errs := make([]error, len(Situations()))
		var wait sync.WaitGroup
		for i, s := range Situations() {
			wait.Go(func() { _, errs[i] = s.Write(dir, rand.Reader) })
		}
		wait.Wait()
		var complete []string
		for i, s := range Situations() {
			var exists *ExistsError
			switch files, err := s.Files(rand.Reader); {
			case errs[i] == nil && err == nil:
				complete = append(complete, s.Name)
				for _, file := range files {
					if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(file.Name))); err != nil || info.Size() == 0 {
						t.Errorf("%s: %v", s.Name, err)
					}
				}
			case !errors.As(errs[i], &exists) || len(exists.Names) == 0:
				t.Errorf("%s: %v", s.Name, errs[i])
			}
		}
		if len(complete) != 1 {
			t.Errorf("these were written: %v", complete)
		}
	}
}
