package screen

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// ReadyFile is a file that is there while a server answers: with what [JSON] says.
type ReadyFile struct {
	option option.Option
	path   string

	mu      sync.Mutex
	written []byte // nil where it is not there
	ended   bool
}

// NewReadyFile returns the file that an option names. An empty one names none, of which all methods do nothing.
func NewReadyFile(o option.Option) *ReadyFile { return &ReadyFile{option: o, path: o.Value} }

// maxReady is how long such a file may be.
const maxReady = 64 << 10

// Clear removes the file that an earlier run may have left. It removes nothing else: a path that was mistyped may be of a file
// that somebody needs.
func (f *ReadyFile) Clear() error {
	if f.path == "" {
		return nil
	}
	info, err := os.Lstat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return f.failed(err)
	case !info.Mode().IsRegular() || info.Size() > maxReady || !isReadyFile(f.path):
		return f.option.Errorf("%s is there, and is no file of an earlier run: give another name, or remove it", f.option)
	}
	if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.failed(err)
	}
	return nil
}

// failed is an error of the file system's.
func (f *ReadyFile) failed(err error) error { return f.option.Errorf("%w", f.option.Failed(err)) }

// isReadyFile tells whether a file says what Write writes.
func isReadyFile(path string) bool {
	text, err := readShort(path)
	if err != nil {
		return false
	}
	var m machine
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(&m) == nil && m.URL != "" && m.Health != "" && m.PID != 0
}

func readShort(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxReady))
}

// Write makes the file at once: it is never there with a part of its text.
func (f *ReadyFile) Write(text []byte) (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.path == "" || f.ended {
		return nil
	}
	defer func() {
		if err != nil {
			err = f.failed(err)
		}
	}()
	temporary, err := os.CreateTemp(filepath.Dir(f.path), "."+filepath.Base(f.path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(text)
	if err = errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary.Name(), f.path); err != nil {
		return err
	}
	f.written = text
	return nil
}

// Remove removes the file, if it is still that of this process, and lets none be written any more.
func (f *ReadyFile) Remove() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	if f.written == nil {
		return
	}
	if text, err := readShort(f.path); err == nil && bytes.Equal(text, f.written) {
		_ = os.Remove(f.path)
	}
	f.written = nil
}
