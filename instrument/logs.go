package instrument

import (
	_ "embed"
	"fmt"
	"go/ast"
	"path/filepath"
	"slices"
)

// The files that packages get with which what they log is told.
var (
	//go:embed taps/log.go.txt
	logTap []byte
	//go:embed taps/slog.go.txt
	slogTap []byte
)

// tapFile is what the added file is called.
const tapFile = "goapptrace_tap.go"

// tap is how a package of the standard library tells what is logged.
type tap struct {
	pkg, file string
	added     []byte
	insert    func(*source) []edit // nil where the place isn't as it is known
}

var taps = []tap{
	{"log", "log.go", logTap, tapLog},
	{"log/slog", "logger.go", slogTap, tapSlog},
}

// tapLogs makes packages log and log/slog tell what is logged, if they take part and are as they are known. The standard library's
// files are compiled once for that; then they are in the go command's cache.
func (p *planner) tapLogs(packages []*listed) error {
	if below(p.env.GOROOT, p.env.GOMODCACHE) || p.isSet("linkshared") {
		return nil
	}
	for _, t := range taps {
		i := slices.IndexFunc(packages, func(pkg *listed) bool { return pkg.Standard && pkg.ImportPath == t.pkg })
		if i < 0 || packages[i].covered { // the cover tool reads the file as it is on disk
			continue
		}
		if err := p.tapPackage(t, packages[i].Dir); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) tapPackage(t tap, dir string) error {
	file := p.parseOverlaid(filepath.Join(dir, t.file))
	if file == nil {
		return nil
	}
	edits := t.insert(file)
	if edits == nil {
		return nil
	}
	tapped, err := p.store.put(t.file, apply(file.text, edits))
	if err != nil {
		return err
	}
	added, err := p.store.put(tapFile, t.added)
	if err != nil {
		return err
	}
	p.overlay[file.name], p.overlay[filepath.Join(dir, tapFile)] = tapped, added
	return nil
}

// parseOverlaid parses a file as the build would read it, with hooks perhaps. It is nil when that can't be done.
func (p *planner) parseOverlaid(path string) *source {
	if text, err := p.overlay.read(path); err == nil {
		if file, err := parseSource(path, text); err == nil {
			return file
		}
	}
	return nil
}

// tapLog finds where a log.Logger writes a line. Lines with a pc come from slog's default handler, which is below the tap there.
func tapLog(file *source) []edit {
	fn := file.method("Logger", "output")
	if fn == nil || !slices.Contains(fieldNames(fn.Type.Params), "pc") {
		return nil
	}
	for _, stmt := range fn.Body.List {
		assign, ok := stmt.(*ast.AssignStmt)
		if !ok || len(assign.Rhs) != 1 {
			continue
		}
		if call := callOf(assign.Rhs[0], "Write", 1); call != nil {
			return []edit{file.edit(stmt, "if pc == 0 && goapptraceTap != nil { goapptraceTap(%s) }; ", file.textOf(call.Args[0]))}
		}
	}
	return nil
}

// tapSlog finds where a slog.Logger hands a record to its handler.
func tapSlog(file *source) []edit {
	var edits []edit
	for _, name := range []string{"log", "logAttrs"} {
		fn := file.method("Logger", name)
		if fn == nil || len(fn.Body.List) == 0 {
			return nil
		}
		last, ok := fn.Body.List[len(fn.Body.List)-1].(*ast.AssignStmt)
		if !ok || len(last.Rhs) != 1 {
			return nil
		}
		call := callOf(last.Rhs[0], "Handle", 2)
		if call == nil {
			return nil
		}
		edits = append(edits, file.edit(last, "goapptraceRecord(%s); ", file.textOf(call.Args[1])))
	}
	return edits
}

// method finds the declaration of a pointer's method.
func (s *source) method(receiver, name string) *ast.FuncDecl {
	want := ".(*" + receiver + ")." + name
	for _, decl := range s.ast.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil && fn.Recv != nil && functionName("", fn) == want {
			return fn
		}
	}
	return nil
}

// callOf returns e if it calls a method of that name with so many arguments.
func callOf(e ast.Expr, method string, args int) *ast.CallExpr {
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != args {
		return nil
	}
	if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != method {
		return nil
	}
	return call
}

// textOf returns the source of an expression.
func (s *source) textOf(e ast.Expr) string {
	return string(s.text[s.tok.Offset(e.Pos()):s.tok.Offset(e.End())])
}

// edit is text to insert before a statement, on its line.
func (s *source) edit(before ast.Stmt, format string, args ...any) edit {
	return edit{s.tok.Offset(before.Pos()), fmt.Sprintf(format, args...)}
}
