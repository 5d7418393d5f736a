package instrument

import (
	"bytes"
	"context"
	"errors"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// makeModule writes a module of one program.
func makeModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module ex.com/m\n\ngo 1.26\n",
		"main.go": "package main\n\nfunc main() {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func planIn(t *testing.T, opts Options, packages ...string) (*Plan, error) {
	t.Helper()
	opts.Packages = packages
	opts.Runtime = os.DirFS("testdata/runtime")
	return NewPlan(context.Background(), opts, Building)
}

// TestPlanIsStable guards the go command's cache: equal input must have equal paths.
func TestPlanIsStable(t *testing.T) {
	opts := Options{Dir: makeModule(t), CacheDir: t.TempDir()}
	first, err := planIn(t, opts, ".")
	if err != nil {
		t.Fatal(err)
	}
	second, err := planIn(t, opts, ".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.Args, second.Args); diff != "" {
		t.Error(diff)
	}
	before, err := os.ReadFile(first.Overlay)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(opts.Dir, "main.go"), []byte("package main\n\nfunc main() { }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	third, err := planIn(t, opts, ".")
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(third.Overlay)
	if err != nil {
		t.Fatal(err)
	}
	if changed := changedLines(before, after); changed != 1 {
		t.Errorf("changing one file changed %d entries of the overlay:\n%s", changed, after)
	}
}

func changedLines(a, b []byte) int {
	n := 0
	for _, line := range bytes.Split(b, []byte("\n")) {
		if !bytes.Contains(a, line) {
			n++
		}
	}
	return n
}

func TestPlanRefuses(t *testing.T) {
	dir := makeModule(t)
	cache := t.TempDir()
	env := func(vars ...string) []string { return append(os.Environ(), vars...) }
	tests := map[string]struct {
		opts Options
		want string
	}{
		"GOPATH mode":      {Options{Dir: dir, Env: env("GO111MODULE=off")}, "GO111MODULE=off"},
		"the module cache": {Options{Dir: dir, Env: env("GOMODCACHE=" + filepath.Dir(dir))}, "copy the module elsewhere"},
		"a toolchain of the module cache": {
			Options{Dir: dir, With: []string{"runtime"}, Env: env("GOMODCACHE=" + filepath.Dir(goroot(t)))},
			"lies in the module cache, where the go command allows no overlay",
		},
		"a lost overlay": {Options{Dir: dir, Arguments: Arguments{Flags: []string{"-overlay=none.json"}}}, "read the overlay"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.opts.CacheDir = cache
			_, err := planIn(t, test.opts, ".")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want something with %q", err, test.want)
			}
		})
	}
	if _, err := planIn(t, Options{Dir: dir, CacheDir: cache}, "fmt"); !errors.Is(err, ErrNothingToHook) {
		t.Errorf("a package of the standard library: got %v", err)
	}
}

// TestDefect guards the blame: hooks that don't compile are no fault of the program's.
func TestDefect(t *testing.T) {
	_, err := Build(context.Background(), Options{
		Dir:       makeModule(t),
		CacheDir:  t.TempDir(),
		Arguments: Arguments{Flags: []string{"-o=" + os.DevNull}, Packages: []string{"."}},
		Runtime: fstest.MapFS{
			"protocol/p.go":         {Data: []byte("package protocol\n")},
			"tracee/hook/hook.go":   {Data: []byte("package hook\n")},
			"tracee/agent/agent.go": {Data: []byte("package agent\n")},
		},
	})
	var defect *DefectError
	if !errors.As(err, &defect) || !bytes.Contains(defect.Output, []byte("main.go:3")) {
		t.Errorf("got %v", err)
	}
}

func TestAdapt(t *testing.T) {
	in := injector{prefix: "ex.com/m/_goapptrace", lang: "go1.26"}
	tests := map[string]struct{ in, want string }{
		"no build line": {"// Package p.\npackage p\n", "//go:build go1.26\n\n// Package p.\npackage p\n"},
		"a build line": {
			"// c\n\n//go:build linux || darwin\n\npackage p\n",
			"// c\n\n//go:build (linux || darwin) && go1.26\n\npackage p\n",
		},
		"imports": {
			"package p\n\nimport (\n\t\"fmt\"\n\th \"goapptrace/tracee/hook\"\n\t\"goapptrace/protocol\"\n)\n",
			"//go:build go1.26\n\npackage p\n\nimport (\n\t\"fmt\"\n\th \"ex.com/m/_goapptrace/hook\"\n\t\"ex.com/m/_goapptrace/protocol\"\n)\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := in.adapt("x.go", []byte(test.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestInjectedSources guards that everything the real packages import is there once they are injected.
func TestInjectedSources(t *testing.T) {
	in := injector{prefix: "ex.com/m/_goapptrace", lang: "go1.26", values: true}
	t.Run("without TLS", in.injects)
	in.tls = true
	t.Run("with TLS", in.injects)
}

func (in injector) injects(t *testing.T) {
	files, err := in.files(os.DirFS(".."), Offsets{MCurg: 1, GGoid: 2, GPanic: 3})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(files["hook/offsets.go"], []byte("= 1, 2, 3")) {
		t.Errorf("offsets: %s", files["hook/offsets.go"])
	}
	for name, src := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			rest, ours := strings.CutPrefix(path, in.prefix+"/")
			if ours && !(slices.Contains([]string{"hook", "agent", "protocol"}, rest) || rest == "secure" && in.tls) || strings.HasPrefix(path, "goapptrace/") {
				t.Errorf("%s imports %q", name, path)
			}
			if (path == "crypto/tls" || path == "crypto/x509") && !in.tls {
				t.Errorf("%s imports %q in programs without TLS", name, path)
			}
		}
	}
}

func TestLanguage(t *testing.T) {
	for in, want := range map[string]string{
		"go1.26.8": "go1.26", "go1.27rc1": "go1.27", "devel go1.28-0123abc Mon": "go1.28", "go1.19.2": "", "nonsense": "",
	} {
		if got, err := language(in); got != want || (err == nil) != (want != "") {
			t.Errorf("language(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestStoreTrim(t *testing.T) {
	s, err := openStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	old, err := s.put("old.go", []byte("old"))
	if err != nil {
		t.Fatal(err)
	}
	young, err := s.put("young.go", []byte("young"))
	if err != nil {
		t.Fatal(err)
	}
	s.set("used", nil)
	used := filepath.Join(s.path("used"))
	now := time.Now()
	long := now.Add(-2 * keepFor)
	for _, path := range []string{old, used} {
		if err := os.Chtimes(path, long, long); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := s.get("used"); !ok {
		t.Error("what was set isn't there")
	}
	s.trim(now)
	if _, err := os.Stat(used); err != nil {
		t.Errorf("what was asked for: %v", err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the old file is still there")
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("the young file: %v", err)
	}
}

// TestOffsetsOfArchitectures guards that the offsets are found without building anything, for 32 bits as for 64.
func TestOffsetsOfArchitectures(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64", "386"} {
		env := append(os.Environ(), "GOARCH="+arch, "GOOS=linux", "CGO_ENABLED=0")
		packages, err := newGoCommand(t.TempDir(), env).list(context.Background(), nil, []string{"runtime"}, false)
		if err != nil {
			t.Fatal(err)
		}
		got := computeOffsets(arch, packages)
		if got.MCurg == 0 || got.GGoid == 0 || got.GPanic == 0 || got.GParentGoid <= got.GGoid || got.GGopc == 0 || got.GStartpc == 0 {
			t.Errorf("%s: %+v", arch, got)
		}
		t.Logf("%s: %+v", arch, got)
	}
}
