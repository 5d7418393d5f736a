package instrument

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// planned is a module that was planned until nothing had to be done for it any more.
type planned struct{ opts Options }

func planOften(t *testing.T) *planned {
	t.Helper()
	m := &planned{Options{Dir: t.TempDir(), CacheDir: t.TempDir(), Env: os.Environ()}}
	for name, text := range map[string]string{
		"go.mod":         "module ex.com/m\n\ngo 1.26\n",
		"main.go":        "package main\n\nimport \"ex.com/m/sub/p\"\n\nfunc main() { p.F() }\n",
		"tagged.go":      "//go:build special\n\npackage main\n\nfunc init() { println(1) }\n",
		"main_test.go":   "package main\n",
		"sub/p/p.go":     "package p\n\nfunc F() { for range 3 { println(2) } }\n",
		"sub/p/q.go":     "package p\n\nfunc G() { for range 3 { println(3) } }\n",
		"sub/other/o.go": "package other\n\nfunc F() { for range 3 { println(4) } }\n",
	} {
		m.write(t, name, text)
	}
	for i, want := range []bool{false, false, true} {
		if plan := m.plan(t); plan.recalled != want {
			t.Fatalf("plan %d: recalled is %t", i+1, plan.recalled)
		}
	}
	return m
}

func (m *planned) plan(t *testing.T) *Plan {
	t.Helper()
	plan, err := planIn(t, m.opts, ".")
	try(t, err)
	return plan
}

func (m *planned) path(name string) string { return filepath.Join(m.opts.Dir, name) }

func (m *planned) write(t *testing.T, name, text string) {
	t.Helper()
	try(t, os.MkdirAll(filepath.Dir(m.path(name)), 0o700))
	try(t, os.WriteFile(m.path(name), []byte(text), 0o600))
}

// replace changes a file, whose time is set back.
func (m *planned) replace(t *testing.T, name, old, text string) {
	t.Helper()
	changeQuietly(name, old, text)(t, cachedPackage{pkg: &listed{Dir: m.opts.Dir}})
}

func (m *planned) setenv(_ *testing.T, value string) { m.opts.Env = append(m.opts.Env, value) }

// whatIsBuilt is all of a plan that the go command or the user gets to see.
func whatIsBuilt(t *testing.T, plan *Plan) any {
	t.Helper()
	data, err := os.ReadFile(plan.Overlay)
	try(t, err)
	return []any{plan.Packages, plan.Notices, slices.Sorted(slices.Values(plan.Args)), plan.Dir, plan.Env, string(data)}
}

// TestPlanIsRecalled guards that whatever changes between two builds, the second is what it would be without the first, and
// that no more is done for it than must be.
func TestPlanIsRecalled(t *testing.T) {
	tests := map[string]struct {
		change func(*testing.T, *planned)
		same   bool // there is nothing to do
	}{
		"nothing":          {func(*testing.T, *planned) {}, true},
		"a test":           {func(t *testing.T, m *planned) { m.write(t, "main_test.go", "package main_test\n") }, true},
		"a text":           {func(t *testing.T, m *planned) { m.write(t, "log.txt", "text") }, true},
		"another package":  {func(t *testing.T, m *planned) { m.replace(t, "sub/other/o.go", "3", "5") }, true},
		"a file edited":    {func(t *testing.T, m *planned) { m.replace(t, "sub/p/p.go", "3", "5") }, false},
		"an import":        {func(t *testing.T, m *planned) { m.replace(t, "main.go", "sub/p", "sub/other") }, false},
		"a file added":     {func(t *testing.T, m *planned) { m.write(t, "sub/p/r.go", "package p\n\nfunc init() { println(5) }\n") }, false},
		"a file removed":   {func(t *testing.T, m *planned) { try(t, os.Remove(m.path("sub/p/q.go"))) }, false},
		"a file renamed":   {func(t *testing.T, m *planned) { try(t, os.Rename(m.path("sub/p/q.go"), m.path("sub/p/q_windows.go"))) }, false},
		"a constraint":     {func(t *testing.T, m *planned) { m.replace(t, "tagged.go", "special", "!spcial") }, false},
		"a tag":            {func(_ *testing.T, m *planned) { m.opts.Flags = []string{"-tags=special"} }, false},
		"a tag in GOFLAGS": {func(t *testing.T, m *planned) { m.setenv(t, "GOFLAGS=-tags=special") }, false},
		"a tag in GOENV": {func(t *testing.T, m *planned) {
			m.setenv(t, "GOENV="+m.path("env"))
			m.plan(t)
			m.plan(t)
			m.write(t, "env", "GOFLAGS=-tags=special\n")
		}, false},
		"a system":    {func(t *testing.T, m *planned) { m.setenv(t, "GOOS=windows") }, false},
		"the module":  {func(t *testing.T, m *planned) { m.replace(t, "go.mod", "1.26", "1.25") }, false},
		"a workspace": {func(t *testing.T, m *planned) { m.write(t, "go.work", "go 1.26\n\nuse .\n") }, false},
		"a workspace above": {func(t *testing.T, m *planned) {
			m.write(t, "../go.work", "go 1.26\n\nuse ./"+filepath.Base(m.opts.Dir)+"\n")
		}, false},
		"an output":      {func(_ *testing.T, m *planned) { m.opts.Flags = []string{"-o=out"} }, true},
		"--all":          {func(_ *testing.T, m *planned) { m.opts.All = true }, false},
		"--with":         {func(_ *testing.T, m *planned) { m.opts.With = []string{"std"} }, false},
		"--tls":          {func(_ *testing.T, m *planned) { m.opts.TLS = true }, false},
		"a viewer":       {func(t *testing.T, m *planned) { m.setenv(t, "GOAPPTRACE_SERVER=tls://viewer.lan:8600") }, false},
		"--args":         {func(_ *testing.T, m *planned) { m.opts.Args = []string{"*"} }, false},
		"a trimmed file": {func(t *testing.T, m *planned) { try(t, os.Remove(m.plan(t).Overlay)) }, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := planOften(t)
			test.change(t, m)
			got := m.plan(t)
			if got.recalled != test.same {
				t.Errorf("recalled is %t", got.recalled)
			}
			m.opts.anew = true
			if diff := cmp.Diff(whatIsBuilt(t, m.plan(t)), whatIsBuilt(t, got)); diff != "" {
				t.Errorf("without the plan before (-) it is otherwise:\n%s", diff)
			}
		})
	}
}

