// Package seed reads the seed file: what the emulator holds when it starts. The file is checked as a
// whole, and all that is wrong with it is reported at once.
//
// A [Seed] is applied to a store, at the start as well as when the file has changed: see [Seed.Apply].
package seed

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/caddy-workos/caddy-workos/emulator/scan"
	"github.com/caddy-workos/caddy-workos/emulator/seed/document"
	"github.com/caddy-workos/caddy-workos/store"
)

//go:generate go run ./generate

// Schema is the JSON Schema (draft 2020-12) of the seed file, for editors.
//
//go:embed seed.schema.json
var Schema []byte

// maxFileSize bounds what is read: a seed file is written by hand or by a small script.
const maxFileSize = 64 << 20

// Options are what reading a seed depends on besides the file.
type Options struct {
	// LookupEnv finds the environment variables of `{env.NAME}`. It defaults to os.LookupEnv.
	LookupEnv func(string) (string, bool)
	// Dir is the folder that relative paths of `{file.PATH}` start from. It defaults to the seed file's in [Load], and to the
	// working directory elsewhere.
	Dir string
}

// Seed is a seed file that was found to be right. It does not change.
type Seed struct {
	kinds    []kind
	rows     map[kind]any    // a slice of each kind's
	declared map[string]bool // the blocks that the file has
	secrets  []scan.Secret   // those that the file pins
	held     []HeldKey
	warnings []Problem
	sources  map[string]string // see Shown
}

// Problem is one thing wrong with a seed file, or worth a warning. It never holds a secret's value.
type Problem = document.Problem

// Problems is everything wrong with a seed file, in the order of the file.
type Problems = document.Problems

// Nearest returns the candidate that a name was most likely meant to be, mistyped or written as elsewhere, or false where none is near.
func Nearest(name string, candidates []string) (string, bool) {
	return document.NearestName(name, candidates)
}

// Load reads a seed file: see [Read].
func Load(path string, o Options) (*Seed, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read seed: %w", err)
	}
	defer file.Close()
	if o.Dir == "" {
		o.Dir = filepath.Dir(path)
	}
	return Read(path, file, o)
}

// Read reads a seed, YAML or JSON. The name is that of the file in problems and warnings. The error of a seed that is
// wrong wraps [Problems].
func Read(name string, r io.Reader, o Options) (*Seed, error) {
	// One byte more than is allowed tells a file that is too large, of whatever kind it is.
	data, err := io.ReadAll(io.LimitReader(r, maxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("read seed: %w", err)
	}
	return Parse(name, data, o)
}

// Parse is [Read] from memory.
func Parse(name string, data []byte, o Options) (*Seed, error) { return parse(kinds, name, data, o) }

// parse is [Parse] for a format of some kinds.
func parse(kinds []kind, name string, data []byte, o Options) (*Seed, error) {
	if len(data) > maxFileSize {
		return nil, invalid(Problems{{File: name, Message: fmt.Sprintf("is larger than %d MiB", maxFileSize>>20)}})
	}
	doc := document.Read(name, data, document.Options{LookupEnv: o.LookupEnv, Dir: o.Dir, SecretPrefix: keyPrefix})
	f := &file{}
	if root, ok := doc.Root(); ok {
		if decoded, ok := fileBlock(kinds).Decode(root); ok {
			f = &decoded
		}
	}
	for _, k := range kinds {
		k.gather(f)
	}
	s := &Seed{kinds: kinds, rows: map[kind]any{}}
	newResolver(doc, f, s).resolve()
	if problems := doc.Problems(); len(problems) > 0 {
		return nil, invalid(problems)
	}
	s.warnings, s.sources, s.declared = doc.Warnings(), doc.Sources(), f.declared
	return s, nil
}

func invalid(problems Problems) error { return fmt.Errorf("decode seed: %w", problems) }

// Empty returns the seed of no file, which holds nothing but the [DefaultKey].
func Empty() *Seed {
	s, err := Parse("", nil, Options{})
	if err != nil {
		panic(err) // nothing is in it that could be wrong
	}
	return s
}

// Secrets returns what is to be known of the API keys and client secrets that the file pins. Those that it leaves out are
// made at random, and are known by their mark: see package scan. They must not be changed.
func (s *Seed) Secrets() []scan.Secret { return slices.Clip(s.secrets) }

// PassesKeysOn tells whether a key of the file stands for the real one: an environment key that is not public, or a
// customer's with `upstream: true`.
func (s *Seed) PassesKeysOn() bool {
	return slices.ContainsFunc(environmentKeys.of(s), func(k seeded[store.EnvironmentKey]) bool { return !k.row.LocalOnly }) ||
		slices.ContainsFunc(apiKeys.of(s), func(k seeded[store.APIKey]) bool { return k.row.Upstream })
}

// Warnings returns what the file holds to no effect.
func (s *Seed) Warnings() []Problem { return slices.Clone(s.warnings) }

// Shown is how a value of the file is told in an error: as the file has it, with the placeholder in the place of what it
// stands for.
func (s *Seed) Shown(value string) string {
	if raw, ok := s.sources[value]; ok {
		return raw
	}
	return value
}
