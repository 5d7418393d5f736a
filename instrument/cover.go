package instrument

import (
	"context"
	"slices"
	"strings"
)

// cover keeps the injected packages out of coverage: the go command's cover tool doesn't know of overlays,
// so it fails on files that only exist there, and takes the originals of those that have one.
func (p *planner) cover(ctx context.Context, packages []*listed) error {
	all := append(strings.Fields(p.env.GOFLAGS), p.flags...)
	pattern, chosen := flagValue(all, "coverpkg")
	if !chosen && !slices.ContainsFunc([]string{"cover", "covermode", "coverprofile"}, func(name string) bool {
		value, ok := flagValue(all, name)
		return ok && value != "false"
	}) {
		return nil
	}
	p.plan.Notices = append(p.plan.Notices,
		"With -cover the functions of the covered packages have no hooks: the go command's cover tool reads the original files.")
	switch {
	case chosen:
		return p.resolveCoverage(ctx, strings.Split(pattern, ","), packages)
	case p.mode == Building:
		p.coverOnly(packages, (*listed).own)
	}
	return nil
}

// resolveCoverage replaces the user's patterns by the packages that they match on disk.
func (p *planner) resolveCoverage(ctx context.Context, patterns []string, packages []*listed) error {
	args := slices.Concat([]string{"list", "-e", "-find", "-f={{.ImportPath}}"}, listFlags(p.flags), []string{"--"}, patterns)
	out, err := p.goCmd.output(ctx, args...)
	if err != nil {
		return err
	}
	matched := strings.Fields(string(out))
	p.coverOnly(packages, func(pkg *listed) bool { return slices.Contains(matched, pkg.ImportPath) })
	return nil
}

func (p *planner) coverOnly(packages []*listed, match func(*listed) bool) {
	var paths []string
	for _, pkg := range packages {
		if match(pkg) {
			paths = append(paths, pkg.ImportPath)
		}
	}
	p.flags = append(without(p.flags, "coverpkg"), "-coverpkg="+strings.Join(paths, ","))
}
