package instrument

import (
	"fmt"
	"go/ast"
)

// What results without a name are called, with their number behind it unless there is but one; and what is put behind a _.
const (
	resultName = "goapptraceR"
	blankName  = "goapptraceB"
)

// returnsError reports whether a function's last result has the predeclared type error.
func (r *rewriter) returnsError(typ *ast.FuncType) bool {
	if typ.Results == nil || len(typ.Results.List) == 0 {
		return false
	}
	last := typ.Results.List[len(typ.Results.List)-1]
	id, ok := ast.Unparen(last.Type).(*ast.Ident)
	return ok && r.scope.predeclared(id, "error")
}

// nameResults gives names to the results that have none, and returns those of all. A result called _ gets one only if it
// is the last or all are wanted, and is called _ in what is returned otherwise. Go wants names for all results or for none. As
// a function's results lie where they do whether they have names or not, the names change nothing that the program could see.
func (r *rewriter) nameResults(typ *ast.FuncType, all bool) []string {
	list := typ.Results.List
	if !typ.Results.Opening.IsValid() { // a lone type
		r.insert(list[0].Type.Pos(), "(%s ", resultName)
		r.insert(list[0].Type.End(), ")")
		return []string{resultName}
	}
	var names []string
	for i, field := range list {
		if field.Names == nil {
			names = append(names, fmt.Sprint(resultName, i))
			r.insert(field.Type.Pos(), "%s ", names[i])
		}
		for k, id := range field.Names {
			name := id.Name
			if last := i == len(list)-1 && k == len(field.Names)-1; name == "_" && (last || all) {
				suffix := fmt.Sprint(blankName, len(names))
				r.insert(id.End(), "%s", suffix)
				name += suffix
			}
			names = append(names, name)
		}
	}
	return names
}

// lacksResults reports whether a function that must return values has a return statement without any, which is a mistake
// unless its results have names.
func lacksResults(fn function) bool {
	results := fn.typ.Results
	if results == nil || len(results.List) == 0 || results.List[0].Names != nil {
		return false
	}
	lacks := false
	ast.Inspect(fn.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			lacks = lacks || len(n.Results) == 0
		}
		return !lacks
	})
	return lacks
}
