package instrument

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// exits knows by which names a file calls what ends a program.
type exits struct {
	os, log string              // local names of the packages; empty when not imported
	free    map[*ast.Ident]bool // identifiers that no declaration in the file binds, so imports do
}

func newExits(file *ast.File) exits {
	x := exits{free: make(map[*ast.Ident]bool)}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := path
		if spec.Name != nil {
			name = spec.Name.Name
		}
		switch path {
		case "os":
			x.os = name
		case "log":
			x.log = name
		}
	}
	for _, id := range file.Unresolved {
		if id.Name == x.os || id.Name == x.log {
			x.free[id] = true
		}
	}
	return x
}

// isOSExit reports whether call is os.Exit(code).
func (x exits) isOSExit(call *ast.CallExpr) bool {
	return len(call.Args) == 1 && x.os != "" && x.isCall(call, x.os, "Exit")
}

// printed returns what a call of log.Fatal, log.Fatalf or log.Fatalln prints as a list of values: how many arguments come
// before it, and whether there is such a list.
func (x exits) printed(call *ast.CallExpr) (from int, ok bool) {
	switch {
	case x.log == "":
		return 0, false
	case x.isCall(call, x.log, "Fatal", "Fatalln"):
		return 0, true
	default:
		// A lone argument may be a call with several results.
		return 1, len(call.Args) > 1 && x.isCall(call, x.log, "Fatalf")
	}
}

func (x exits) isCall(call *ast.CallExpr, pkg string, funcs ...string) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains(funcs, sel.Sel.Name) {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && id.Name == pkg && x.free[id]
}

// isTestMain reports whether fn is what the go command calls to run a test binary: func TestMain(m *testing.M).
func isTestMain(fn *ast.FuncDecl) bool {
	if fn.Recv != nil || fn.Name.Name != "TestMain" || len(fn.Type.Params.List) != 1 {
		return false
	}
	ptr, ok := fn.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	switch t := ptr.X.(type) {
	case *ast.SelectorExpr:
		return t.Sel.Name == "M"
	case *ast.Ident: // import . "testing"
		return t.Name == "M"
	}
	return false
}

func isTestFile(name string) bool { return strings.HasSuffix(name, "_test.go") }
