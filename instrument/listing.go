package instrument

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// listing is what go list said, and what it depends on beside the key under which the store keeps it. To ask again takes about as
// long as half a build with nothing to do.
type listing struct {
	Env      goEnv
	Places   places
	Sum      []byte // of the places while go list looked at them; nil if they may have changed meanwhile
	Packages []*listed
}

// recall looks up what go list said to the last build like this one, and how the places that it depends on look now.
func (p *planner) recall() {
	data, ok := p.store.get(p.listingKey())
	var known listing
	if ok && json.Unmarshal(data, &known) == nil {
		p.known, p.seen = &known, known.Places.look()
	}
}

// list returns the packages and all that they depend on, each once. The go command isn't asked when nothing has changed since it was.
func (p *planner) list(ctx context.Context) ([]*listed, error) {
	known, before := p.known, p.seen
	if known != nil && known.Env == p.env && before.is(known.Sum) {
		p.texts, p.plan.recalled = before.files, true
		return known.Packages, nil
	}
	packages, err := p.goCmd.list(ctx, listFlags(p.flags), p.packages, p.mode == Testing)
	if err != nil || !p.remembers(packages) {
		return packages, err
	}
	next := listing{Env: p.env, Places: p.places(packages), Packages: packages}
	after := next.Places.look()
	// It is trusted from when go list has seen files that were the same before and after.
	if known != nil && known.Places.equal(next.Places) && before.is(after.sum) {
		next.Sum = after.sum
	}
	if data, err := json.Marshal(next); err == nil {
		p.store.set(p.listingKey(), data)
	}
	p.texts = after.files
	return packages, nil
}

// listingKey is made of all that the go command is told. Of the environment it may heed anything.
func (p *planner) listingKey() string {
	return fmt.Sprintf("listing 1 %q %q %q %q %q", p.mode, p.goCmd.dir, p.goCmd.env, listFlags(p.flags), p.packages)
}

// remembers reports whether the places tell all that go list sees. They don't where modules in several directories take part,
// where a pattern finds new packages by itself, or where the toolchain may be worked on. Tests are always listed anew, because one that
// fails tells nothing about its build.
func (p *planner) remembers(packages []*listed) bool {
	_, modfile := p.flag("modfile")
	if p.mode == Testing || p.env.outsideModules() || p.env.inWorkspace() || modfile || p.user != nil || !released(p.env) {
		return false
	}
	if slices.ContainsFunc(p.packages, isPattern) {
		return false
	}
	gomod, err := os.ReadFile(p.env.GOMOD)
	return err == nil && !replacesLocally(string(gomod)) && !slices.ContainsFunc(packages, func(pkg *listed) bool {
		return !p.lasts(pkg) && !below(pkg.Dir, filepath.Dir(p.env.GOMOD))
	})
}

func released(env goEnv) bool { return strings.HasPrefix(env.GOVERSION, "go") }

// isPattern reports whether an argument of the go command may stand for several packages.
func isPattern(arg string) bool {
	return strings.Contains(arg, "...") || slices.Contains([]string{"all", "std", "cmd", "tool", "work"}, arg)
}

// replacesLocally reports whether a go.mod leads to modules in other directories.
func replacesLocally(gomod string) bool {
	for line := range strings.Lines(gomod) {
		_, to, _ := strings.Cut(line, "=>")
		to = strings.Trim(strings.TrimSpace(to), "\"`")
		if filepath.IsAbs(to) || strings.HasPrefix(to, ".") || strings.Contains(to, `:\`) {
			return true
		}
	}
	return false
}

// lasts reports whether a package lies where nobody changes anything.
func (p *planner) lasts(pkg *listed) bool {
	return below(pkg.Dir, p.env.GOROOT) || below(pkg.Dir, p.env.GOMODCACHE)
}
