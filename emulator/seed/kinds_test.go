package seed

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryKindIsInTheList finds the kinds in the source of the package.
func TestEveryKindIsInTheList(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var declared, listed []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			variables, ok := declaration.(*ast.GenDecl)
			if !ok || variables.Tok != token.VAR {
				continue
			}
			for _, spec := range variables.Specs {
				v := spec.(*ast.ValueSpec)
				switch {
				case len(v.Values) == 0:
				case v.Names[0].Name == "kinds":
					for _, element := range v.Values[0].(*ast.CompositeLit).Elts {
						listed = append(listed, element.(*ast.Ident).Name)
					}
				case isKind(v.Values[0]):
					declared = append(declared, v.Names[0].Name)
				}
			}
		}
	}
	slices.Sort(declared)
	slices.Sort(listed)
	if !slices.Equal(declared, listed) || len(listed) != len(kinds) {
		t.Errorf("the kinds are %v, and in the list are %v", declared, listed)
	}
}

// isKind tells `&kindOf[E, R]{…}`.
func isKind(value ast.Expr) bool {
	pointer, ok := value.(*ast.UnaryExpr)
	if !ok {
		return false
	}
	literal, ok := pointer.X.(*ast.CompositeLit)
	if !ok {
		return false
	}
	generic, ok := literal.Type.(*ast.IndexListExpr)
	if !ok {
		return false
	}
	name, ok := generic.X.(*ast.Ident)
	return ok && name.Name == "kindOf"
}
