package watching

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// told returns what a watcher tells after so many looks.
func told(w *Watcher, looks int) (said []string) {
	for range looks {
		for _, change := range w.Look() {
			words := append([]string{change.File.Name}, change.Below...)
			if change.Gone {
				words = append(words, "gone")
			}
			said = append(said, strings.Join(words, " "))
		}
	}
	return said
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// rename writes a file as many editors do.
func rename(t *testing.T, path, text string) {
	t.Helper()
	write(t, path+".new", text)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// TestWatcherTellsOfEdits goes through what becomes of a file.
func TestWatcherTellsOfEdits(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seed.yaml")
	write(t, path, "a")
	w := New([]File{{"the seed", path}})
	for _, step := range []struct {
		name  string
		do    func()
		looks int
		want  []string
	}{
		{"nothing", func() {}, 10, nil},
		{"an edit", func() { write(t, path, "ab") }, 10, []string{"the seed"}},
		{"an edit of the same length", func() { rename(t, path, "cd") }, 10, []string{"the seed"}},
		{"an edit by renaming", func() { rename(t, path, "abc") }, 10, []string{"the seed"}},
		{"half of an edit", func() { write(t, path, "abcd") }, 1, nil},
		{"the other half", func() { write(t, path, "abcdef") }, 1, nil},
		{"the end of an edit", func() {}, 10, []string{"the seed"}},
		{"a moment without the file", func() { remove(t, path) }, steadyGone - 1, nil},
		{"that comes back", func() { write(t, path, "back") }, 10, []string{"the seed"}},
		{"it is removed", func() { remove(t, path) }, 10, []string{"the seed gone"}},
		{"and stays removed", func() {}, 10, nil},
		{"and comes back", func() { write(t, path, "back") }, 10, []string{"the seed"}},
		{"it is touched", func() {
			then := time.Now().Add(time.Hour)
			if err := os.Chtimes(path, then, then); err != nil {
				t.Fatal(err)
			}
		}, 10, []string{"the seed"}},
		{"it becomes a folder", func() { remove(t, path); write(t, filepath.Join(path, "x"), "x") }, 10, []string{"the seed x"}},
	} {
		step.do()
		if got := told(w, step.looks); !slices.Equal(got, step.want) {
			t.Errorf("%s: it tells %q, want %q", step.name, got, step.want)
		}
	}
}

// TestWatcherFollowsAFolder with what is below it.
func TestWatcherFollowsAFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "fixtures")
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	write(t, at("GET/a.json"), "a")
	w := New([]File{{"fixtures", dir}})
	for _, step := range []struct {
		name string
		do   func()
		want []string
	}{
		{"nothing", func() {}, nil},
		{"new ones", func() { write(t, at("GET/b.json"), "b"); write(t, at("POST/x/c.json"), "c") }, []string{"fixtures GET/b.json POST/x/c.json"}},
		{"an edit and a removal", func() { write(t, at("GET/a.json"), "aa"); remove(t, at("GET/b.json")) }, []string{"fixtures GET/a.json GET/b.json"}},
		{"hidden files", func() { write(t, at(".salt"), "s"); write(t, at(".git/x"), "x"); write(t, at("GET/.a.json.swp"), "x") }, nil},
		{"an empty folder", func() {
			if err := os.Mkdir(at("DELETE"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"all is gone", func() {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}, []string{"fixtures GET/a.json POST/x/c.json gone"}},
		{"one comes back", func() { write(t, at("GET/a.json"), "a") }, []string{"fixtures GET/a.json"}},
	} {
		step.do()
		if got := told(w, 10); !slices.Equal(got, step.want) {
			t.Errorf("%s: it tells %q, want %q", step.name, got, step.want)
		}
	}
}

// TestWatcherFollowsALink to whatever it leads to now, as the files of a Kubernetes ConfigMap are replaced.
func TestWatcherFollowsALink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, second, link := filepath.Join(dir, "1"), filepath.Join(dir, "2"), filepath.Join(dir, "seed.yaml")
	write(t, first, "a")
	write(t, second, "a")
	if err := os.Symlink(first, link); err != nil {
		t.Fatal(err)
	}
	w := New([]File{{"seed", link}})
	remove(t, link)
	if err := os.Symlink(second, link); err != nil {
		t.Fatal(err)
	}
	if got := told(w, 10); !slices.Equal(got, []string{"seed"}) {
		t.Errorf("it tells %q", got)
	}
}

// TestRunTells of an edit, and ends with its context.
func TestRunTells(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seed.yaml")
	w := New([]File{{"seed", path}})
	ctx, cancel := context.WithCancel(t.Context())
	changed, ended := make(chan []Change, 1), make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx, time.Millisecond, func(changes []Change) { changed <- changes })
	}()
	write(t, path, "a")
	select {
	case changes := <-changed:
		if len(changes) != 1 || changes[0].File.Name != "seed" || changes[0].Gone {
			t.Errorf("it tells %v", changes)
		}
	case <-time.After(10 * time.Second):
		t.Error("it tells nothing")
	}
	cancel()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("it does not end")
	}
}
