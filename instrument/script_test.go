package instrument

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hooked": hooked, "wrapper": wrapper})
}

// TestScript builds real programs. The hook package is a stand-in that logs calls to the file that HOOKLOG names.
func TestScript(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	runtimeDir, err := filepath.Abs("testdata/runtime")
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	goenv := goEnvironment(t, "GOCACHE", "GOMODCACHE", "GOPROXY", "GOTOOLCHAIN")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, goenv...)
			env.Setenv("HOOKRUNTIME", runtimeDir)
			env.Setenv("HOOKCACHE", cache)
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond != "cgo" {
				return false, fmt.Errorf("condition %q is unknown", cond)
			}
			out, err := exec.Command("go", "env", "CGO_ENABLED").Output()
			_, ccErr := exec.LookPath("cc")
			return strings.TrimSpace(string(out)) == "1" && ccErr == nil, err
		},
		RequireUniqueNames: true,
	})
}

func goEnvironment(t *testing.T, names ...string) []string {
	t.Helper()
	var vars []string
	for _, name := range names {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		vars = append(vars, name+"="+strings.TrimSpace(string(out)))
	}
	return vars
}

// hooked is the command "hooked build|test|run ARGUMENTS" of the scripts. The status is that of the go command or, for run, of the
// program, which logs its calls to the file calls. A defect of ours gives 99.
func hooked() {
	if os.Args[1] == "tool" {
		os.Exit(CoverTool(os.Args[2:]))
	}
	status, err := runHooked(context.Background(), os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "hooked:", err)
	}
	os.Exit(status)
}

// wrapper is a -toolexec: "wrapper LOG WORD TOOL ARGUMENTS" notes what it is called with, and runs the tool.
func wrapper() {
	log, err := os.OpenFile(os.Args[1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(log, os.Args[2:])
	}
	cmd := exec.Command(os.Args[3], os.Args[4:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := errors.Join(err, cmd.Run()); err != nil {
		fmt.Fprintln(os.Stderr, "wrapper:", err)
		os.Exit(1)
	}
}

func runHooked(ctx context.Context, command string, args []string) (int, error) {
	opts := Options{
		Runtime:  os.DirFS(os.Getenv("HOOKRUNTIME")),
		CacheDir: os.Getenv("HOOKCACHE"),
		ToolExec: []string{"hooked", "tool"},
		All:      os.Getenv("HOOKLEAVES") == "", // most scripts are about hooks, and most of their functions are tiny
		Stdout:   os.Stdout, Stderr: os.Stderr,
	}
	for ; len(args) > 0 && strings.HasPrefix(args[0], "--"); args = args[1:] {
		name, value, _ := strings.Cut(args[0][2:], "=")
		switch name {
		case "with":
			opts.With = append(opts.With, strings.Split(value, ",")...)
		case "args":
			opts.Args = append(opts.Args, strings.Split(value, ",")...)
		case "no-logs":
			opts.NoLogs = true
		case "tls":
			opts.TLS = true
		}
	}
	var plan *Plan
	var err error
	switch command {
	case "test":
		if opts.Arguments, err = ParseTest(args); err == nil {
			plan, err = Test(ctx, opts)
		}
	case "build":
		if opts.Arguments, err = ParseBuild(args); err == nil {
			plan, err = Build(ctx, opts)
		}
	case "run":
		if opts.Arguments, err = ParseBuild(args); err == nil {
			opts.Packages, opts.Rest = splitProgram(opts.Packages)
			return runProgram(ctx, opts)
		}
	}
	return finishHooked(plan, err)
}

func finishHooked(plan *Plan, err error) (int, error) {
	if plan != nil {
		for _, notice := range plan.Notices {
			fmt.Fprintln(os.Stderr, notice)
		}
		for _, pkg := range plan.Packages {
			fmt.Fprintln(os.Stderr, pkg.ImportPath, pkg.Hooked, "hooked", pkg.Skipped, "skipped", pkg.Leaves, "leaves")
		}
	}
	var exit *ExitError
	var defect *DefectError
	switch {
	case errors.As(err, &exit):
		return exit.Status, nil
	case errors.As(err, &defect):
		return 99, err
	case err != nil:
		return 98, err
	}
	return 0, nil
}

// splitProgram tells a package, or .go files, from the program's arguments.
func splitProgram(args []string) (packages, rest []string) {
	n := slices.IndexFunc(args, func(arg string) bool { return !strings.HasSuffix(arg, ".go") })
	if n < 0 {
		n = len(args)
	}
	n = max(n, 1)
	return args[:n], args[n:]
}

func runProgram(ctx context.Context, opts Options) (int, error) {
	dir, err := os.MkdirTemp("", "hooked")
	if err != nil {
		return 98, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "program")
	opts.Flags = append(opts.Flags, "-o="+program)
	plan, err := Build(ctx, opts)
	if status, err := finishHooked(plan, err); status != 0 {
		return status, err
	}
	cmd := exec.CommandContext(ctx, program, opts.Rest...)
	cmd.Env = append(os.Environ(), "HOOKLOG=calls")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	var exit *exec.ExitError
	if err := cmd.Run(); errors.As(err, &exit) {
		return exit.ExitCode(), nil
	} else if err != nil {
		return 98, err
	}
	return 0, nil
}
