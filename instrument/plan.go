package instrument

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options says what to build.
type Options struct {
	Arguments

	// With holds patterns of packages, as the go command has them, that get hooks too: dependencies and standard packages.
	With []string

	All bool // hook leaf functions too: small ones without calls and loops, which the compiler puts in line

	// Args holds patterns of functions whose arguments and results are told; see RewriteOptions.
	Args []string

	NoLogs bool // don't tell what is logged: packages log and log/slog stay as they are

	// TLS links package crypto/tls, for viewers behind tls://. Without it that is done for programs that have it anyway, and where
	// GOAPPTRACE_SERVER in Env says tls://.
	TLS bool

	Dir string   // where the go command runs; empty is the current directory
	Env []string // its environment; nil is this process's

	// Runtime holds the sources to inject: *.go below protocol, tracee/hook, tracee/agent, tracee/secure and tracee/values.
	Runtime fs.FS

	// ToolExec is a command that calls [CoverTool]. Without it packages whose coverage is measured have no hooks.
	ToolExec []string

	CacheDir string // for rewritten files; empty is a directory below the user's cache directory

	Stdout, Stderr io.Writer // what the go command prints; nil discards it

	anew bool // make the plan, though it was made before; see memory
}

// Package is a package with hooks.
type Package struct {
	ImportPath string
	Name       string
	Dir        string
	Hooked     int // functions, methods and function literals with a hook
	Leaves     int // leaf functions without one; see Options.All
	Skipped    int // those that must stay without one
}

// Plan is a build with hooks, ready to run.
type Plan struct {
	Packages []Package // by import path: the user's own, and those that Options.With chose
	Notices  []string  // what the user should know: whole sentences
	Overlay  string    // the file for -overlay
	Args     []string  // of the go command
	Dir      string    // where to run it
	Env      []string  // its environment

	names     string            // a file with the names of the functions with hooks, each with a newline; "" when not all are known
	rewritten overlay           // the user's files with hooks
	covered   *strings.Replacer // of the packages that -coverpkg has become by the user's patterns; or nil
	recalled  bool              // as it was made before; see memory
}

// Command returns the go command that builds with hooks. It is interrupted, not killed, when ctx ends.
func (p *Plan) Command(ctx context.Context) *exec.Cmd {
	return goCommand{p.Dir, p.Env}.command(ctx, p.Args...)
}

// Hooked counts the functions with hooks in all packages.
func (p *Plan) Hooked() int {
	n := 0
	for _, pkg := range p.Packages {
		n += pkg.Hooked
	}
	return n
}

// Leaves counts the leaf functions without hooks in all packages.
func (p *Plan) Leaves() int {
	n := 0
	for _, pkg := range p.Packages {
		n += pkg.Leaves
	}
	return n
}

// originals turns the names of rewritten files into those of the user's.
func (p *Plan) originals() *strings.Replacer {
	var pairs []string
	for original, file := range p.rewritten {
		pairs = append(pairs, file, original)
	}
	return strings.NewReplacer(pairs...)
}

// Mode is what the go command is to do.
type Mode string

// Building makes programs, testing runs tests.
const (
	Building Mode = "build"
	Testing  Mode = "test"
)

// NewPlan writes the overlay for a build, without building. An [*ExitError] is the go command's refusal to list the packages.
func NewPlan(ctx context.Context, opts Options, mode Mode) (*Plan, error) {
	p, err := newPlanner(opts, mode)
	if err != nil {
		return nil, err
	}
	if mode == Building && !opts.anew {
		if plan := p.recall(); plan != nil {
			return plan, nil
		}
	}
	return p.make(ctx, opts)
}

func (p *planner) make(ctx context.Context, opts Options) (*Plan, error) {
	if err := p.prepare(ctx); err != nil {
		return nil, err
	}
	packages, err := p.goCmd.list(ctx, listFlags(p.flags), p.packages, p.mode == Testing)
	if err != nil {
		return nil, err
	}
	if err := p.locate(ctx, packages); err != nil {
		return nil, err
	}
	p.embedded = embeddedFiles(packages)
	if err := p.cover(ctx, packages); err != nil {
		return nil, err
	}
	if err := p.choose(ctx, opts.With, opts.Runtime, packages); err != nil {
		return nil, err
	}
	if err := p.rewrite(packages); err != nil {
		return nil, err
	}
	if !opts.NoLogs {
		if err := p.tapLogs(packages); err != nil {
			return nil, err
		}
	}
	if err := p.inject(opts.Runtime, packages); err != nil {
		return nil, err
	}
	if p.covers() {
		if err := p.wrapTools(opts.ToolExec, packages); err != nil {
			return nil, err
		}
	}
	p.stayPure(packages)
	plan, err := p.finish(opts.Rest)
	if err == nil && p.mode == Building {
		p.remember(packages, plan)
	}
	return plan, err
}

// planner gathers what makes a [Plan].
type planner struct {
	mode     Mode
	goCmd    goCommand
	env      goEnv
	lang     string
	flags    []string
	packages []string
	all      bool // leaf functions too
	wantsTLS bool
	args     []string
	store    store

	user    overlay // the user's own
	overlay overlay // theirs and ours
	home    module  // where to inject; its dir may exist in the overlay only
	prefix  string  // import path of the injected packages
	tls     bool    // package secure is one of them
	plan    Plan

	key   string  // of the memory of this plan
	known *memory // of the last time, or nil
	seen  sight   // of the places in known

	relocated []relocated     // modules of the module cache that have hooks
	embedded  map[string]bool // files whose text the program can see

	mu     sync.Mutex // for overlay, plan.rewritten, spared and names while packages are rewritten
	spared []string   // embedded files that would have hooks
	names  []string   // of functions with hooks
}

