package instrument

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// leafBudget is how large a function may be that stays without a hook, in nodes of its syntax tree. The compiler puts up to 80
// nodes of its own kind in line, of which it often makes more than one of ours: at 40 it takes nearly all.
const leafBudget = 40

// Builtins that the compiler puts in line or makes one quick call of.
var cheapBuiltins = []string{
	"append", "cap", "complex", "copy", "delete", "imag", "len", "make", "max", "min", "new", "real",
}

// Types that the language declares, as conversions name them.
var basicTypes = []string{
	"any", "bool", "byte", "complex128", "complex64", "error", "float32", "float64", "int", "int16", "int32", "int64", "int8",
	"rune", "string", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr",
}

// isLeaf reports whether a function with this body is small, calls nothing, waits for nothing, and doesn't loop, so
// that the compiler would put it in line. A hook would cost many times what it does itself.
func (r *rewriter) isLeaf(body *ast.BlockStmt) bool {
	budget := leafBudget
	ast.Inspect(body, func(n ast.Node) bool {
		if isCounter(n) { // so that it is one with coverage measured if it is one without
			return false
		}
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.LabeledStmt, *ast.SelectStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt, *ast.FuncLit:
			budget = -1
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				budget = -1
			}
		case *ast.GenDecl:
			if n.Tok == token.TYPE {
				budget = -1
			}
		case *ast.CallExpr:
			if !r.cheap(n.Fun) {
				budget = -1
			}
		}
		budget -= weight(n)
		return budget >= 0
	})
	return budget >= 0
}

// weight is what a node costs of the budget.
func weight(n ast.Node) int {
	switch n.(type) {
	case nil, *ast.BlockStmt, *ast.ExprStmt, *ast.DeclStmt, *ast.ParenExpr, *ast.SelectorExpr: // a selector has two identifiers
		return 0
	}
	return 1
}

// cheap reports whether calling fun is no call: it is a type to convert to, or a builtin function.
func (r *rewriter) cheap(fun ast.Expr) bool {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.InterfaceType:
		return true
	case *ast.Ident:
		switch r.scope.kind(fun) {
		case ast.Typ:
			return true
		case ast.Bad:
			return slices.Contains(cheapBuiltins, fun.Name) || slices.Contains(basicTypes, fun.Name)
		}
	case *ast.StarExpr: // (*T)(x), unless it is a pointer to a function
		return r.cheap(fun.X)
	case *ast.IndexExpr:
		return r.isType(fun.X)
	case *ast.IndexListExpr:
		return r.isType(fun.X)
	case *ast.SelectorExpr:
		pkg, ok := fun.X.(*ast.Ident)
		return ok && r.scope.kind(pkg) == ast.Bad && (pkg.Name == "unsafe" || pkg.Name == "time" && fun.Sel.Name == "Duration")
	}
	return false
}

// isType reports whether e is the name of a type that the package declares.
func (r *rewriter) isType(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && r.scope.kind(id) == ast.Typ
}

// mustHook reports whether a function is hooked however small it is: it is where a program, a test or C code begins, or the
// compiler was told not to put it in line.
func (r *rewriter) mustHook(file *ast.File, fn *ast.FuncDecl) bool {
	if r.pragmas[fn] == outOfLine {
		return true
	}
	if fn.Recv != nil {
		return false
	}
	name := fn.Name.Name
	return name == "init" || name == "main" && file.Name.Name == "main" ||
		isTestFile(r.tok.Name()) && slices.ContainsFunc([]string{"Test", "Benchmark", "Fuzz", "Example"}, func(prefix string) bool {
			return strings.HasPrefix(name, prefix)
		})
}
