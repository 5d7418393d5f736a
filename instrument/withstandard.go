package instrument

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// linkedFile is a file that every standard package with hooks gets. These packages can't import package hook, so the linker
// leads them there.
const linkedFile = "goapptrace_linked.go"

const linkedSource = `package %s

import goapptraceUnsafe "unsafe"

type goapptraceFunc struct{ p goapptraceUnsafe.Pointer }

//go:linkname goapptraceEnter goapptrace.enter
//go:noescape
func goapptraceEnter(*goapptraceFunc) (goapptraceUnsafe.Pointer, int64)

//go:linkname goapptraceLeave goapptrace.leave
//go:noescape
func goapptraceLeave(goapptraceUnsafe.Pointer, int64)

//go:linkname goapptraceLeaveError goapptrace.leaveError
//go:noescape
func goapptraceLeaveError(goapptraceUnsafe.Pointer, int64, *error)
`

// rewriteStandard hooks a standard package.
func (in *packageInput) rewriteStandard(s store) (hookedPackage, error) {
	var done hookedPackage
	files := in.parse(in.Files)
	scopes := newScopes(files)
	for _, file := range files {
		out := file.rewriteLinked(scopes.of(file), in.Options.All)
		done.add(out)
		if out.Hooked == 0 {
			continue
		}
		if err := done.keep(s, in, filepath.Base(file.name), out.Source); err != nil {
			return done, err
		}
	}
	if done.Hooked == 0 {
		return done, nil
	}
	return done, done.keep(s, in, linkedFile, fmt.Appendf(nil, linkedSource, in.Name))
}

// rewriteLinked inserts hooks into a file of a standard package.
func (s *source) rewriteLinked(declared scope, all bool) Rewritten {
	r := &rewriter{
		opts:    RewriteOptions{All: all},
		tok:     s.tok,
		scope:   declared,
		table:   tableName + strconv.FormatUint(nameHash(s.name), 16),
		pragmas: pragmas(s.ast),
	}
	for _, decl := range s.ast.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			if fn.Body == nil {
				continue
			}
			if fn.Name.Name == "_" || r.pragmas[fn] == hookless {
				r.skipped++
				continue
			}
			r.link(fn.Type, fn.Body)
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok {
				r.link(lit.Type, lit.Body)
			}
			return true
		})
	}
	out := Rewritten{Source: s.text, Hooked: r.hooked, Leaves: r.leaves, Skipped: r.skipped}
	if r.hooked > 0 {
		r.insert(s.ast.FileEnd, "\nvar %s [%d]goapptraceFunc\n", r.table, r.hooked)
		out.Source = apply(s.text, r.edits)
	}
	return out
}

// link is hook for a package that the linker leads to its hooks.
func (r *rewriter) link(typ *ast.FuncType, body *ast.BlockStmt) {
	if !r.opts.All && r.isLeaf(body) {
		r.leaves++
		return
	}
	leave := "goapptraceLeave(goapptraceT, goapptraceS)"
	if r.returnsError(typ) {
		names := r.nameResults(typ, false)
		leave = "goapptraceLeaveError(goapptraceT, goapptraceS, &" + names[len(names)-1] + ")"
	}
	r.insert(body.Lbrace+1, " if goapptraceT, goapptraceS := goapptraceEnter(&%s[%d]); goapptraceS != 0 { defer %s };", r.table, r.hooked, leave)
	r.hooked++
}

// outsideImports are the packages that the injected ones import, less themselves.
func (in injector) outsideImports(runtime fs.FS) ([]string, error) {
	names, err := in.names(runtime)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, name := range names {
		src, err := fs.ReadFile(runtime, name)
		if err != nil {
			return nil, fmt.Errorf("read a source to inject: %w", err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return nil, fmt.Errorf("read a source to inject: %w", err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err == nil && !strings.HasPrefix(path, sourceModule+"/") {
				all = append(all, path)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
