package instrument

import (
	"go/ast"
	"go/token"
)

// ending announces the end where call brings it about. All arguments are evaluated by then: in
// log.Fatal(http.ListenAndServe(addr, nil)) the program lives in them.
func (r *rewriter) ending(call *ast.CallExpr) {
	if r.exits.isOSExit(call) {
		r.exit(call)
	} else if from, ok := r.exits.printed(call); ok && !r.delayed[call] {
		r.fatal(call, from)
	}
}

// later notes that the arguments of call are evaluated long before it is made.
func (r *rewriter) later(call *ast.CallExpr) { r.delayed[call] = true }

// exit wraps the status or, when the call is made later, the function.
func (r *rewriter) exit(call *ast.CallExpr) {
	wrapper, wrapped := "Exiting", call.Args[0]
	if r.delayed[call] {
		wrapper, wrapped = "ExitingLater", call.Fun
	}
	r.insert(wrapped.Pos(), "%s.%s(", hookName, wrapper)
	r.insert(wrapped.End(), ")")
}

// fatal wraps the values that a call prints, which are its arguments less the first ones. Package log finds the
// call's line by the depth of the stack, so the call itself has to stay where it is.
func (r *rewriter) fatal(call *ast.CallExpr, from int) {
	values, end := call.Args[from:], ")..."
	if call.Ellipsis != token.NoPos {
		end = ")"
	}
	if len(values) == 0 {
		r.insert(call.Rparen, "%s.Fatal(%s", hookName, end)
		return
	}
	r.insert(values[0].Pos(), "%s.Fatal(", hookName)
	r.insert(values[len(values)-1].End(), "%s", end)
}
