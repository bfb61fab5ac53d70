// Package watching follows files and folders, and tells when they have been edited.
//
// It looks at their times and sizes every now and then, and needs nothing of the operating system for it: so it works on network
// file systems and on folders of a container's host too, and with editors that write a new file and rename it.
package watching

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// File is a file, or a folder with all that is below it.
type File struct {
	Name string // for people
	Path string
}

// Change is what has become of a file.
type Change struct {
	File File
	// Gone tells whether it is not there any more.
	Gone bool
	// Below are the files of a folder that are new, changed or gone, in order, by their names below it.
	Below []string
}

// Watcher follows files. It is not safe for concurrent use.
type Watcher struct{ followed []*followed }

type followed struct {
	file     File
	reported state // what was told of it last
	last     state // what the last look has found
	same     int   // how many looks in a row have found it
}

// steady is how many looks in a row must find the same: a file that is being written is not read yet.
const steady = 2

// steadyGone is steady for a file that is not there: it may be about to come back, as while an editor writes it anew.
const steadyGone = 4

// New returns a watcher of files as they are now.
func New(files []File) *Watcher {
	w := &Watcher{}
	for _, file := range files {
		now := look(file.Path)
		w.followed = append(w.followed, &followed{file: file, reported: now, last: now, same: steady})
	}
	return w
}

// Look looks at all files once, and returns what has changed since the last change of each that it has returned.
func (w *Watcher) Look() (changes []Change) {
	for _, f := range w.followed {
		now := look(f.file.Path)
		if now.equal(f.last) {
			f.same++
		} else {
			f.last, f.same = now, 1
		}
		wanted := steady
		if now.info == nil {
			wanted = steadyGone
		}
		if f.same < wanted || now.equal(f.reported) {
			continue
		}
		changes = append(changes, Change{File: f.file, Gone: now.info == nil, Below: now.differing(f.reported)})
		f.reported = now
	}
	return changes
}

// Run looks until the context ends, and has changed called with what has changed. Looking takes no more than a twentieth of the
// time.
func (w *Watcher) Run(ctx context.Context, every time.Duration, changed func([]Change)) {
	timer := time.NewTimer(every)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case began := <-timer.C:
			if changes := w.Look(); len(changes) > 0 {
				changed(changes)
			}
			timer.Reset(max(every, 20*min(time.Since(began), time.Minute)))
		}
	}
}

// state is what a look at a file has found.
type state struct {
	info  fs.FileInfo            // nil where nothing is there
	below map[string]fs.FileInfo // of a folder
}

// look looks at what a path leads to.
func look(path string) (s state) {
	info, err := os.Stat(path)
	if err != nil {
		return s
	}
	s.info = info
	if !info.IsDir() {
		return s
	}
	s.below = map[string]fs.FileInfo{}
	root, err := filepath.EvalSymlinks(path)
	if err != nil {
		return s
	}
	_ = fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it is being removed
		case name != "." && strings.HasPrefix(entry.Name(), "."): // such as the temporary files of editors
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return nil
		}
		if info, err := entry.Info(); err == nil {
			s.below[name] = info
		}
		return nil
	})
	return s
}

// equal tells whether nothing differs.
func (s state) equal(other state) bool {
	if s.info == nil || other.info == nil {
		return s.info == nil && other.info == nil
	}
	if s.info.IsDir() || other.info.IsDir() {
		return s.info.IsDir() && other.info.IsDir() && len(s.differing(other)) == 0
	}
	return same(s.info, other.info)
}

// differing returns the files of a folder that differ, in order.
func (s state) differing(other state) (names []string) {
	for name, info := range s.below {
		if before, ok := other.below[name]; !ok || !same(info, before) {
			names = append(names, name)
		}
	}
	for name := range other.below {
		if _, ok := s.below[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func same(now, before fs.FileInfo) bool {
	return os.SameFile(now, before) && now.ModTime().Equal(before.ModTime()) && now.Size() == before.Size()
}
