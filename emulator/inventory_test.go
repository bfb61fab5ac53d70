package emulator

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The tables that are not seeded, and those that no endpoint shows, each with the reason.
var (
	unseededTables = map[string]string{
		"answers":       "answers to an Idempotency-Key are made at run time",
		"Attempts":      "logins are made at run time",
		"Challenges":    "what a user has to prove is asked for at run time",
		"Codes":         "logins are made at run time",
		"Devices":       "logins are made at run time",
		"Interactions":  "logins are made at run time",
		"ProfileTokens": "logins are made at run time",
		"RefreshTokens": "logins are made at run time",
		"Sessions":      "logins are made at run time",

		"EmailVerifications": "what a user has to prove is asked for at run time",
		"Emails":             "emails are sent at run time",
		"MagicAuths":         "what a user has to prove is asked for at run time",
		"PasswordResets":     "what a user has to prove is asked for at run time",
	}
	unshownTables = map[string]string{
		"answers":         "they are given again by the endpoints that made them",
		"Attempts":        "they are known by their tokens",
		"Codes":           "they are known by their codes",
		"Devices":         "they are known by their codes",
		"Emails":          "the test API shows them, and WorkOS's API does not",
		"Interactions":    "they are known by their tokens",
		"ProfileTokens":   "they are known by their tokens",
		"RedirectURIs":    "WorkOS's API lists none",
		"CORSOrigins":     "WorkOS's API lists none",
		"RefreshTokens":   "they are known by their tokens",
		"EnvironmentKeys": "WorkOS's API has none",
	}
)

// TestEveryTableIsSeededAndShown compares the tables of the store, the kinds of the seed and the kinds of resources: each table is
// in all three, or is named above.
func TestEveryTableIsSeededAndShown(t *testing.T) {
	t.Parallel()
	tables := declaredTables(t, "../store")
	seeded, shown := usedTables(t, "seed", "Table"), usedTables(t, "resource", "table")
	for _, list := range []struct {
		name string
		has  []string
		but  map[string]string
	}{{"seeded", seeded, unseededTables}, {"shown by an endpoint", shown, unshownTables}} {
		want := slices.DeleteFunc(slices.Clone(tables), func(table string) bool { return list.but[table] != "" })
		if !slices.Equal(list.has, want) {
			t.Errorf("%s are the tables %v, want %v", list.name, list.has, want)
		}
		for _, table := range slices.Sorted(maps.Keys(list.but)) {
			if !slices.Contains(tables, table) {
				t.Errorf("there is no table %s", table)
			}
		}
	}
}

// declaredTables are the variables that a package makes by newTable.
func declaredTables(t *testing.T, dir string) (tables []string) {
	inspect(t, dir, func(node ast.Node) {
		v, ok := node.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			return
		}
		call, ok := v.Values[0].(*ast.CallExpr)
		if !ok {
			return
		}
		if f, ok := call.Fun.(*ast.Ident); ok && f.Name == "newTable" {
			tables = append(tables, v.Names[0].Name)
		}
	})
	slices.Sort(tables)
	return tables
}

// usedTables are the tables of the store that a package puts into a field of that name.
func usedTables(t *testing.T, dir, field string) (tables []string) {
	inspect(t, dir, func(node ast.Node) {
		pair, ok := node.(*ast.KeyValueExpr)
		if !ok {
			return
		}
		key, isName := pair.Key.(*ast.Ident)
		value, isSelector := pair.Value.(*ast.SelectorExpr)
		if !isName || !isSelector || key.Name != field {
			return
		}
		if of, ok := value.X.(*ast.Ident); ok && of.Name == "store" {
			tables = append(tables, value.Sel.Name)
		}
	})
	slices.Sort(tables)
	return tables
}

// inspect visits the code of a package, without its tests.
func inspect(t *testing.T, dir string, visit func(ast.Node)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(dir, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			visit(node)
			return true
		})
	}
}
