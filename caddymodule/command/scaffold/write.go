package scaffold

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
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
// folder of one of the names is there, it writes nothing at all, and returns an [ExistsError].
func (s Situation) Write(dir string, random io.Reader) ([]File, error) {
	files, err := s.Files(random)
	if err != nil {
		return nil, err
	}
	if there := present(dir, files); len(there) > 0 {
		return nil, &ExistsError{Dir: dir, Names: there}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for i, file := range files {
		if err := create(dir, file); err != nil {
			remove(dir, files[:i])
			return nil, err
		}
	}
	return files, nil
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

// create writes a file that is not there.
func create(dir string, file File) (err error) {
	name := filepath.Join(dir, filepath.FromSlash(file.Name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	created, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, file.Mode)
	if err != nil {
		return err
	}
	_, err = created.Write(file.Content)
	if err = errors.Join(err, created.Close()); err != nil {
		_ = os.Remove(name)
	}
	return err
}

// remove takes back what was written before something failed, with the folders that are then empty.
func remove(dir string, files []File) {
	for _, file := range files {
		for name := file.Name; name != "."; name = path.Dir(name) {
			if os.Remove(filepath.Join(dir, filepath.FromSlash(name))) != nil {
				break
			}
		}
	}
}
