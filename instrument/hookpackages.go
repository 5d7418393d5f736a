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
	inParallel(len(hooked), func(i int) {
		pkg := hooked[i]
		p.plan.Packages[i] = Package{ImportPath: pkg.ImportPath, Name: pkg.Name, Dir: pkg.Dir}
		errs[i] = p.hookPackage(&p.plan.Packages[i], pkg)
	})
	if err := errors.Join(errs...); err != nil {
		return err
	}
	p.noteSpared()
	if err := p.nameFunctions(hooked); err != nil {
		return err
	}
	slices.SortFunc(p.plan.Packages, func(a, b Package) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	return nil
}

// inParallel calls do for the numbers below n, as many at once as there are processors.
func inParallel(n int, do func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	workers.Wait()
}

// hookPackage hooks one package, or takes what became of it when it was the same.
func (p *planner) hookPackage(done *Package, pkg *listed) error {
	in := p.input(pkg)
	out, known := p.store.recall(in)
	if !known {
		var err error
		if out, err = in.rewrite(p.store); err != nil {
			return err
		}
		p.store.remember(in, out)
	}
	done.Hooked, done.Leaves, done.Skipped = out.Hooked, out.Leaves, out.Skipped
	p.take(pkg.Dir, out)
	return nil
}

// take puts the files of a package into the overlay.
func (p *planner) take(dir string, out hookedPackage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, file := range out.Files {
		path, stored := filepath.Join(dir, name), filepath.Join(p.store.dir, file.Path)
		p.overlay[p.place(path)], p.plan.rewritten[path] = stored, stored
	}
	p.names = append(p.names, out.Names...)
	for _, name := range out.Spared {
		p.spared = append(p.spared, filepath.Join(dir, name))
	}
}

// input reads a package.
func (p *planner) input(pkg *listed) *packageInput {
	in := &packageInput{Program: programID(), Dir: pkg.Dir, ImportPath: pkg.ImportPath, Name: pkg.Name, Standard: pkg.Standard}
	r := p.relocation(pkg.Dir)
	in.Lines = r != nil && r.lines
	if pkg.Standard {
		in.Options.All = p.all
		in.Files = p.read(pkg.Dir, pkg.GoFiles) // those with C are few, and close to the system
		return in
	}
	in.Options = p.rewriteOptions(pkg)
	in.Files = p.read(pkg.Dir, slices.Concat(pkg.GoFiles, pkg.CgoFiles))
	if p.mode == Testing && !pkg.DepOnly {
		in.Tests = p.read(pkg.Dir, slices.Concat(pkg.TestGoFiles, pkg.XTestGoFiles))
	}
	return in
}

// read reads files of a directory. What can't be read stays out of the overlay, and the go command has the words for it.
func (p *planner) read(dir string, names []string) []inputFile {
	var files []inputFile
	for _, name := range names {
		path := filepath.Join(dir, name)
		if file := readInput(p.user.place(path)); file.Sum != nil {
			file.Name, file.Embedded = name, p.embedded[path]
			files = append(files, file)
		}
	}
	return files
}

// rewrite hooks the package's files.
func (in *packageInput) rewrite(s store) (hookedPackage, error) {
	if in.Standard {
		return in.rewriteStandard(s)
	}
	var done hookedPackage
	files, tests := in.parse(in.Files), in.parse(in.Tests)
	scopes := newScopes(files, tests)
	opts := in.Options
	for _, file := range files {
		if err := in.rewriteFile(s, &done, file, scopes.of(file), opts); err != nil {
			return done, err
		}
	}
	opts.TestMain = !scopes.declare("TestMain") // there is no room for ours otherwise
	for _, file := range tests {
		if opts.Package = in.ImportPath; file.ast.Name.Name != in.Name {
			opts.Package += "_test"
		}
		if err := in.rewriteFile(s, &done, file, scopes.of(file), opts); err != nil {
			return done, err
		}
		opts.TestMain = opts.TestMain && file.embedded // one per test binary
	}
	return done, nil
}

func (p *planner) rewriteOptions(pkg *listed) RewriteOptions {
	opts := RewriteOptions{Prefix: p.prefix, Package: pkg.ImportPath, Main: p.mode == Building, All: p.all, Args: p.args}
	if pkg.Name == "main" && p.mode == Building {
		opts.Package = "main"
	}
	return opts
}

// parse leaves out what can't be parsed: the go command has the words for that, too.
func (in *packageInput) parse(files []inputFile) []*source {
	var all []*source
	for _, file := range files {
		if parsed, err := parseSource(filepath.Join(in.Dir, file.Name), file.text); err == nil {
			parsed.embedded = file.Embedded
			all = append(all, parsed)
		}
	}
	return all
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
func (in *packageInput) rewriteFile(s store, done *hookedPackage, file *source, declared scope, opts RewriteOptions) error {
	name := filepath.Base(file.name)
	if file.embedded {
		done.Spared = append(done.Spared, name)
		return nil
	}
	out := file.rewrite(declared, opts)
	done.add(out)
	if len(out.Source) == len(file.text) {
		return nil
	}
	return done.keep(s, in, name, out.Source)
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
