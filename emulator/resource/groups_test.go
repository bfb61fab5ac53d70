package resource

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryGroupIsInTheList finds the functions of the package that return a group of endpoints.
func TestEveryGroupIsInTheList(t *testing.T) {
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
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && returnsGroup(d.Type) {
					declared = append(declared, d.Name.Name)
				}
			case *ast.GenDecl:
				listed = append(listed, listOfKinds(d)...)
			}
		}
	}
	slices.Sort(declared)
	slices.Sort(listed)
	if !slices.Equal(declared, listed) || len(listed) != len(kinds) {
		t.Errorf("the groups are %v, and in the list are %v", declared, listed)
	}
}

// returnsGroup reports whether a function is a func(*Service) api.Group.
func returnsGroup(f *ast.FuncType) bool {
	if f.Results == nil || len(f.Results.List) != 1 {
		return false
	}
	result, ok := f.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && result.Sel.Name == "Group"
}

// listOfKinds returns the names in the list kinds.
func listOfKinds(d *ast.GenDecl) (names []string) {
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || v.Names[0].Name != "kinds" {
			continue
		}
		for _, element := range v.Values[0].(*ast.CompositeLit).Elts {
			names = append(names, element.(*ast.Ident).Name)
		}
	}
	return names
}
