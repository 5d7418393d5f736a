package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// The large module, at a version that doesn't change, and one of its files that much depends on.
const (
	large        = "github.com/evanw/esbuild@v0.25.9"
	largePackage = "./cmd/esbuild"
	largeFile    = "internal/js_ast/js_ast.go"
)

// builds are how long a large module takes to build, plain and with hooks: with an empty build cache, after a change, and
// without any.
func (b *bench) builds() []row {
	const name = "build of a large module"
	if b.quick {
		return []row{missing(name, "it takes minutes, and this was to be quick")}
	}
	src, err := b.fetch(large)
	if err != nil {
		return []row{missing(name, err.Error())}
	}
	plain := &builder{src: src, dir: filepath.Join(b.tmp, "plain"), tool: "go"}
	hooked := &builder{src: src, dir: filepath.Join(b.tmp, "hooked"), tool: b.tracer}
	changes := 0
	var rows []row
	for _, kind := range []struct {
		name  string
		times int
		ready func() error
	}{
		{"build, empty cache", 1, func() error { return nil }},
		{"build, one file changed", 3, func() error { changes++; return change(filepath.Join(src, largeFile), changes) }},
		{"build, nothing changed", 5, func() error { return nil }},
	} {
		var took [2][]float64
		for range kind.times {
			if err := kind.ready(); err != nil {
				return append(rows, broken(kind.name, err))
			}
			for i, built := range []*builder{plain, hooked} {
				seconds, err := built.build()
				if err != nil {
					return append(rows, broken(kind.name, err))
				}
				took[i] = append(took[i], seconds)
			}
		}
		before := row{Name: kind.name + ", plain", Unit: "s"}
		before.Value, before.Note = median(took[0])
		after := row{Name: kind.name + ", with hooks", Unit: "s"}
		after.Value, after.Note = median(took[1])
		rows = append(rows, before, after.to(before))
	}
	return rows
}

// fetch copies a module out of the module cache, where it must not be changed.
func (b *bench) fetch(module string) (dir string, err error) {
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = b.tmp
	out, err := cmd.Output()
	var got struct{ Dir string }
	if jsonErr := json.Unmarshal(out, &got); err != nil || jsonErr != nil || got.Dir == "" {
		return "", fmt.Errorf("%s can't be downloaded", module)
	}
	dir = filepath.Join(b.tmp, "large")
	if err := os.CopyFS(dir, os.DirFS(got.Dir)); err != nil {
		return "", err
	}
	return dir, nil
}

// change changes a file in a way that its dependents are built again for: a package's exported constant.
func change(file string, n int) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, fmt.Sprintf("\nconst Changed%d = %d\n", n, n))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// builder builds the large module with a build cache of its own.
type builder struct{ src, dir, tool string }

func (b *builder) build() (seconds float64, err error) {
	cmd := exec.Command(b.tool, "build", "-o", filepath.Join(b.dir, "large"), largePackage)
	cmd.Dir, cmd.Env = b.src, append(os.Environ(), "GOCACHE="+filepath.Join(b.dir, "cache"), "GOFLAGS=-mod=mod", "GOWORK=off")
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, out)
	}
	return time.Since(began).Seconds(), nil
}
