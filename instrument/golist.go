package instrument

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// goCommand runs the go command in one directory and environment.
type goCommand struct {
	dir string
	env []string
}

func (g goCommand) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = g.dir
	cmd.Env = g.env
	return interruptible(cmd)
}

// output returns what the go command prints. Its error is an [*ExitError] when the command itself failed.
func (g goCommand) output(ctx context.Context, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	cmd := g.command(ctx, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, exitError(cmd, err, stderr.Bytes())
	}
	return stdout.Bytes(), nil
}

// exitError turns what [exec.Cmd.Run] returned into an [*ExitError] where it was the command that failed.
func exitError(cmd *exec.Cmd, err error, output []byte) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return &ExitError{Command: strings.Join(cmd.Args, " "), Status: exit.ExitCode(), Output: output}
	}
	return fmt.Errorf("run the go command: %w; is Go installed and in PATH?", err)
}

// goEnv is what "go env" says in the user's directory.
type goEnv struct {
	GOVERSION, GOOS, GOARCH, GOEXPERIMENT        string
	GOROOT, GOMODCACHE, GOENV, CC, GOMOD, GOWORK string
	GO111MODULE, GOFLAGS, CGO_ENABLED            string
}

func (g goCommand) environment(ctx context.Context) (goEnv, error) {
	out, err := g.output(ctx, "env", "-json", "GOVERSION", "GOOS", "GOARCH", "GOEXPERIMENT",
		"GOROOT", "GOMODCACHE", "GOENV", "CC", "GOMOD", "GOWORK", "GO111MODULE", "GOFLAGS", "CGO_ENABLED")
	if err != nil {
		return goEnv{}, err
	}
	var env goEnv
	if err := json.Unmarshal(out, &env); err != nil {
		return goEnv{}, fmt.Errorf("read go env: %w", err)
	}
	return env, nil
}

// outsideModules reports whether there is no go.mod and no go.work for the directory.
func (e goEnv) outsideModules() bool {
	return (e.GOMOD == "" || e.GOMOD == os.DevNull) && !e.inWorkspace()
}

// inWorkspace reports whether a go.work takes part.
func (e goEnv) inWorkspace() bool { return e.GOWORK != "" && e.GOWORK != "off" }

// loneModule is the main module where there is but one, if the packages tell it: the go command need not be asked.
func (e goEnv) loneModule(packages []*listed) []module {
	for _, pkg := range packages {
		if m := pkg.Module; m != nil && m.Main && !e.inWorkspace() {
			return []module{{m.Path, m.Dir}}
		}
	}
	return nil
}

// goFlags are the flags in GOFLAGS. What the go command can't read there, it has refused.
func (e goEnv) goFlags() []string {
	words, _ := splitQuoted(e.GOFLAGS)
	return words
}

// listed is a package as go list describes it.
type listed struct {
	Dir        string
	ImportPath string
	Name       string
	Standard   bool
	DepOnly    bool
	ForTest    string
	Module     *struct {
		Path, Version string
		Dir, GoMod    string
		Main          bool
	}
	GoFiles, CgoFiles         []string
	TestGoFiles, XTestGoFiles []string

	EmbedFiles, TestEmbedFiles, XTestEmbedFiles []string
	ImportMap                                   map[string]string

	chosen  bool // by Options.With
	covered bool // by -coverpkg
}

// ofFiles is the import path that the go command gives to a list of .go files.
const ofFiles = "command-line-arguments"

// own reports whether the package is the user's: of a main module, or made of the files that they named.
func (p *listed) own() bool {
	return !p.Standard && (p.ImportPath == ofFiles || p.Module != nil && p.Module.Main)
}

// hooked reports whether the package gets hooks.
func (p *listed) hooked() bool { return p.own() || p.chosen }

const listFields = "-json=Dir,ImportPath,Name,Standard,DepOnly,ForTest,Module,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,EmbedFiles,TestEmbedFiles,XTestEmbedFiles,ImportMap"

// list returns the packages and all that they depend on, each once.
func (g goCommand) list(ctx context.Context, flags, packages []string, test bool) ([]*listed, error) {
	args := append([]string{"list", "-deps", listFields}, flags...)
	if test {
		args = append(args, "-test", "-e") // go test goes on with the other packages when one can't be loaded
	}
	args = append(append(args, "--"), packages...)
	out, err := g.output(ctx, args...)
	if err != nil {
		return nil, err
	}
	var all []*listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listed)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("read go list: %w", err)
		}
		if p.ForTest == "" && !strings.HasSuffix(p.ImportPath, ".test") {
			all = append(all, p)
		}
	}
}

// mainModules returns the directories of the main modules by their paths: one, or the members of a workspace.
func (g goCommand) mainModules(ctx context.Context, flags []string) ([]module, error) {
	out, err := g.output(ctx, append([]string{"list", "-m", "-f={{if .Main}}{{.Path}}\t{{.Dir}}{{end}}"}, flags...)...)
	if err != nil {
		return nil, err
	}
	var all []module
	for line := range strings.Lines(string(out)) {
		path, dir, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok {
			all = append(all, module{path, dir})
		}
	}
	return all, nil
}

type module struct{ path, dir string }

// below reports whether path lies in dir.
func below(path, dir string) bool {
	if dir == "" {
		return false
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
