package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"goapptrace/instrument"
)

// runOptions are the command's own flags.
type runOptions struct {
	viewOptions
	detailOptions
	hookOptions
	noUI       bool
	secretFile string
}

func (o *runOptions) register(flags *pflag.FlagSet) {
	o.viewOptions.register(flags)
	o.detailOptions.register(flags)
	o.hookOptions.register(flags)
	o.remote.register(flags)
	flags.BoolVar(&o.noUI, "no-ui", false, "leave the terminal to the program; a goapptrace in another one shows it")
	flags.StringVar(&o.secretFile, "secret-file", "", "with --no-ui, the secret that the other goapptrace asks for")
}

func (o *runOptions) check() error {
	if o.noUI && o.prints() {
		return errors.New("--no-ui shows nothing here: --plain, --json, --trace-file, --filter and --calls belong to the goapptrace that watches")
	}
	return errors.Join(o.viewOptions.check(), o.detailOptions.check())
}

func (a *app) runCommand() *cobra.Command {
	var opts runOptions
	cmd := &cobra.Command{
		Use:   "run [flags] [build flags] PKG|FILE.go... [arguments]",
		Short: "Build a program with hooks, run it and watch it",
		Long: `Build a program with hooks, run it and watch it, as "go run" would run it: flags of the go command may
stand among those below, and what follows the package or the .go files goes to the program.

Exits with the program's own status, or with 128+n when signal n ended it.`,
		Example: `goapptrace run ./cmd/app
goapptrace run -race -tags dev . -config dev.toml
goapptrace run --json --calls 1000 main.go > trace.json`,
		DisableFlagParsing: true,
	}
	opts.register(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		split, err := ownFlags(cmd, args)
		if errors.Is(err, errHelp) {
			return cmd.Help()
		}
		if err == nil {
			err = opts.check()
		}
		if err == nil {
			err = runnable(split)
		}
		if err != nil {
			return usage(cmd, err)
		}
		if err := opts.settle(cmd.Flags()); err != nil {
			return err
		}
		if err := opts.remote.besideScreen(opts.screen() && !opts.noUI); err != nil {
			return usage(cmd, err)
		}
		return a.run(cmd, split, &opts)
	}
	return cmd
}

// ownFlags sorts args and sets the command's own flags.
func ownFlags(cmd *cobra.Command, args []string) (goArgs, error) {
	own := map[string]bool{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) { own[f.Name] = f.NoOptDefVal == "" })
	delete(own, "help")
	split, err := splitGoArgs(args, own)
	if err != nil {
		return split, err
	}
	return split, cmd.Flags().Parse(split.own)
}

func runnable(args goArgs) error {
	if len(args.pkgs) == 0 {
		return errors.New("no package or .go files to run; . is the package in the current directory")
	}
	for _, flag := range args.build {
		if name, _, _, _ := cutFlag(flag); name == "o" || name == "n" || name == "exec" {
			return fmt.Errorf("flag -%s: run doesn't take it; build with \"goapptrace build\" and start the program yourself", name)
		}
	}
	return nil
}

func (a *app) run(cmd *cobra.Command, args goArgs, opts *runOptions) error {
	secret, err := readSecret(opts.secretFile)
	if err != nil {
		return err
	}
	if args.dir != "" {
		if err := os.Chdir(args.dir); err != nil {
			return fmt.Errorf("flag -C %q: %w", args.dir, err)
		}
	}
	dir, err := privateDir()
	if err != nil {
		return err
	}
	defer removeDir(dir)
	rings := ringsDir()
	defer removeDir(rings)
	exe, err := a.buildInto(cmd, filepath.Join(dir, "bin"), args, opts)
	if err != nil {
		return err
	}
	t := &tracee{dir: dir, rings: rings, cmd: exec.Command(exe, args.rest...), view: opts.viewOptions, env: opts.env()}
	switch {
	case opts.noUI:
		a.status, err = t.runAlone(secret)
	case opts.screen():
		a.status, err = t.runOnScreen()
	default:
		a.status, err = t.runPrinted()
	}
	return err
}

// buildInto builds the program into directory dir, and returns where it is.
func (a *app) buildInto(cmd *cobra.Command, dir string, args goArgs, opts *runOptions) (string, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", fmt.Errorf("place for the program: %w", err)
	}
	ctx, stop := untilEnd(cmd.Context())
	defer stop()
	options := a.instrumentOptions(instrument.Arguments{
		Flags: append(args.build, "-o="+dir+string(filepath.Separator)), Packages: args.pkgs,
	}, opts.hookOptions)
	options.Stdout = os.Stderr // ours is for the trace
	plan, err := instrument.Build(ctx, options)
	notMain := fmt.Errorf("package %q can't be run: it has to be one main package", args.pkgs[0])
	var defect *instrument.DefectError
	if errors.As(err, &defect) && bytes.Contains(defect.Output, []byte("no main packages to build")) {
		return "", notMain // a check of the package alone would have passed
	}
	if err != nil {
		return "", buildError(ctx.Err(), err)
	}
	sayAll(plan.Notices)
	opts.patterns(opts.args.patterns).sayUnmatched(plan)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		return "", notMain
	}
	return files[0], nil
}

// removeDir leaves nothing behind, as far as that is possible: for the program nothing depends on it.
func removeDir(dir string) { _ = os.RemoveAll(dir) }

// maxSocketPath is how long the name of a Unix socket can be on every system that has them.
const maxSocketPath = 100

// privateDir makes a directory that nobody else can look into, for the program and the socket that it connects to.
func privateDir() (string, error) {
	sweep()
	var errs []error
	for _, parent := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir(), "/tmp"} {
		if parent == "" || len(parent) > maxSocketPath-len("/goapptrace-0123456789/socket") {
			continue
		}
		dir, err := makeOwned(parent)
		if err == nil {
			return dir, nil
		}
		errs = append(errs, err)
	}
	return "", fmt.Errorf("no private directory: %w (set TMPDIR to a writable one)", errors.Join(errs...))
}
