package instrument

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// relocated is a module whose files lie elsewhere for the build: the go command allows no overlay in its module cache.
type relocated struct {
	from, to string
	lines    bool // files say where they come from; with -trimpath the go command sees to it
}

// copyModules copies the modules of chosen packages out of the module cache, and leads the build there.
func (p *planner) copyModules(ctx context.Context, packages []*listed) error {
	var replace []string
	for _, pkg := range packages {
		if !pkg.chosen || !below(pkg.Dir, p.env.GOMODCACHE) || p.relocation(pkg.Dir) != nil {
			continue
		}
		to, err := p.copyModule(pkg, packages)
		if err != nil {
			return fmt.Errorf("--with %s: %w", pkg.ImportPath, err)
		}
		p.relocated = append(p.relocated, relocated{pkg.Module.Dir, to, !p.trimsPaths()})
		replace = append(replace, "-replace="+pkg.Module.Path+"@"+pkg.Module.Version+"="+to)
	}
	if replace == nil {
		return nil
	}
	return p.redirect(ctx, replace)
}

// relocation finds where a directory or file of the module cache lies for the build. It is nil for one that stays.
func (p *planner) relocation(path string) *relocated {
	i := slices.IndexFunc(p.relocated, func(r relocated) bool { return below(path, r.from) })
	if i < 0 {
		return nil
	}
	return &p.relocated[i]
}

// place is where a file lies for the build.
func (p *planner) place(path string) string {
	if r := p.relocation(path); r != nil {
		return r.to + strings.TrimPrefix(path, r.from)
	}
	return path
}

// withOrigin makes the compiler give positions in path. The directive's line isn't one of the file's.
func withOrigin(path string, text []byte) []byte {
	return slices.Concat([]byte("//line "+path+":1\n"), text)
}

func (p *planner) trimsPaths() bool { return p.isSet("trimpath") }

// redirect makes the build read a go.mod, or go.work, that replaces the modules. The user's own stays as it is.
func (p *planner) redirect(ctx context.Context, replace []string) error {
	tool, file := "mod", p.env.GOMOD
	if p.env.inWorkspace() {
		tool, file = "work", p.env.GOWORK
	} else if name, ok := p.flag("modfile"); ok {
		file = absolute(p.goCmd.dir, name)
	}
	actual := file
	if to, ok := p.user[file]; ok {
		actual = to
	}
	args := slices.Concat([]string{tool, "edit", "-print"}, replace, []string{actual})
	text, err := p.goCmd.output(ctx, args...)
	if err != nil {
		return err
	}
	p.overlay[file], err = p.store.put(filepath.Base(file), text)
	return err
}

// copyModule copies the module of pkg into the store, unless it's there, and returns where. What lies in the module cache doesn't
// change, so its path stands for its content.
func (p *planner) copyModule(pkg *listed, packages []*listed) (string, error) {
	from := pkg.Module.Dir
	c := copier{from: from, gomod: pkg.Module.GoMod, lines: !p.trimsPaths(), embedded: p.embedded}
	for _, other := range packages {
		if below(other.Dir, from) {
			c.tested = c.tested || p.mode == Testing && !other.DepOnly
			c.tested = c.tested || slices.ContainsFunc(other.EmbedFiles, ofTestdata)
		}
	}
	key := fmt.Sprintln("module 1", from, c.lines, c.tested, c.embeddedSource())
	return p.store.tree(key, c.copyTo)
}

func ofTestdata(name string) bool {
	return slices.Contains(strings.Split(filepath.ToSlash(name), "/"), "testdata")
}

// copier copies a module.
type copier struct {
	from, gomod string
	lines       bool            // Go files say where they come from
	tested      bool            // tests need what else stays behind
	embedded    map[string]bool // files that stay as they are
}

// embeddedSource lists the module's Go files that a program sees the text of.
func (c *copier) embeddedSource() []string {
	var all []string
	for path := range c.embedded {
		if filepath.Ext(path) == ".go" && below(path, c.from) {
			all = append(all, path)
		}
	}
	slices.Sort(all)
	return all
}

func (c *copier) copyTo(to string) error {
	err := filepath.WalkDir(c.from, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(c.from, path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata" && !c.tested:
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		case !d.Type().IsRegular() || isTestFile(rel) && !c.tested:
			return nil
		}
		return c.file(path, filepath.Join(to, rel))
	})
	// A module that has no go.mod gets the one that the go command made for it.
	gomod := filepath.Join(to, "go.mod")
	if _, missing := os.Stat(gomod); missing != nil {
		err = errors.Join(err, c.file(c.gomod, gomod))
	}
	if err != nil {
		return fmt.Errorf("copy module %q: %w", c.from, err)
	}
	return nil
}

func (c *copier) file(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if c.lines && filepath.Ext(from) == ".go" && !c.embedded[from] {
		text = withOrigin(from, text)
	}
	return os.WriteFile(to, text, 0o600)
}

// tree returns a directory of the store that fill has filled once for the key.
func (s store) tree(key string, fill func(dir string) error) (string, error) {
	sum := sha256.Sum256([]byte(key))
	parent := filepath.Join(s.dir, treesDir)
	dir := filepath.Join(parent, fmt.Sprintf("%x", sum[:16]))
	if info, err := os.Stat(dir); err == nil {
		touch(dir, info)
		return dir, nil
	}
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return "", fmt.Errorf("cache a directory: %w", err)
	}
	half, err := os.MkdirTemp(parent, ".new-*")
	if err != nil {
		return "", fmt.Errorf("cache a directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(half) }() // nothing is left of it when it could be renamed
	if err := fill(half); err != nil {
		return "", err
	}
	if err := os.Rename(half, dir); err != nil {
		if _, there := os.Stat(dir); there != nil { // no other process has made it meanwhile
			return "", fmt.Errorf("cache a directory: %w", err)
		}
	}
	return dir, nil
}
