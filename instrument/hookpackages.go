package instrument

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// rewrite hooks the user's own packages.
func (p *planner) rewrite(packages []*listed) error {
	p.embedded = embeddedFiles(packages)
	for _, pkg := range packages {
		if !pkg.own() {
			continue
		}
		done := Package{ImportPath: pkg.ImportPath, Name: pkg.Name, Dir: pkg.Dir}
		if err := p.rewritePackage(&done, pkg); err != nil {
			return err
		}
		p.plan.Packages = append(p.plan.Packages, done)
	}
	if len(p.plan.Packages) == 0 {
		return ErrNothingToHook
	}
	p.noteSpared()
	slices.SortFunc(p.plan.Packages, func(a, b Package) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	return nil
}

func (p *planner) rewritePackage(done *Package, pkg *listed) error {
	opts := RewriteOptions{Prefix: p.prefix, Main: p.mode == Building}
	for _, name := range slices.Concat(pkg.GoFiles, pkg.CgoFiles) {
		if err := p.rewriteFile(done, filepath.Join(pkg.Dir, name), opts); err != nil {
			return err
		}
	}
	if p.mode != Testing || pkg.DepOnly {
		return nil
	}
	tests := slices.Concat(pkg.TestGoFiles, pkg.XTestGoFiles)
	opts.TestMain = !p.declareTestMain(pkg.Dir, slices.Concat(tests, pkg.GoFiles))
	for _, name := range tests {
		path := filepath.Join(pkg.Dir, name)
		if err := p.rewriteFile(done, path, opts); err != nil {
			return err
		}
		opts.TestMain = opts.TestMain && p.embedded[path] // one per test binary
	}
	return nil
}

// noteSpared tells of the files that have no hooks since the program embeds them.
func (p *planner) noteSpared() {
	switch n := len(p.spared); {
	case n == 1:
		p.plan.Notices = append(p.plan.Notices, fmt.Sprintf("%s has no hooks: the program embeds the file.", p.spared[0]))
	case n > 1:
		p.plan.Notices = append(p.plan.Notices, fmt.Sprintf("%d files have no hooks, %s for one: the program embeds them.", n, p.spared[0]))
	}
}

// rewriteFile hooks one file, unless the program would see that.
func (p *planner) rewriteFile(done *Package, path string, opts RewriteOptions) error {
	if p.embedded[path] {
		p.spared = append(p.spared, path)
		return nil
	}
	src, out, ok := p.rewriteSource(path, opts)
	if !ok {
		return nil
	}
	done.Hooked += out.Hooked
	done.Skipped += out.Skipped
	if len(out.Source) == len(src) {
		return nil
	}
	file, err := p.store.put(filepath.Base(path), out.Source)
	p.overlay[path], p.plan.rewritten[path] = file, file
	return err
}

// rewriteSource is not ok with what can't be read or parsed. Such a file stays out of the overlay, and the go command has the words for it.
func (p *planner) rewriteSource(path string, opts RewriteOptions) (src []byte, out Rewritten, ok bool) {
	src, err := p.user.read(path)
	if err != nil {
		return nil, Rewritten{}, false
	}
	out, err = Rewrite(path, src, opts)
	return src, out, err == nil
}

// declareTestMain reports whether one of the files has a func TestMain, which leaves no room for ours.
func (p *planner) declareTestMain(dir string, files []string) bool {
	return slices.ContainsFunc(files, func(name string) bool {
		src, err := p.user.read(filepath.Join(dir, name))
		if err != nil || !bytes.Contains(src, []byte("TestMain")) {
			return false
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		return err == nil && slices.ContainsFunc(file.Decls, func(decl ast.Decl) bool {
			fn, ok := decl.(*ast.FuncDecl)
			return ok && fn.Recv == nil && fn.Name.Name == "TestMain"
		})
	})
}

// embeddedFiles are those that the packages embed: in an overlay a program would get the text with hooks.
func embeddedFiles(packages []*listed) map[string]bool {
	all := make(map[string]bool)
	for _, pkg := range packages {
		for _, name := range slices.Concat(pkg.EmbedFiles, pkg.TestEmbedFiles, pkg.XTestEmbedFiles) {
			all[filepath.Join(pkg.Dir, filepath.FromSlash(name))] = true
		}
	}
	return all
}
