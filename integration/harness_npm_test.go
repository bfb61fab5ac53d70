package integration

import (
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
