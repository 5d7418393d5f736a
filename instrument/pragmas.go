package instrument

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// pragma is what directives say about a function.
type pragma int

const (
	_         pragma = iota
	outOfLine        // never put in line, or entered from C
	hookless         // runs where a hook can't
)

// A function with one of these runs where a hook can't: without stack to grow into, on the
// system stack, or while the garbage collector or the race detector must not be met.
var unsafeDirectives = []string{
	"//go:nosplit",
	"//go:systemstack",
	"//go:nowritebarrier", // and nowritebarrierrec
	"//go:yeswritebarrierrec",
	"//go:norace",
}

// A function with one of these is a call wherever it is called.
var outOfLineDirectives = []string{"//go:noinline", "//export "}

// pragmas returns what is said about the file's functions. As for the compiler, a directive belongs
// to the declaration that follows it, blank lines between them or not.
func pragmas(file *ast.File) map[*ast.FuncDecl]pragma {
	linked := linkedToRuntime(file)
	found := make(map[*ast.FuncDecl]pragma)
	comments := file.Comments
	last := token.NoPos
	for _, decl := range file.Decls {
		var said pragma
		for len(comments) > 0 && comments[0].Pos() < decl.Pos() {
			if comments[0].Pos() > last {
				said = max(said, directives(comments[0]))
			}
			comments = comments[1:]
		}
		last = decl.End()
		if fn, ok := decl.(*ast.FuncDecl); ok {
			if linked[fn.Name.Name] {
				said = hookless
			}
			found[fn] = said
		}
	}
	return found
}

func directives(group *ast.CommentGroup) pragma {
	var said pragma
	for _, c := range group.List {
		is := func(directive string) bool { return strings.HasPrefix(c.Text, directive) }
		switch {
		case slices.ContainsFunc(unsafeDirectives, is):
			return hookless
		case slices.ContainsFunc(outOfLineDirectives, is):
			said = outOfLine
		}
	}
	return said
}

// linkedToRuntime names the functions that the file hands to the Go runtime, which calls them
// where ordinary code doesn't run.
func linkedToRuntime(file *ast.File) map[string]bool {
	linked := make(map[string]bool)
	for _, group := range file.Comments {
		for _, c := range group.List {
			words := strings.Fields(c.Text)
			if len(words) == 3 && words[0] == "//go:linkname" && strings.HasPrefix(words[2], "runtime.") {
				linked[words[1]] = true
			}
		}
	}
	return linked
}
