package document

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxReferredFile bounds what `{file.PATH}` puts into a seed, in bytes.
const maxReferredFile = 1 << 20

var (
	// placeholder finds what is replaced, `{env.NAME}` and `{file.PATH}`, and what looks as if it were: other placeholders of
	// Caddy's, and the environment variables of Caddyfiles and shells.
	placeholder = regexp.MustCompile(`\$\{[^{}]*\}|\{\$[^{}]*\}|\{[A-Za-z_][A-Za-z0-9_-]*\.[^{}]*\}`)
	envVariable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	envBegin    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*`)
)

func isPlaceholder(text string) bool { return placeholder.FindString(text) == text }

// expander replaces the placeholders of a seed.
type expander struct {
	lookupEnv    func(string) (string, bool)
	dir          string // that relative paths of files start from
	secretPrefix string
	files        map[string]referredFile
}

// referredFile is a file that was read.
type referredFile struct{ content, problem string }

// expand replaces placeholders. What they stand for is not expanded again. The problems hold no values.
func (e *expander) expand(raw string) (value string, problems []string) {
	if !strings.Contains(raw, "{") {
		return raw, nil
	}
	value = placeholder.ReplaceAllStringFunc(raw, func(reference string) string {
		value, problem := e.replace(reference)
		if problem != "" {
			problems = append(problems, problem)
		}
		return value
	})
	return value, problems
}

func (e *expander) replace(reference string) (value, problem string) {
	if strings.Contains(reference, "$") {
		return "", e.notReplaced(reference)
	}
	switch kind, argument, _ := strings.Cut(strings.Trim(reference, "{}"), "."); kind {
	case "env":
		return e.env(argument)
	case "file":
		return e.file(argument)
	default:
		return "", fmt.Sprintf("%sonly {env.NAME}, an environment variable, and {file.PATH}, the content of a file, are replaced in a seed", e.quotedPrefix(kind))
	}
}

func (e *expander) env(name string) (value, problem string) {
	if !envVariable.MatchString(name) {
		return "", "{env.…} must name an environment variable, such as {env.WORKOS_API_KEY}"
	}
	value, ok := e.lookupEnv(name)
	if !ok {
		problem = fmt.Sprintf("environment variable %s is not set", name)
	}
	return value, problem
}

// file returns the content of a file, without the line break at its end.
func (e *expander) file(path string) (value, problem string) {
	if path == "" {
		return "", "{file.…} must name a file, such as {file./run/secrets/workos}"
	}
	if known, ok := e.files[path]; ok {
		return known.content, known.problem
	}
	content, err := readReferred(path, e.dir)
	read := referredFile{content: content}
	if err != nil {
		read.problem = fmt.Sprintf("%s cannot be read: %v", e.shownFile(path), err)
	}
	if e.files == nil {
		e.files = map[string]referredFile{}
	}
	e.files[path] = read
	return read.content, read.problem
}

func readReferred(path, dir string) (string, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", cause(err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxReferredFile+1))
	switch {
	case err != nil:
		return "", cause(err)
	case len(content) > maxReferredFile:
		return "", fmt.Errorf("it is larger than %d MiB", maxReferredFile>>20)
	case !utf8.Valid(content):
		return "", errors.New("it is not valid UTF-8")
	}
	text := strings.TrimSuffix(string(content), "\n")
	return strings.TrimSuffix(text, "\r"), nil
}

// cause is an error of a file without the file's path.
func cause(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// shownFile names a file, unless a secret was put in the place of its path.
func (e *expander) shownFile(path string) string {
	if holdsPrefix(path, e.secretPrefix) {
		return "the file"
	}
	return fmt.Sprintf("file %q", path)
}

// notReplaced says how `${X}` and `{$X}` are written.
func (e *expander) notReplaced(reference string) string {
	name := envBegin.FindString(strings.TrimPrefix(strings.Trim(reference, "${}"), "env."))
	if name == "" || holdsPrefix(name, e.secretPrefix) {
		name = "NAME"
	}
	return fmt.Sprintf("environment variables are written {env.%s} in a seed, not ${…} or {$…}", name)
}

// quotedPrefix begins a message with the kind of a placeholder, unless a secret was put in its place.
func (e *expander) quotedPrefix(kind string) string {
	if holdsPrefix(kind, e.secretPrefix) {
		return ""
	}
	return fmt.Sprintf("{%s.…} is no placeholder here: ", kind)
}
