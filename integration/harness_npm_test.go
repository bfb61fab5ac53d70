package integration

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// installed, loginInstalled and nextjsBuilt are sdk/, login/ and nextjs/ with what their locks name, and the last one built for
// production.
var (
	installed      = sync.OnceValues(func() (string, error) { return prepare("sdk") })
	loginInstalled = sync.OnceValues(func() (string, error) { return prepare("login") })
	nextjsBuilt    = sync.OnceValues(func() (string, error) {
		return prepare("nextjs", "env", "NEXT_TELEMETRY_DISABLED=1", "node", "node_modules/next/dist/bin/next", "build")
	})
)

// prepare returns a copy of a folder with what its lock names, where a command has then been run. It is made once, and kept in
// the user's cache by a digest of all that goes into it: another one of the folder is a copy of its own.
func prepare(name string, command ...string) (string, error) {
	version, err := nodeVersion()
	if err != nil {
		return "", err
	}
	digest := sha256.New()
	fmt.Fprintln(digest, version, runtime.GOOS, runtime.GOARCH, command)
	if err := addFolder(digest, os.DirFS(name)); err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "caddy-workos-tests")
	prepared := filepath.Join(cache, fmt.Sprintf("%s-%.16x", name, digest.Sum(nil)))
	if exists(prepared) {
		return prepared, os.Chtimes(prepared, time.Time{}, time.Now())
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	if err := removeUnused(cache, 7*24*time.Hour); err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp(cache, name+"-unfinished-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	if err := os.CopyFS(folder, os.DirFS(name)); err != nil {
		return "", fmt.Errorf("copy %s: %w", name, err)
	}
	commands := [][]string{{"npm", "ci", "--prefer-offline"}}
	if len(command) > 0 {
		commands = append(commands, command)
	}
	for _, args := range commands {
		run := exec.Command(args[0], args[1:]...)
		run.Dir = folder
		if said, err := run.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, said)
		}
	}
	if err := os.Rename(folder, prepared); err != nil && !exists(prepared) { // which another run has made meanwhile
		return "", err
	}
	return prepared, nil
}

// removeUnused removes what is in a cache and has not been used for so long.
func removeUnused(cache string, age time.Duration) error {
	entries, err := os.ReadDir(cache)
	for _, entry := range entries {
		if about, e := entry.Info(); e == nil && time.Since(about.ModTime()) > age {
			err = errors.Join(err, os.RemoveAll(filepath.Join(cache, entry.Name())))
		}
	}
	return err
}

// addFolder adds the names and contents of a folder's files to a digest.
func addFolder(digest io.Writer, folder fs.FS) error {
	return fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, path)
		fmt.Fprintf(digest, "%q %q\n", path, content)
		return err
	})
}

// nodeVersion returns Node's version, and tells what to install where something is missing.
func nodeVersion() (string, error) {
	for command, packages := range map[string]string{"node": "nodejs", "npm": "npm"} {
		if _, err := exec.LookPath(command); err != nil {
			return "", fmt.Errorf("%s is missing: install Node.js 20 or newer (Debian package %s)", command, packages)
		}
	}
	version, err := exec.Command("node", "--version").Output()
	if err != nil {
		return "", fmt.Errorf("node --version: %w", err)
	}
	var major int
	if _, err := fmt.Sscanf(string(version), "v%d.", &major); err != nil || major < 20 {
		return "", fmt.Errorf("node is %s: install Node.js 20 or newer", strings.TrimSpace(string(version)))
	}
	return strings.TrimSpace(string(version)), nil
}

// sdkFolder returns a folder of its own copy of sdk/ with node_modules. It fails the test where Node.js is missing.
func sdkFolder(t testing.TB) string {
	t.Helper()
	folder, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// node runs a program of a folder to its end, and returns what it prints. An error has what it complains of.
func node(t testing.TB, folder, program string, env ...string) (printed string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*maxWait)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", program)
	cmd.Dir = folder
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	said, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("node %s: %w\n%s%s", program, err, lastLines(string(said), 40), &complaints)
	}
	return string(said), err
}
