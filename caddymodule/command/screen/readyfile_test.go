package screen

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

func readyFile(path string) *ReadyFile {
	return NewReadyFile(option.Option{Name: "--ready-file", Text: path, Value: path})
}

// TestReadyFile is made at once, and removed.
func TestReadyFile(t *testing.T) {
	line := JSON(prepared(t, serving.Server{}, nil))
	path := filepath.Join(t.TempDir(), "ready.json")
	f := readyFile(path)
	if err := f.Clear(); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(line); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != string(line) {
		t.Errorf("it has %q, %v", got, err)
	}
	if all, err := os.ReadDir(filepath.Dir(path)); err != nil || len(all) != 1 {
		t.Errorf("beside it there is %v, %v", all, err)
	}
	if err := readyFile(path).Clear(); err != nil { // of the next run, where this one was killed
		t.Error(err)
	}
	if err := f.Write(line); err != nil {
		t.Fatal(err)
	}
	f.Remove()
	f.Remove()
	if err := f.Write(line); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("it is there after the end: %v", err)
	}
}

// TestReadyFileOfAnotherProcess stays: it has taken the place of this one's.
func TestReadyFileOfAnotherProcess(t *testing.T) {
	line := JSON(prepared(t, serving.Server{}, nil))
	path := filepath.Join(t.TempDir(), "ready.json")
	f := readyFile(path)
	if err := f.Write(line); err != nil {
		t.Fatal(err)
	}
	write(t, path, strings.Replace(string(line), "4100", "4200", 1))
	f.Remove()
	if _, err := os.Stat(path); err != nil {
		t.Error("it was removed")
	}
}

// TestReadyFileTakesNothingAway: what is no file of an earlier run stays as it is.
func TestReadyFileTakesNothingAway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"seed.yaml": "organizations: []\n", "empty": "", "package.json": `{"url": "x"}`, "array.json": "[]",
		"more.json": `{"url":"u","port":1,"health":"h","pid":2,"scripts":{}}`, "large": strings.Repeat(" ", maxReady+1),
	} {
		path := filepath.Join(dir, name)
		write(t, path, text)
		err := readyFile(path).Clear()
		if err == nil || !strings.Contains(err.Error(), "--ready-file: ") {
			t.Errorf("%s: it says %v", name, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	if err := readyFile(dir).Clear(); err == nil {
		t.Error("a folder is taken for a file")
	}
	if err := readyFile(os.DevNull).Clear(); err == nil {
		t.Error("a device is taken for a file")
	}
	if err := readyFile(filepath.Join(dir, "missing", "ready.json")).Write([]byte("x")); err == nil || !strings.Contains(err.Error(), "--ready-file: ") {
		t.Errorf("in a folder that is missing, it says %v", err)
	}
	none := readyFile("")
	if err := none.Clear(); err != nil {
		t.Error(err)
	}
	if err := none.Write(nil); err != nil {
		t.Error(err)
	}
	none.Remove()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestReadyFileThatMayBeAKey is not shown in errors.
func TestReadyFileThatMayBeAKey(t *testing.T) {
	t.Chdir(t.TempDir())
	const key = "sk_live_given_by_mistake"
	write(t, key, "x")
	if err := readyFile(key).Clear(); err == nil || strings.Contains(err.Error(), key) {
		t.Errorf("it says %v", err)
	}
	if err := readyFile(key + "/none").Write([]byte("x")); err == nil || strings.Contains(err.Error(), key) {
		t.Errorf("it says %v", err)
	}
}
