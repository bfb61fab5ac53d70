package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const installPage = "docs/install.md"

// TestInstallARelease runs the commands that the page shows for Linux, with a stand-in for curl that brings a release of our own,
// and with one whose archive is another than its checksum says.
func TestInstallARelease(t *testing.T) {
	t.Parallel()
	var commands string
	for _, block := range readPage(t, installPage).code {
		if block.language == "sh" && strings.Contains(block.text, "curl") {
			commands = block.text
		}
	}
	found := regexp.MustCompile(`(?m)^version=(\S+)\n`).FindStringSubmatch(commands)
	if found == nil {
		t.Fatal("the page shows no commands for Linux")
	}
	name := fmt.Sprintf("caddy-workos_%s_linux_amd64", found[1])
	release, tools := t.TempDir(), t.TempDir()
	write(t, filepath.Join(tools, "curl"), fmt.Sprintf("#!/bin/sh\ncase $2 in https://github.com/*/releases/download/v%s/*) exec cp %s/\"${2##*/}\" . ;; esac\nexit 1\n", found[1], release))
	if err := os.Chmod(filepath.Join(tools, "curl"), 0o755); err != nil {
		t.Fatal(err)
	}
	packing := exec.Command("sh", "-euc", `mkdir "$1" && ln -s "$2" "$1/caddy" && tar -czf "$1.tar.gz" "$1" && sha256sum -- *.gz >SHA256SUMS`, "sh", name, binary)
	packing.Dir = release
	if said, err := packing.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	env := append(stepEnvironment(t), "PATH="+tools+":"+os.Getenv("PATH"))
	if err := shellStep(t, t.TempDir(), env, commands); err != nil {
		t.Error(err)
	}

	archive, err := os.OpenFile(filepath.Join(release, name+".tar.gz"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := archive.WriteString("changed"); err != nil {
		t.Fatal(err)
	}
	archive.Close()
	folder := t.TempDir()
	if err := shellStep(t, folder, env, commands); err == nil || !strings.Contains(err.Error(), "FAILED") {
		t.Errorf("with another archive: %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
		t.Error("another archive is unpacked")
	}
}

// TestInstallPageNamesWhatIsReleased proves that the names on the page are those that the release gives.
func TestInstallPageNamesWhatIsReleased(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", installPage))
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../release/build.sh")
	if err != nil {
		t.Fatal(err)
	}
	targets := regexp.MustCompile(`(?m)^all=\((.*)\)$`).FindSubmatch(script)
	if targets == nil {
		t.Fatal("the script has no targets")
	}
	all := strings.Fields(string(targets[1]))
	for _, found := range regexp.MustCompile(`\b(linux|darwin|windows)_(amd64|arm64)`).FindAllStringSubmatch(string(page), -1) {
		if target := found[1] + "/" + found[2]; !slices.Contains(all, target) {
			t.Errorf("nothing is released for %s", target)
		}
	}
	if len(all) != 6 {
		t.Errorf("it is released for %v", all)
	}
	for _, command := range []string{
		"xcaddy@" + moduleVersion(t, "github.com/caddyserver/xcaddy") + "\n",
		"xcaddy build " + moduleVersion(t, "github.com/caddyserver/caddy/v2") + " --with " + thisModule(t) + "/caddymodule@v",
		"ghcr.io/" + strings.TrimPrefix(thisModule(t), "github.com/") + ":",
	} {
		if !strings.Contains(string(page), command) {
			t.Errorf("the page lacks %q", command)
		}
	}
}