func newPlanner(opts Options, mode Mode) (*planner, error) {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("find the directory: %w", err)
	}
	p := &planner{mode: mode, packages: opts.Packages, all: opts.All, wantsTLS: opts.TLS, args: opts.Args}
	dir, p.flags = changeDir(dir, opts.Flags)
	p.goCmd = newGoCommand(dir, opts.Env)
	if p.store, err = openStore(opts.CacheDir); err != nil {
		return nil, err
	}
	p.store.trim(time.Now())
	p.key = p.memoryKey(opts)
	return p, nil
}

// prepare learns what the go command is set up with.
func (p *planner) prepare(ctx context.Context) (err error) {
	if p.env, err = p.goCmd.environment(ctx); err != nil {
		return err
	}
	if p.env.GO111MODULE == "off" {
		return errors.New("GO111MODULE=off: hooks need module mode; unset it, and make a go.mod with \"go mod init\"")
	}
	if p.lang, err = language(p.env.GOVERSION); err != nil {
		return err
	}
	if p.user, err = p.userOverlay(); err != nil {
		return err
	}
	if p.env.outsideModules() && onlyFiles(p.packages) {
		return p.makeWorkspace()
	}
	return nil
}

func onlyFiles(packages []string) bool {
	return len(packages) > 0 && !slices.ContainsFunc(packages, func(p string) bool { return !strings.HasSuffix(p, ".go") })
}

// makeWorkspace gives files outside any module one to find the injected packages in. GOWORK names it, so the files stay
// where they are and nothing is written beside them.
func (p *planner) makeWorkspace() error {
	p.home = module{"goapptrace.local", filepath.Join(p.store.dir, "outside", p.lang, "module")}
	version := strings.TrimPrefix(p.lang, "go")
	if err := write(p.home.dir, "go.mod", fmt.Appendf(nil, "module %s\n\ngo %s\n", p.home.path, version)); err != nil {
		return err
	}
	root := filepath.Dir(p.home.dir)
	if err := write(root, "go.work", fmt.Appendf(nil, "go %s\n\nuse ./module\n", version)); err != nil {
		return err
	}
	p.flags = without(p.flags, "mod")
	p.goCmd.env = append(p.goCmd.env, "GOWORK="+filepath.Join(root, "go.work"))
	return nil
}

// locate finds the main module to inject into. Of a workspace's members any will do, for they all see each other, but it should
// be the same one whatever is built.
func (p *planner) locate(ctx context.Context, packages []*listed) error {
	if p.home.path == "" {
		modules := p.env.loneModule(packages)
		if modules == nil {
			var err error
			if modules, err = p.goCmd.mainModules(ctx, listFlags(p.flags)); err != nil {
				return err
			}
		}
		if len(modules) == 0 {
			return ErrNothingToHook
		}
		p.home = slices.MinFunc(modules, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	}
	if below(p.home.dir, p.env.GOMODCACHE) {
		return fmt.Errorf("module directory %q: the go command allows no overlay in its module cache; copy the module elsewhere", p.home.dir)
	}
	if below(p.home.dir, p.env.GOROOT) {
		return fmt.Errorf("module directory %q: the standard library can't have hooks", p.home.dir)
	}
	p.prefix = p.home.path + "/" + injectDir
	p.overlay = make(overlay)
	p.plan.rewritten = make(overlay)
	for from, to := range p.user {
		p.overlay[from] = to
	}
	return nil
}

// inject puts the packages that hooks need into the overlay.
func (p *planner) inject(runtime fs.FS, packages []*listed) error {
	in := injector{prefix: p.prefix, lang: p.lang, values: len(p.args) > 0, tls: p.tls}
	files, err := in.files(runtime, runtimeOffsets(p.store, p.env, packages))
	if err != nil {
		return err
	}
	for name, src := range files {
		path := filepath.Join(p.home.dir, injectDir, filepath.FromSlash(name))
		if p.overlay[path], err = p.store.put(filepath.Base(path), src); err != nil {
			return err
		}
	}
	return nil
}

// finish writes the overlay and puts the command together.
func (p *planner) finish(rest []string) (*Plan, error) {
	data, err := p.overlay.marshal()
	if err != nil {
		return nil, err
	}
	if p.plan.Overlay, err = p.store.put("overlay.json", data); err != nil {
		return nil, err
	}
	return p.complete(rest), nil
}

// complete puts the command together.
func (p *planner) complete(rest []string) *Plan {
	plan := p.plan
	plan.Dir, plan.Env = p.goCmd.dir, p.goCmd.env
	plan.Args = []string{string(p.mode), "-overlay=" + plan.Overlay}
	flags := without(p.flags, "overlay")
	if p.mode == Testing {
		// The go command would run vet in directories that exist in the overlay only.
		plan.Args = append(plan.Args, "-vet=off")
		flags = without(flags, "vet")
	}
	plan.Args = slices.Concat(plan.Args, flags, p.packages)
	if p.mode == Testing {
		plan.Args = append(plan.Args, rest...)
	}
	return &plan
}

// newGoCommand completes the environment for a go command in dir.
func newGoCommand(dir string, env []string) goCommand {
	if env == nil {
		env = os.Environ()
	}
	// Without PWD the go command would resolve the symbolic links in its directory's name.
	return goCommand{dir, append(slices.Clone(env), "PWD="+dir)}
}
