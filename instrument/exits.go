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

// isLogFatal reports whether stmt is a call of log.Fatal, log.Fatalf or log.Fatalln.
func (x exits) isLogFatal(stmt ast.Stmt) bool {
	expr, ok := stmt.(*ast.ExprStmt)
	if !ok || x.log == "" {
		return false
	}
	call, ok := expr.X.(*ast.CallExpr)
	return ok && x.isCall(call, x.log, "Fatal", "Fatalf", "Fatalln")
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
