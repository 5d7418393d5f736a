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
		var took, worked [2][]float64
		for range kind.times {
			if err := kind.ready(); err != nil {
				return append(rows, broken(kind.name, err))
			}
			for i, built := range []*builder{plain, hooked} {
				seconds, processor, err := built.build()
				if err != nil {
					return append(rows, broken(kind.name, err))
				}
				took[i], worked[i] = append(took[i], seconds), append(worked[i], processor)
			}
		}
		before := buildRow(kind.name+", plain", took[0], worked[0])
		rows = append(rows, before, buildRow(kind.name+", with hooks", took[1], worked[1]).to(before))
	}
	return rows
}

// buildRow tells the processors' time too: on a machine that does other things as well it is the better figure.
func buildRow(name string, took, worked []float64) row {
	return row{Name: name, Value: median(took), Unit: "s", Note: figure(median(worked)) + " s of the processors; load " + load()}
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

// build returns the seconds that it took, and those that the processors worked for it.
func (b *builder) build() (seconds, processor float64, err error) {
	cmd := exec.Command(b.tool, "build", "-o", filepath.Join(b.dir, "large"), largePackage)
	cmd.Dir, cmd.Env = b.src, append(os.Environ(), "GOCACHE="+filepath.Join(b.dir, "cache"), "GOFLAGS=-mod=mod", "GOWORK=off")
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, out)
	}
	used := cmd.ProcessState
	return time.Since(began).Seconds(), (used.UserTime() + used.SystemTime()).Seconds(), nil
}
