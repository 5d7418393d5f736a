package instrument

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// cover lets covered packages have hooks. The go command's cover tool doesn't know of overlays: it takes the originals
// of the files that have one, so that hooks are put into what it makes of them, and fails on files that exist in the overlay
// only, so that the injected packages are kept out.
func (p *planner) cover(ctx context.Context, packages []*listed) error {
	pattern, chosen := p.flag("coverpkg")
	switch {
	case !p.covers():
	case chosen:
		return p.resolveCoverage(ctx, strings.Split(pattern, ","), packages)
	case p.mode == Building:
		p.coverOnly(packages, (*listed).own)
	}
	return nil
}

// covers reports whether coverage is measured.
func (p *planner) covers() bool {
	return slices.ContainsFunc([]string{"cover", "covermode", "coverprofile", "coverpkg"}, p.isSet)
}

// resolveCoverage replaces the user's patterns by the packages that they match on disk.
func (p *planner) resolveCoverage(ctx context.Context, patterns []string, packages []*listed) error {
	args := slices.Concat([]string{"list", "-e", "-find", "-f={{.ImportPath}}"}, listFlags(p.flags), []string{"--"}, patterns)
	out, err := p.goCmd.output(ctx, args...)
	if err != nil {
		return err
	}
	matched := strings.Fields(string(out))
	paths := p.coverOnly(packages, func(pkg *listed) bool { return slices.Contains(matched, pkg.ImportPath) })
	p.plan.covered = strings.NewReplacer(coverageOf+strings.Join(paths, ", "), coverageOf+strings.Join(patterns, ", "))
	return nil
}

// coverageOf stands in a test binary's output between the percentage and the patterns of -coverpkg.
const coverageOf = "% of statements in "

func (p *planner) coverOnly(packages []*listed, match func(*listed) bool) []string {
	var paths []string
	for _, pkg := range packages {
		if match(pkg) {
			paths = append(paths, pkg.ImportPath)
			pkg.covered = true
		}
	}
	p.flags = append(without(p.flags, "coverpkg"), "-coverpkg="+strings.Join(paths, ","))
	return paths
}

// coverConfig tells [CoverTool] what it needs to know.
type coverConfig struct {
	Words   int                       // of the user's -toolexec
	Files   map[string]string         // those with hooks as the build calls them, and as the user does
	Options map[string]RewriteOptions // by the user's name of the directory
}

// wrapTools makes the go command run its tools through [CoverTool].
func (p *planner) wrapTools(self []string, packages []*listed) error {
	if len(self) == 0 {
		p.plan.Notices = append(p.plan.Notices, "With -cover the functions of the covered packages have no hooks.")
		return nil
	}
	user, _ := p.flag("toolexec")
	words, err := splitQuoted(user)
	if err != nil {
		return fmt.Errorf("flag -toolexec %q: %w", user, err)
	}
	config := coverConfig{Words: len(words), Files: make(map[string]string), Options: make(map[string]RewriteOptions)}
	for _, pkg := range packages {
		if pkg.hooked() {
			config.Options[pkg.Dir] = p.rewriteOptions(pkg)
		}
	}
	for original := range p.plan.rewritten {
		config.Files[p.place(original)] = original
	}
	data, err := json.Marshal(config)
	if err != nil {
		return fmt.Errorf("prepare coverage: %w", err)
	}
	file, err := p.store.put("cover.json", data)
	if err != nil {
		return err
	}
	all, err := joinQuoted(slices.Concat(self, []string{file}, words))
	if err != nil {
		return fmt.Errorf("prepare coverage: %w", err)
	}
	p.flags = append(without(p.flags, "toolexec"), "-toolexec="+all)
	return nil
}
