package instrument

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// rewrite hooks the user's own packages.
func (p *planner) rewrite(packages []*listed) error {
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
	opts.TestMain = !p.declaresTestMain(pkg.Dir, tests)
	for _, name := range tests {
		if err := p.rewriteFile(done, filepath.Join(pkg.Dir, name), opts); err != nil {
			return err
		}
		opts.TestMain = false // one per test binary
	}
	return nil
}

// rewriteFile hooks one file.
func (p *planner) rewriteFile(done *Package, path string, opts RewriteOptions) error {
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

var testMainPattern = regexp.MustCompile(`(?m)^func\s+TestMain\s*\(`)

func (p *planner) declaresTestMain(dir string, tests []string) bool {
	return slices.ContainsFunc(tests, func(name string) bool {
		src, err := p.user.read(filepath.Join(dir, name))
		return err == nil && testMainPattern.Match(src)
	})
}
