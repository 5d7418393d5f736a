package instrument

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// CoverTool is what runs the go command's tools when coverage is measured: the command that [Options.ToolExec] names calls it with
// the rest of its own arguments. It runs the tool, and puts hooks into the files that the cover tool has written. All other
// tools run as they are, so that nothing is compiled anew that needn't be. The result is the status to exit with.
func CoverTool(args []string) int {
	var config coverConfig
	if len(args) == 0 {
		return coverFailed(errors.New("no configuration"))
	}
	data, err := os.ReadFile(args[0])
	if err == nil {
		err = json.Unmarshal(data, &config)
	}
	tool := 1 + config.Words
	if err == nil && len(args) <= tool {
		err = errors.New("no tool")
	}
	if err != nil {
		return coverFailed(err)
	}
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	var exit *exec.ExitError
	if err := cmd.Run(); errors.As(err, &exit) {
		return exit.ExitCode()
	} else if err != nil {
		return coverFailed(err)
	}
	if strings.TrimSuffix(filepath.Base(args[tool]), ".exe") != "cover" {
		return 0
	}
	if err := config.hookCovered(args[tool+1:]); err != nil {
		return coverFailed(err)
	}
	return 0
}

func coverFailed(err error) int {
	fmt.Fprintln(os.Stderr, "goapptrace: hook covered files:", err)
	return 1
}

// hookCovered puts hooks into what the cover tool has made of the files of a package.
func (c *coverConfig) hookCovered(args []string) error {
	in, out, err := coveredFiles(args)
	if err != nil {
		return err
	}
	var files []*source
	for i, path := range out {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := in[i]
		if original, ok := c.Files[name]; ok {
			name = original
		}
		file, err := parseSource(name, text)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	scopes := newScopes(files)
	for i, file := range files {
		if c.Files[in[i]] == "" {
			continue
		}
		hooked := file.rewrite(scopes.of(file), c.Options[filepath.Dir(file.name)])
		if err := os.WriteFile(out[i], hooked.Source, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// isCounter reports whether a statement is one of those that the cover tool inserts.
func isCounter(n ast.Node) bool {
	var counter ast.Expr
	switch n := n.(type) {
	case *ast.AssignStmt: // goCover_0123456789ab_[3] = 1
		counter = n.Lhs[0]
	case *ast.IncDecStmt:
		counter = n.X
	case *ast.ExprStmt: // _cover_atomic_.AddUint32(&goCover_0123456789ab_[3], 1)
		if call, ok := n.X.(*ast.CallExpr); ok {
			return isSelectorOf(call.Fun, "_cover_atomic_")
		}
	}
	if cell, ok := counter.(*ast.IndexExpr); ok {
		id, ok := cell.X.(*ast.Ident)
		return ok && strings.HasPrefix(id.Name, "goCover_")
	}
	return false
}

func isSelectorOf(e ast.Expr, pkg string) bool {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && id.Name == pkg
}

// coveredFiles returns which files the cover tool reads, and where it writes what it makes of each. Asked for its version, it
// does neither.
func coveredFiles(args []string) (in, out []string, err error) {
	i := slices.Index(args, "-outfilelist")
	if i < 0 || i+1 >= len(args) {
		return nil, nil, nil
	}
	list, err := os.ReadFile(args[i+1])
	if err != nil {
		return nil, nil, err
	}
	out = strings.Split(strings.TrimSpace(string(list)), "\n")[1:] // the first is for the counters
	if len(out) > len(args) {
		return nil, nil, fmt.Errorf("the cover tool writes %d files for its arguments %q", len(out), args)
	}
	return args[len(args)-len(out):], out, nil
}