// TestPlanIsMadeAnew guards that a plan is always made where files alone don't tell what it depends on.
func TestPlanIsMadeAnew(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *planned){
		"a pattern":   func(_ *testing.T, m *planned) { m.opts.Packages = []string{"./..."} },
		"a workspace": func(t *testing.T, m *planned) { m.write(t, "go.work", "go 1.26\n\nuse .\n") },
		"an overlay": func(t *testing.T, m *planned) {
			m.write(t, "overlay", "{}")
			m.opts.Flags = []string{"-overlay=overlay"}
		},
		"another go.mod": func(t *testing.T, m *planned) {
			m.write(t, "other.mod", "module ex.com/m\n\ngo 1.26\n")
			m.opts.Flags = []string{"-modfile=other.mod"}
		},
		"a local module": func(t *testing.T, m *planned) {
			m.write(t, "local/go.mod", "module ex.com/local\n")
			m.write(t, "go.mod", "module ex.com/m\n\ngo 1.26\n\nreplace ex.com/local => ./local\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := planOften(t)
			m.opts.Packages = []string{"."}
			change(t, m)
			for range 4 {
				opts := m.opts
				if plan, err := planIn(t, opts, opts.Packages...); err != nil || plan.recalled {
					t.Fatalf("recalled is %t: %v", plan != nil && plan.recalled, err)
				}
			}
		})
	}
}

// TestPlanOfAMovingModule guards that a plan isn't kept with files that came after it.
func TestPlanOfAMovingModule(t *testing.T) {
	t.Parallel()
	m := planOften(t)
	opts := m.opts
	opts.Packages = []string{"."}
	m.replace(t, "main.go", "p.F()", "p.G()")
	opts.Runtime = os.DirFS("testdata/runtime")
	p, err := newPlanner(opts, Building)
	try(t, err)
	if p.recall() != nil {
		t.Fatal("another plan was recalled")
	}
	m.replace(t, "main.go", "p.G()", "p.F()") // now it is as it was, but was it when go list looked?
	_, err = p.make(context.Background(), opts)
	try(t, err)
	if m.plan(t).recalled {
		t.Error("the plan was trusted")
	}
}

func TestReplacesLocally(t *testing.T) {
	for line, want := range map[string]bool{
		"replace a => ./b": true, "\ta v1.0.0 => ../b // text": true, "replace a => \"./b\"": true, "replace a => /b": true, `a => C:\b`: true,
		"replace a => ex.com/b v1.0.0": false, "require a v1.0.0": false, "// see ./b": false, "": false,
	} {
		if got := replacesLocally("module m\n" + line + "\n"); got != want {
			t.Errorf("%q: %t", line, got)
		}
	}
}

// TestBuildPlansAgain guards that a plan of another time is never what a build fails for.
func TestBuildPlansAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	t.Parallel()
	m := planOften(t)
	opts := m.opts
	opts.Packages, opts.Runtime = []string{"."}, os.DirFS("testdata/runtime")
	opts.Flags = []string{"-o=" + filepath.Join(t.TempDir(), "program")}
	p, err := newPlanner(opts, Building)
	try(t, err)
	if p.recall() == nil {
		t.Fatal("nothing is known")
	}
	p.known.Flags = append(p.known.Flags, "-toolexec=/gone")
	data, err := json.Marshal(p.known)
	try(t, err)
	p.store.set(p.key, data)
	plan, err := Build(context.Background(), opts)
	if err != nil || plan.recalled {
		t.Errorf("recalled is %t: %v", plan != nil && plan.recalled, err)
	}
}
