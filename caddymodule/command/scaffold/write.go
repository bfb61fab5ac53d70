package scaffold

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/template"

	"github.com/caddy-workos/caddy-workos/emulator/credential"
)

// File is one that is about to be written.
type File struct {
	Name    string // below the folder, with slashes
	Content []byte
	Mode    fs.FileMode
}

// ExistsError names what is there already, so that nothing was written.
type ExistsError struct {
	Dir   string
	Names []string
}

// Error names all of it.
func (e *ExistsError) Error() string {
	verb := "is"
	if len(e.Names) > 1 {
		verb = "are"
	}
	return fmt.Sprintf("%s %s there already in %s: nothing was written. Give another folder with --dir, or move what is there", strings.Join(e.Names, " and "), verb, e.Dir)
}

// Files returns the files of the situation. The secrets in them are made from random.
func (s Situation) Files(random io.Reader) ([]File, error) {
	var values struct{ APIKey, ClientSecret string }
	var errKey, errSecret error
	values.APIKey, errKey = credential.NewAPIKey(random)
	values.ClientSecret, errSecret = credential.NewClientSecret(random)
	if err := errors.Join(errKey, errSecret); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	root := path.Join("templates", s.Name)
	var files []File
	err := fs.WalkDir(templates, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := templates.ReadFile(name)
		if err != nil {
			return err
		}
		file := File{Name: strings.TrimPrefix(name, root+"/"), Content: text, Mode: 0o644}
		if slices.Contains(s.secret, file.Name) {
			if file.Content, err = fill(string(text), values); err != nil {
				return err
			}
			file.Mode = 0o600
		}
		files = append(files, file)
		return nil
	})
	return files, err
}

func fill(text string, values any) ([]byte, error) {
	parsed, err := template.New("").Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, err
	}
	var filled bytes.Buffer
	err = parsed.Execute(&filled, values)
	return filled.Bytes(), err
}

// Write writes the files of the situation into a folder, which it makes where there is none. It writes over nothing: where a file or
// folder of one of the names is there, it writes nothing at all, and returns an [ExistsError]. Where it fails or the process is
// interrupted, it leaves nothing behind.
func (s Situation) Write(dir string, random io.Reader) ([]File, error) {
	files, err := s.Files(random)
	if err != nil {
		return nil, err
	}
	if there := present(dir, files); len(there) > 0 {
		return nil, &ExistsError{Dir: dir, Names: there}
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	if err := writeAll(dir, files, interrupts); err != nil {
		return nil, err
	}
	return files, nil
}

// errInterrupted says that a signal has come before all was written.
var errInterrupted = errors.New("interrupted: nothing was written")

// writeAll writes all files, or none.
func writeAll(dir string, files []File, interrupts <-chan os.Signal) error {
	var w written
	for _, file := range files {
		err := w.create(dir, file)
		select {
		case <-interrupts:
			err = errors.Join(err, errInterrupted)
		default:
		}
		if err == nil {
			continue
		}
		w.remove()
		if errors.Is(err, errIsThere) { // another process was faster
			return &ExistsError{Dir: dir, Names: []string{file.Name}}
		}
		return err
	}
	return nil
}

// present returns what is there of the files, by the names in the folder itself.
func present(dir string, files []File) []string {
	var there []string
	for _, file := range files {
		name, _, _ := strings.Cut(file.Name, "/")
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil && !slices.Contains(there, name) {
			there = append(there, name)
		}
	}
	return there
}

// errIsThere says that a file is there already.
var errIsThere = errors.New("is there already")

// written are the files and folders that were made, in their order.
type written []string

// create writes a file that is not there, with the folders above it.
func (w *written) create(dir string, file File) error {
	name := filepath.Join(dir, filepath.FromSlash(file.Name))
	if err := w.makeFolder(filepath.Dir(name)); err != nil {
		return err
	}
	created, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, file.Mode)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s %w", name, errIsThere)
	case err != nil:
		return err
	}
	*w = append(*w, name)
	_, err = created.Write(file.Content)
	return errors.Join(err, created.Close())
}

// makeFolder makes a folder with those above it, where there is none.
func (w *written) makeFolder(dir string) error {
	var missing []string
	for folder := dir; ; folder = filepath.Dir(folder) {
		if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) || folder == filepath.Dir(folder) {
			break
		}
		missing = append(missing, folder)
	}
	slices.Reverse(missing)
	*w = append(*w, missing...)
	return os.MkdirAll(dir, 0o755)
}

// remove takes back what was made. A folder that has something else in it stays.
func (w *written) remove() {
	for _, name := range slices.Backward(*w) {
		_ = os.Remove(name)
	}
}
