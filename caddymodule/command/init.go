package command

import (
	"crypto/rand"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/scaffold"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
)

// initCommand is `caddy workos init`.
func initCommand() *cobra.Command {
	c := newCommand(`init [alone|replay|mixed]
Writes a seed and a Caddyfile to begin with

Writes a seed and a Caddyfile with comments, for one of three situations:

  alone   `+about("alone")+`
  replay  `+about("replay")+`
  mixed   `+about("mixed")+`

Without a situation, it is alone. Nothing is written over: where one of the files is
there already, none is written.

The keys of alone and replay are known to everybody, and open nothing but this
emulator. For mixed, a key and a client secret are made, in a seed that only you can
read.
Examples:
  caddy workos init
  caddy workos init replay --dir testing/workos
  caddy workos init mixed`, cobra.ArbitraryArgs)
	dir := c.Flags().String("dir", ".", "The folder to write into")
	c.ValidArgs = scaffold.Names()
	c.RunE = func(c *cobra.Command, given []string) error { return initialize(c.OutOrStdout(), *dir, given) }
	return c
}

func about(name string) string {
	for _, s := range scaffold.Situations() {
		if s.Name == name {
			return s.About
		}
	}
	return ""
}

// initialize writes the files, and says which, and what to do next.
func initialize(w io.Writer, dir string, given []string) error {
	s, err := situationOf(given)
	if err != nil {
		return err
	}
	var folder string
	if err := option.Expand("--dir", dir, &folder); err != nil {
		return err
	}
	if folder == "" {
		return fmt.Errorf("--dir: name a folder")
	}
	files, err := s.Write(folder, rand.Reader)
	if err != nil {
		return option.Option{Name: "--dir", Text: dir, Value: folder}.Failed(err)
	}
	if len(given) == 0 {
		fmt.Fprintf(w, "For %s, because no other situation was asked for (%s):\n\n", s.Name, strings.Join(scaffold.Names(), ", "))
	}
	fmt.Fprintf(w, "Wrote: %s.\n", s.About)
	for _, file := range files {
		only := ""
		if file.Mode == 0o600 {
			only = "  (with secrets: only you can read it)"
		}
		fmt.Fprintf(w, "  %s%s\n", filepath.Join(option.Shown(dir), filepath.FromSlash(file.Name)), only)
	}
	fmt.Fprintln(w, "\nNext:")
	if filepath.Clean(folder) != "." {
		fmt.Fprintf(w, "  %s\n", changeTo(option.Option{Text: dir, Value: folder}))
	}
	for _, step := range s.Next {
		fmt.Fprintf(w, "  %s\n      %s\n", step.Command, step.About)
	}
	for _, note := range s.Notes {
		fmt.Fprintf(w, "\n%s\n", note)
	}
	return nil
}

// changeTo is the command that goes to a folder, or what to do where its name cannot be shown.
func changeTo(folder option.Option) string {
	name := folder.Text
	switch {
	case option.Shown(name) != name:
		return "(in that folder)"
	case name != folder.Value: // a placeholder
		return "cd " + name
	case strings.HasPrefix(name, "-"):
		name = "./" + name
	}
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-./:+,@%"+string(filepath.Separator), r)
	}
	if strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) >= 0 {
		name = "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	return "cd " + name
}

// situationOf is the situation that was asked for, or the first.
func situationOf(given []string) (scaffold.Situation, error) {
	all, names := scaffold.Situations(), scaffold.Names()
	switch len(given) {
	case 0:
		return all[0], nil
	case 1:
		if i := slices.Index(names, given[0]); i >= 0 {
			return all[i], nil
		}
		return scaffold.Situation{}, fmt.Errorf("there is no situation %s%s: want one of %s",
			option.Quoted(given[0]), option.DidYouMean(given[0], names), strings.Join(names, ", "))
	}
	return scaffold.Situation{}, fmt.Errorf("several situations: want one of %s", strings.Join(names, ", "))
}
