package instrument

import (
	"bytes"
	"context"
	"debug/dwarf"
	"debug/elf"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

// ownProgram has what lines and names can go wrong with: closures, generics, an embedded file, a package beside main.
var ownProgram = map[string]string{
	"go.mod": "module ex.com/m\n\ngo 1.23\n",
	"main.go": `package main

import (
	_ "embed"
	"fmt"

	"ex.com/m/lib"
)

//go:embed text.txt
var text string

func main() {
	for x := range lib.Each(1, 2) {
		defer func() { fmt.Println(x, text) }()
	}
	fmt.Println(lib.Fails())
}
`,
	"text.txt": "text",
	"lib/lib.go": `package lib

import (
	"errors"
	"iter"
)

func Each[T any](all ...T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, t := range all {
			if !yield(t) {
				return
			}
		}
	}
}

func Fails() (int, error) {
	return 1, errors.New("failed")
}
`,
}

func writeProgram(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range ownProgram {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// realRuntime is a copy of the sources to inject, for all builds of a test to inject the same.
func realRuntime(t *testing.T) fs.FS {
	t.Helper()
	all := make(fstest.MapFS)
	for dir := range injected {
		names, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			all[filepath.ToSlash(name[len("../"):])] = &fstest.MapFile{Data: readFile(t, name)}
		}
	}
	return all
}

// buildOwn builds the program in dir, and returns where it is.
func buildOwn(t *testing.T, hooks fs.FS, dir, cache string, flags ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	if _, err := Build(context.Background(), ownOptions(t, hooks, dir, cache, program, flags...)); err != nil {
		t.Fatal(err)
	}
	return program
}

func ownOptions(t *testing.T, hooks fs.FS, dir, cache, program string, flags ...string) Options {
	return Options{
		Arguments: Arguments{Flags: append(flags, "-o="+program, "-buildvcs=false"), Packages: []string{"."}},
		Dir:       dir,
		Runtime:   hooks,
		CacheDir:  cache,
		ToolExec:  []string{testCommand(t, "hooked"), "tool"},
		Stderr:    t.Output(),
		All:       true,
	}
}

func goroot(t *testing.T) string {
	t.Helper()
	_, root, _ := strings.Cut(goEnvironment(t, "GOROOT")[0], "=")
	return root
}

// TestElsewhere builds for other systems, and with a toolchain that the go command downloads.
func TestElsewhere(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	hooks, dir, store := realRuntime(t), writeProgram(t), t.TempDir()
	for _, env := range [][]string{
		{"GOOS=darwin", "GOARCH=arm64"},
		{"GOOS=windows", "GOARCH=arm64"},
		{"GOOS=linux", "GOARCH=386"},
		{"GOTOOLCHAIN=go1.25.5"},
	} {
		t.Run(strings.Join(env, " "), func(t *testing.T) {
			env = append(os.Environ(), env...)
			version := exec.Command("go", "version")
			version.Env = env
			if err := version.Run(); err != nil {
				t.Skipf("no such toolchain: %v", err)
			}
			opts := ownOptions(t, hooks, dir, store, os.DevNull)
			opts.Env = env
			if _, err := Build(context.Background(), opts); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// testCommand makes this binary run one of the commands that TestMain knows.
func testCommand(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), name)
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	return link
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestReproducible guards that the same input gives the same output: at the same place, and, with -trimpath, at another one and with
// another store.
func TestReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	hooks, here, there, store := realRuntime(t), writeProgram(t), writeProgram(t), t.TempDir()
	for _, flags := range [][]string{{}, {"-trimpath"}, {"-trimpath", "-cover"}} {
		first := readFile(t, buildOwn(t, hooks, here, store, flags...))
		again := readFile(t, buildOwn(t, hooks, here, t.TempDir(), flags...))
		if !bytes.Equal(first, again) {
			t.Errorf("%q: another program the second time", flags)
		}
		if bytes.Contains(first, []byte(store)) {
			t.Errorf("%q: the program names our store", flags)
		}
		if len(flags) == 0 {
			continue
		}
		if other := readFile(t, buildOwn(t, hooks, there, t.TempDir(), flags...)); !bytes.Equal(first, other) {
			t.Errorf("%q: another program at another place", flags)
		}
	}
}

// TestLinesAreTheUsers guards what debuggers and stack traces go by: every line of a user's function is one of the user's own file.
func TestLinesAreTheUsers(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	if runtime.GOOS != "linux" {
		t.Skip("reads ELF files")
	}
	dir, store := writeProgram(t), t.TempDir()
	for _, flags := range [][]string{{}, {"-gcflags=all=-N -l"}, {"-cover"}} {
		lines := ownLines(t, buildOwn(t, realRuntime(t), dir, store, flags...))
		for name, text := range ownProgram {
			if filepath.Ext(name) != ".go" {
				continue
			}
			path := filepath.Join(dir, name)
			count := strings.Count(text, "\n")
			if len(lines[path]) < 5 {
				t.Errorf("%q: the program knows %d lines of %q", flags, len(lines[path]), name)
			}
			for line := range lines[path] {
				if line < 1 || line > count {
					t.Errorf("%q: %q has no line %d", flags, name, line)
				}
			}
			delete(lines, path)
		}
		for path := range lines {
			t.Errorf("%q: the program has lines of %q", flags, path)
		}
	}
}

// ownLines reads from a program which lines of which files its own packages consist of.
func ownLines(t *testing.T, program string) map[string]map[int]bool {
	t.Helper()
	file, err := elf.NewFile(bytes.NewReader(readFile(t, program)))
	if err != nil {
		t.Fatal(err)
	}
	data, err := file.DWARF()
	if err != nil {
		t.Fatal(err)
	}
	root := goroot(t)
	found := make(map[string]map[int]bool)
	for units := data.Reader(); ; units.SkipChildren() {
		unit, err := units.Next()
		if err != nil {
			t.Fatal(err)
		}
		if unit == nil {
			return found
		}
		name, _ := unit.Val(dwarf.AttrName).(string)
		if name != "main" && name != "ex.com/m/lib" {
			continue
		}
		lines, err := data.LineReader(unit)
		if err != nil {
			t.Fatal(err)
		}
		for {
			var entry dwarf.LineEntry
			if err := lines.Next(&entry); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if path := entry.File.Name; !entry.EndSequence && path != "<autogenerated>" && !foreign(path, root) {
				if found[path] == nil {
					found[path] = make(map[int]bool)
				}
				found[path][entry.Line] = true
			}
		}
	}
}

// foreign reports whether a file is none of the user's, so that its lines are there because it was put in line.
func foreign(path, goroot string) bool {
	return strings.HasPrefix(path, goroot) || strings.Contains(path, "/"+injectDir+"/")
}
