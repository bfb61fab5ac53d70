package integration

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// installed and loginInstalled are sdk/ and login/ with what their locks name, made once for all tests.
var (
	installed      = sync.OnceValues(func() (string, error) { return installPackages("sdk") })
	loginInstalled = sync.OnceValues(func() (string, error) { return installPackages("login") })
)

// installPackages copies a folder and installs what its lock names. npm's own cache makes that quick.
func installPackages(name string) (string, error) {
	if err := needNode(); err != nil {
		return "", err
	}
	folder := filepath.Join(scratch, name)
	if err := os.CopyFS(folder, os.DirFS(name)); err != nil {
		return "", fmt.Errorf("copy %s: %w", name, err)
	}
	install := exec.Command("npm", "ci", "--prefer-offline")
	install.Dir = folder
	if said, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci: %w\n%s", err, said)
	}
	return folder, nil
}

// needNode tells what to install where something is missing.
func needNode() error {
	for command, packages := range map[string]string{"node": "nodejs", "npm": "npm"} {
		if _, err := exec.LookPath(command); err != nil {
			return fmt.Errorf("%s is missing: install Node.js 20 or newer (Debian package %s)", command, packages)
		}
	}
	version, err := exec.Command("node", "--version").Output()
	if err != nil {
		return fmt.Errorf("node --version: %w", err)
	}
	var major int
	if _, err := fmt.Sscanf(string(version), "v%d.", &major); err != nil || major < 20 {
		return fmt.Errorf("node is %s: install Node.js 20 or newer", strings.TrimSpace(string(version)))
	}
	return nil
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
