package instrument

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// rewrite hooks the user's own packages, and those that were chosen beside them.
func (p *planner) rewrite(packages []*listed) error {
	hooked := slices.DeleteFunc(slices.Clone(packages), func(pkg *listed) bool { return !pkg.hooked() })
	if len(hooked) == 0 {
		return ErrNothingToHook
	}
	p.plan.Packages = make([]Package, len(hooked))
	errs := make([]error, len(hooked))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(hooked)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(hooked)); i = next.Add(1) - 1 {
				pkg := hooked[i]
				p.plan.Packages[i] = Package{ImportPath: pkg.ImportPath, Name: pkg.Name, Dir: pkg.Dir}
				errs[i] = p.rewritePackage(&p.plan.Packages[i], pkg)
			}
		})
	}
	workers.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	p.noteSpared()
	slices.SortFunc(p.plan.Packages, func(a, b Package) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	return nil
}

func (p *planner) rewritePackage(done *Package, pkg *listed) error {
	if pkg.Standard {
		return p.rewriteStandard(done, pkg)
	}
	files := p.parse(pkg.Dir, slices.Concat(pkg.GoFiles, pkg.CgoFiles))
	var tests []*source
	if p.mode == Testing && !pkg.DepOnly {
		tests = p.parse(pkg.Dir, slices.Concat(pkg.TestGoFiles, pkg.XTestGoFiles))
	}
	scopes := newScopes(files, tests)
	opts := p.rewriteOptions(pkg)
	for _, file := range files {
		if err := p.rewriteFile(done, file, scopes.of(file), opts); err != nil {
			return err
		}
	}
	opts.TestMain = !scopes.declare("TestMain") // there is no room for ours otherwise
	for _, file := range tests {
		if opts.Package = pkg.ImportPath; file.ast.Name.Name != pkg.Name {
			opts.Package += "_test"
		}
		if err := p.rewriteFile(done, file, scopes.of(file), opts); err != nil {
			return err
		}
		opts.TestMain = opts.TestMain && p.embedded[file.name] // one per test binary
	}
	return nil
}

func (p *planner) rewriteOptions(pkg *listed) RewriteOptions {
	opts := RewriteOptions{Prefix: p.prefix, Package: pkg.ImportPath, Main: p.mode == Building, All: p.all, Args: p.args}
	if pkg.Name == "main" && p.mode == Building {
		opts.Package = "main"
	}
	return opts
}

// parse reads files of a directory. What can't be read or parsed stays out of the overlay, and the go command has the words for it.
func (p *planner) parse(dir string, names []string) []*source {
	var files []*source
	for _, name := range names {
		path := filepath.Join(dir, name)
		text, err := p.user.read(path)
		if err != nil {
			continue
		}
		if file, err := parseSource(path, text); err == nil {
			files = append(files, file)
		}
	}
	return files
}

// noteSpared tells of the files that have no hooks since the program embeds them.
func (p *planner) noteSpared() {
	slices.Sort(p.spared)
	switch n := len(p.spared); {
	case n == 1:
		p.plan.Notices = append(p.plan.Notices, fmt.Sprintf("%s has no hooks: the program embeds the file.", p.spared[0]))
	case n > 1:
		p.plan.Notices = append(p.plan.Notices, fmt.Sprintf("%d files have no hooks, %s for one: the program embeds them.", n, p.spared[0]))
	}
}

// rewriteFile hooks one file, unless the program would see that.
func (p *planner) rewriteFile(done *Package, file *source, declared scope, opts RewriteOptions) error {
	if p.embedded[file.name] {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.spared = append(p.spared, file.name)
		return nil
	}
	out := file.rewrite(declared, opts)
	done.add(out)
	if len(out.Source) == len(file.text) {
		return nil
	}
	return p.replace(file.name, out.Source)
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
