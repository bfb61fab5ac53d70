package caddymodule

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/directive"
	"github.com/caddy-workos/caddy-workos/emulator"
)

// optionTables are those of the directives and of the transport. What an option means is said by the comment of its field.
func optionTables(t *testing.T) []referenceTable {
	t.Helper()
	return []referenceTable{
		optionTable(t, "emulator.go", "workos_emulator", emulatorOptions),
		optionTable(t, "fixtures.go", "workos_fixtures", fixturesOptions),
		optionTable(t, "transport.go", "transport workos", transportOptions),
		shortTable(t),
	}
}

// optionTable lists the argument of a directive, its options in their order, and then what JSON alone has.
func optionTable[T any](t *testing.T, file, name string, options directive.Options[T]) referenceTable {
	t.Helper()
	table := referenceTable{name: name, head: []string{"Caddyfile", "JSON", "meaning", "default"}}
	config := reflect.TypeFor[T]()
	comments := fieldComments(t, file, config.Name())
	var inJSON []string
	rows := map[string][]string{}
	for i := range config.NumField() {
		field := config.Field(i)
		json, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if json == "" {
			continue
		}
		meaning, standard := split(t, json, comments[field.Name])
		caddyfile := ""
		if at := slices.Index(options.Names(), json); at >= 0 {
			caddyfile = code(json)
			meaning += argumentsOf(field.Type.Kind(), options[at].Bare)
		} else if json == "dir" {
			caddyfile = "the argument"
			table.rows = append(table.rows, []string{caddyfile, code(json), meaning, standard})
			continue
		} else {
			inJSON = append(inJSON, json)
		}
		rows[json] = []string{caddyfile, code(json), meaning, standard}
	}
	for _, json := range append(options.Names(), inJSON...) {
		if rows[json] == nil {
			t.Errorf("%s: the option %s has no field", name, json)
		}
		table.rows = append(table.rows, rows[json])
	}
	return table
}

// argumentsOf says how an option is written in a Caddyfile, where that is not with one argument.
func argumentsOf(kind reflect.Kind, bare bool) string {
	switch {
	case kind == reflect.Slice:
		return " Repeatable."
	case kind == reflect.Bool && bare:
		return " It takes no argument."
	case kind == reflect.Bool:
		return " `on` (also without an argument) or `off`."
	}
	return ""
}

// shortTable lists the options of `workos` itself.
func shortTable(t *testing.T) referenceTable {
	t.Helper()
	table := referenceTable{name: "workos", head: []string{"Caddyfile", "meaning", "default"}}
	comments := fieldComments(t, "short.go", "short")
	for _, name := range ownOptions.Names() {
		meaning, standard := split(t, name, comments[name])
		table.rows = append(table.rows, []string{code(name), meaning, standard})
	}
	return table
}

// groupTable lists the groups of endpoints.
func groupTable() referenceTable {
	table := referenceTable{name: "groups", head: []string{"group", "endpoints"}}
	for _, group := range emulator.Groups() {
		table.rows = append(table.rows, []string{code(group), endpoints(emulator.Endpoints(group))})
	}
	return table
}

// endpoints names each path once, with all of its methods.
func endpoints(routes []string) string {
	var paths []string
	methods := map[string][]string{}
	for _, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		if methods[path] == nil {
			paths = append(paths, path)
		}
		methods[path] = append(methods[path], method)
	}
	for i, path := range paths {
		paths[i] = code(strings.Join(methods[path], ", ") + " " + path)
	}
	return strings.Join(paths, "<br>")
}

// fieldComments are the comments of a struct's fields, each in one line.
func fieldComments(t *testing.T, file, name string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	comments := map[string]string{}
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, ok := node.(*ast.TypeSpec)
		if !ok || spec.Name.Name != name {
			return true
		}
		for _, field := range spec.Type.(*ast.StructType).Fields.List {
			for _, name := range field.Names {
				comments[name.Name] = strings.Join(strings.Fields(field.Doc.Text()), " ")
			}
		}
		return false
	})
	return comments
}

// split takes the default off the end of a comment.
func split(t *testing.T, name, comment string) (meaning, standard string) {
	t.Helper()
	meaning, standard, ok := strings.Cut(comment, " Default: ")
	if !ok || meaning == "" || !strings.HasSuffix(standard, ".") {
		t.Errorf("the comment of %s does not end in a sentence that begins with Default: %q", name, comment)
	}
	return meaning, strings.TrimSuffix(standard, ".")
}

func code(text string) string { return "`" + text + "`" }
