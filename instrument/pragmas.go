package instrument

import (
	"go/ast"
	"go/token"
	"strings"
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

// unsafePragmas returns the functions that must stay as they are. As for the compiler, a directive belongs
// to the declaration that follows it, blank lines between them or not.
func unsafePragmas(file *ast.File) map[*ast.FuncDecl]bool {
	linked := linkedToRuntime(file)
	found := make(map[*ast.FuncDecl]bool)
	comments := file.Comments
	last := token.NoPos
	for _, decl := range file.Decls {
		unsafe := false
		for len(comments) > 0 && comments[0].Pos() < decl.Pos() {
			unsafe = unsafe || comments[0].Pos() > last && hasUnsafeDirective(comments[0])
			comments = comments[1:]
		}
		last = decl.End()
		if fn, ok := decl.(*ast.FuncDecl); ok && (unsafe || linked[fn.Name.Name]) {
			found[fn] = true
		}
	}
	return found
}

func hasUnsafeDirective(group *ast.CommentGroup) bool {
	for _, c := range group.List {
		for _, d := range unsafeDirectives {
			if strings.HasPrefix(c.Text, d) {
				return true
			}
		}
	}
	return false
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
