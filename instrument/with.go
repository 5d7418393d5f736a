package instrument

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// choose marks the packages beside the user's own that [Options.With] asks for, and makes room for those that lie
// in the module cache.
func (p *planner) choose(ctx context.Context, patterns []string, runtime fs.FS, packages []*listed) error {
	for _, pattern := range patterns {
		if !mark(packages, pattern) {
			return fmt.Errorf("--with %q: none of the %d packages that take part matches; give import paths, "+
				"such as github.com/x/... or net/http, that \"go list -deps\" prints", pattern, len(packages))
		}
	}
	p.tls = p.linkTLS(packages)
	if err := p.chooseStandard(ctx, runtime, packages); err != nil {
		return err
	}
	return p.copyModules(ctx, packages)
}

// mark reports whether any package matches.
func mark(packages []*listed, pattern string) bool {
	matches := matcher(pattern)
	found := false
	for _, pkg := range packages {
		if matches(pkg) {
			found = true
			pkg.chosen = !pkg.own()
		}
	}
	return found
}

// matcher understands patterns as the go command does: "..." stands for any text, "x/..." for x too, and "std" for all
// standard packages.
func matcher(pattern string) func(*listed) bool {
	if pattern == "std" {
		return func(pkg *listed) bool { return pkg.Standard }
	}
	expr := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\.\.\.`, `.*`)
	if base, ok := strings.CutSuffix(expr, `/.*`); ok {
		expr = base + `(/.*)?`
	}
	re := regexp.MustCompile(`^(` + expr + `)$`)
	return func(pkg *listed) bool { return re.MatchString(pkg.ImportPath) }
}

// chooseStandard gives up those standard packages that can't have hooks.
func (p *planner) chooseStandard(ctx context.Context, runtime fs.FS, packages []*listed) error {
	chosen := slices.DeleteFunc(slices.Clone(packages), func(pkg *listed) bool { return !pkg.chosen || !pkg.Standard })
	if len(chosen) == 0 {
		return nil
	}
	if below(p.env.GOROOT, p.env.GOMODCACHE) {
		return fmt.Errorf("--with %s: the toolchain %s lies in the module cache, where the go command allows no overlay; "+
			"install it elsewhere, and set GOTOOLCHAIN=local", chosen[0].ImportPath, p.env.GOVERSION)
	}
	ours, err := p.runtimeClosure(ctx, runtime)
	if err != nil {
		return err
	}
	var core, inner, covered []string
	for _, pkg := range chosen {
		switch path := pkg.ImportPath; {
		case ofRuntime(path):
			inner = append(inner, path)
		case ours[path]:
			core = append(core, path)
		case pkg.covered:
			covered = append(covered, path)
		default:
			continue
		}
		pkg.chosen = false
	}
	p.noteLeftOut(core, "hooks and what sends their records need it themselves", "hooks and what sends their records need them themselves")
	p.noteLeftOut(inner, "it is an inner part of the standard library", "they are inner parts of the standard library")
	p.noteLeftOut(covered, "its coverage is measured", "their coverage is measured")
	return nil
}

// ofRuntime reports whether a standard package is bound to the runtime, or another's inside.
func ofRuntime(path string) bool {
	words := strings.Split(path, "/")
	return words[0] == "runtime" || words[0] == "vendor" || slices.Contains(words, "internal")
}

// noteLeftOut tells which of the packages that --with matches have no hooks.
func (p *planner) noteLeftOut(paths []string, one, many string) {
	const shown = 8
	switch n := len(paths); {
	case n == 0:
	case n == 1:
		p.plan.Notices = append(p.plan.Notices, fmt.Sprintf("--with: %s has no hooks: %s.", paths[0], one))
	case n <= shown:
		p.plan.Notices = append(p.plan.Notices, fmt.Sprintf("--with: %s have no hooks: %s.", strings.Join(paths, ", "), many))
	default:
		p.plan.Notices = append(p.plan.Notices,
			fmt.Sprintf("--with: %s and %d more have no hooks: %s.", strings.Join(paths[:shown], ", "), n-shown, many))
	}
}

// runtimeClosure names the standard packages that the injected ones need. With hooks these would record themselves.
func (p *planner) runtimeClosure(ctx context.Context, runtime fs.FS) (map[string]bool, error) {
	imports, err := injector{values: true, tls: p.tls}.outsideImports(runtime)
	if err != nil {
		return nil, err
	}
	args := slices.Concat([]string{"list", "-deps", "-e", "-f={{.ImportPath}}"}, listFlags(p.flags), []string{"--"}, imports)
	out, err := p.goCmd.output(ctx, args...)
	if err != nil {
		return nil, err
	}
	closure := make(map[string]bool)
	for path := range strings.Lines(string(out)) {
		closure[strings.TrimSpace(path)] = true
	}
	return closure, nil
}
