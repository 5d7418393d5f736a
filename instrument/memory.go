package instrument

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// memory is what became of a plan, and what that depends on beside the key under which the store keeps it. To ask the go command
// what belongs to a build takes half as long as a build with nothing to do.
type memory struct {
	Tools  []string // that PATH leads to
	CC     string   // one of them, as it is called
	Places places
	Sum    []byte           // of the places while the plan was made; nil if they may have changed meanwhile
	Stored map[string]int64 // files of the store that take part, and their sizes in bytes

	Packages []Package
	Notices  []string
	Overlay  string
	Names    string
	Flags    []string
}

// recall returns the last plan for the same, if nothing has changed that it depends on. Otherwise it is nil.
func (p *planner) recall() *Plan {
	data, ok := p.store.get(p.key)
	known := new(memory)
	if !ok || json.Unmarshal(data, known) != nil {
		return nil
	}
	p.known, p.seen = known, known.Places.look()
	if !p.seen.is(known.Sum) || !slices.Equal(known.Tools, findTools(known.CC)) {
		return nil
	}
	for path, size := range known.Stored {
		if !p.store.has(path, size) {
			return nil
		}
	}
	output := slices.DeleteFunc(slices.Clone(p.flags), func(flag string) bool { return !isOutput(flag) })
	p.flags = slices.Concat(known.Flags, output)
	p.plan = Plan{Packages: known.Packages, Notices: known.Notices, Overlay: known.Overlay, names: known.Names, recalled: true}
	return p.complete(nil)
}

// remember keeps the plan for the next time. It is trusted from when the places were the same before and after it was made.
func (p *planner) remember(packages []*listed, plan *Plan) {
	if !p.lasting(packages) {
		return
	}
	next := memory{
		Tools: findTools(p.env.CC), CC: p.env.CC, Places: p.places(packages), Stored: make(map[string]int64),
		Packages: plan.Packages, Notices: plan.Notices, Overlay: plan.Overlay, Names: plan.names,
		Flags: slices.DeleteFunc(slices.Clone(p.flags), isOutput),
	}
	for _, path := range p.overlay {
		next.Stored[path] = 0
	}
	next.Stored[plan.Overlay] = 0
	if plan.names != "" {
		next.Stored[plan.names] = 0
	}
	for path := range next.Stored {
		info, err := os.Stat(path)
		if err != nil {
			return
		}
		next.Stored[path] = info.Size()
	}
	if known := p.known; known != nil && slices.Equal(known.Tools, next.Tools) && known.Places.equal(next.Places) {
		if after := next.Places.look(); p.seen.is(after) {
			next.Sum = after
		}
	}
	if data, err := json.Marshal(next); err == nil {
		p.store.set(p.key, data)
	}
}

// memoryKey is made of all that a plan is told. The go command may heed anything of its environment.
func (p *planner) memoryKey(opts Options) string {
	flags := slices.DeleteFunc(slices.Clone(p.flags), isOutput)
	return fmt.Sprintf("plan 2 %s %q %q %q %q %q %t %q %t %t %q", programID(), p.goCmd.dir, p.goCmd.env, flags, p.packages,
		opts.With, opts.All, opts.Args, opts.NoLogs, opts.TLS, opts.ToolExec)
}

func isOutput(flag string) bool {
	name, _, _ := splitFlag(flag)
	return name == "o"
}

// lasting reports whether the places tell all that the plan depends on. They don't where modules in several directories take part,
// where a pattern finds new packages by itself, or where the toolchain isn't a released one.
func (p *planner) lasting(packages []*listed) bool {
	_, modfile := p.flag("modfile")
	switch {
	case modfile, p.user != nil, p.covers(), p.relocated != nil:
		return false
	case p.env.outsideModules(), p.env.inWorkspace(), slices.ContainsFunc(p.packages, isPattern):
		return false
	case !strings.HasPrefix(p.env.GOVERSION, "go"), !isToolchain(findTools("")[0]):
		return false
	}
	root := filepath.Dir(p.env.GOMOD)
	gomod, err := os.ReadFile(p.env.GOMOD)
	return err == nil && !replacesLocally(string(gomod)) && below(p.goCmd.dir, root) &&
		!slices.ContainsFunc(packages, func(pkg *listed) bool { return !p.lasts(pkg.Dir) && !below(pkg.Dir, root) })
}

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

// findTools follows PATH to the go command and to a C compiler, on which it depends whether files with C take part.
func findTools(cc string) []string {
	names := []string{"go"}
	if words, err := splitQuoted(cc); err == nil && len(words) > 0 {
		names = append(names, words[0])
	}
	var found []string
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err == nil {
			path, err = filepath.EvalSymlinks(path)
		}
		if err != nil {
			path = ""
		}
		found = append(found, path)
	}
	return found
}

// isToolchain reports whether a file is a toolchain's own go command, and not a program that chooses one.
func isToolchain(goCmd string) bool {
	text, err := os.ReadFile(versionFile(goCmd))
	return goCmd != "" && err == nil && strings.HasPrefix(string(text), "go")
}

func versionFile(goCmd string) string { return filepath.Join(goCmd, "..", "..", "VERSION") }
