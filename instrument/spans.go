package instrument

import (
	"go/ast"
	"slices"
	"strconv"
)

// testingName is by which name a test file knows package testing; empty in other files and without the import.
func testingName(name string, file *ast.File) string {
	if !isTestFile(name) {
		return ""
	}
	for _, spec := range file.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil && path == "testing" {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return path
		}
	}
	return ""
}

// spanOf returns the name of the parameter that tells which test a function belongs to: its only one, of type *testing.T,
// *testing.B or *testing.F. It is empty when there is none.
func (r *rewriter) spanOf(typ *ast.FuncType) string {
	if r.testing == "" || len(typ.Params.List) != 1 || len(typ.Params.List[0].Names) != 1 {
		return ""
	}
	param := typ.Params.List[0]
	name := param.Names[0].Name
	if name == "_" || !r.isTesting(param.Type) {
		return ""
	}
	return name
}

// isTesting reports whether typ is *testing.T, *testing.B or *testing.F.
func (r *rewriter) isTesting(typ ast.Expr) bool {
	ptr, ok := typ.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := ptr.X.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"T", "B", "F"}, sel.Sel.Name) {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == r.testing && pkg.Obj == nil
}
