package caddymodule

import (
	"regexp"
	"strings"
	"testing"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagTables are those of `caddy workos` and of each command below it that has flags. Each command has a chapter in the page.
func flagTables(t *testing.T, page string) (tables []referenceTable) {
	t.Helper()
	var add func(c *cobra.Command, path string)
	add = func(c *cobra.Command, path string) {
		if !strings.Contains(page, "\n## "+path+"\n") {
			t.Errorf("there is no chapter of %s", path)
		}
		table := referenceTable{name: path, head: []string{"flag", "meaning", "default"}}
		c.Flags().SortFlags = false
		c.Flags().VisitAll(func(flag *pflag.Flag) { table.rows = append(table.rows, flagRow(flag)) })
		if len(table.rows) > 0 {
			tables = append(tables, table)
		}
		for _, below := range c.Commands() {
			add(below, path+" "+below.Name())
		}
	}
	root := new(cobra.Command)
	caddycmd.Commands()["workos"].CobraFunc(root)
	add(root, "caddy workos")
	return tables
}

var quotedInUsage = regexp.MustCompile(`(^|\W)'([^']+)'`)

var defaultInUsage = regexp.MustCompile(` \(default: (.+)\)$`)

// flagRow says of a flag what the help does.
func flagRow(flag *pflag.Flag) []string {
	name, meaning, standard := code("--"+flag.Name), flag.Usage, code(flag.DefValue)
	if flag.Shorthand != "" {
		name += ", " + code("-"+flag.Shorthand)
	}
	switch found := defaultInUsage.FindStringSubmatch(meaning); {
	case found != nil:
		meaning, standard = defaultInUsage.ReplaceAllString(meaning, ""), found[1]
	case flag.DefValue == "true":
		standard = "on"
	case flag.DefValue == "false":
		standard = "off"
	case flag.DefValue == "", flag.DefValue == "[]":
		standard = "none"
	}
	return []string{name, quotedInUsage.ReplaceAllString(meaning, "$1`$2`"), standard}
}
