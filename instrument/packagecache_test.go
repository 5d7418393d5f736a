package instrument

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// cachedPackage is a package that was planned once.
type cachedPackage struct {
	planner *planner
	pkg     *listed
}

func cachePackage(t *testing.T) cachedPackage {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.go":      "package p\n\nfunc a(n int) int { return c(n) + 1 }\n",
		"c.go":      "package p\n\nimport \"C\"\n\nfunc c(n int) int { for range n { n++ }; return n }\n",
		"a_test.go": "package p\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { a(1) }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := cachedPackage{
		planner: &planner{mode: Testing, prefix: "ex.com/_goapptrace"},
		pkg: &listed{
			Dir: dir, ImportPath: "ex.com/p", Name: "p",
			GoFiles: []string{"a.go"}, CgoFiles: []string{"c.go"}, TestGoFiles: []string{"a_test.go"},
		},
	}
	c.planner.store = newStore(t)
	c.plan(t)
	return c
}

func newStore(t *testing.T) store {
	t.Helper()
	s, err := openStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// outcome is what the go command and the user would get to see of a package.
type outcome struct {
	Counts Package
	Files  map[string]string // text by the user's name
	Spared []string
}

func (c cachedPackage) plan(t *testing.T) outcome {
	t.Helper()
	c.planner.overlay, c.planner.plan.rewritten, c.planner.spared = make(overlay), make(overlay), nil
	got := outcome{Files: make(map[string]string)}
	if err := c.planner.hookPackage(&got.Counts, c.pkg); err != nil {
		t.Fatal(err)
	}
	for name, stored := range c.planner.overlay {
		text, err := os.ReadFile(stored)
		if err != nil {
			t.Fatal(err)
		}
		got.Files[name] = string(text)
	}
	got.Spared = c.planner.spared
	return got
}

func (c cachedPackage) path(name string) string { return filepath.Join(c.pkg.Dir, name) }

// TestPackageIsRecalled guards that what the store has is used.
func TestPackageIsRecalled(t *testing.T) {
	c := cachePackage(t)
	c.planner.store.remember(c.planner.input(c.pkg), hookedPackage{Hooked: 77})
	if got := c.plan(t); got.Counts.Hooked != 77 {
		t.Errorf("%d functions with hooks: the package was rewritten again", got.Counts.Hooked)
	}
}

// TestPackageCache guards that a package comes out of the store as it would without one.
func TestPackageCache(t *testing.T) {
	tests := map[string]struct {
		change func(*testing.T, cachedPackage)
		same   bool // the outcome is that of the first time
	}{
		"nothing":            {func(*testing.T, cachedPackage) {}, true},
		"a trimmed file":     {func(t *testing.T, c cachedPackage) { eachStored(t, c, os.Remove) }, true},
		"a shortened file":   {func(t *testing.T, c cachedPackage) { eachStored(t, c, cutShort) }, true},
		"a wrong count":      {func(t *testing.T, c cachedPackage) { eachEntry(t, c, miscount) }, true},
		"a shortened entry":  {func(t *testing.T, c cachedPackage) { eachEntry(t, c, cutShort) }, true},
		"same size and time": {changeQuietly("a.go", "c(n) + 1", "c(n + 1)"), false},
		"a file with C":      {changeQuietly("c.go", "n++", "n--"), false},
		"a test":             {changeQuietly("a_test.go", "a(1)", "a(2)"), false},
		"a TestMain":         {changeQuietly("a_test.go", "TestA(t *testing.T)", "TestMain(*testing.M)"), false},
		"a file less":        {func(_ *testing.T, c cachedPackage) { c.pkg.CgoFiles = nil }, false},
		"a lost file":        {func(t *testing.T, c cachedPackage) { try(t, os.Remove(c.path("c.go"))) }, false},
		"no tests":           {func(_ *testing.T, c cachedPackage) { c.pkg.DepOnly = true }, false},
		"an overlay of the user's": {func(_ *testing.T, c cachedPackage) {
			c.planner.user = overlay{c.path("a.go"): c.path("c.go")}
		}, false},
		"an embedded file": {func(_ *testing.T, c cachedPackage) {
			c.planner.embedded = map[string]bool{c.path("a_test.go"): true}
		}, false},
		"--all":          {func(_ *testing.T, c cachedPackage) { c.planner.all, c.pkg.DepOnly = true, true }, false},
		"--args":         {func(_ *testing.T, c cachedPackage) { c.planner.args = []string{"*.a"} }, false},
		"another home":   {func(_ *testing.T, c cachedPackage) { c.planner.prefix = "ex.com/m" }, false},
		"a standard one": {func(_ *testing.T, c cachedPackage) { c.pkg.Standard = true }, false},
		"a copy": {func(_ *testing.T, c cachedPackage) {
			c.planner.relocated = []relocated{{from: c.pkg.Dir, to: c.pkg.Dir, lines: true}}
		}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := cachePackage(t)
			first := c.plan(t)
			test.change(t, c)
			second := c.plan(t)
			if same := cmp.Equal(first, second); same != test.same {
				t.Errorf("the same as before: %t, want %t", same, test.same)
			}
			c.planner.store = newStore(t)
			if diff := cmp.Diff(c.plan(t), second); diff != "" {
				t.Errorf("with an empty store (-) it is otherwise:\n%s", diff)
			}
		})
	}
}

// eachStored does something to all files that took the place of others.
func eachStored(t *testing.T, c cachedPackage, do func(string) error) {
	t.Helper()
	for _, path := range c.planner.overlay {
		try(t, do(path))
	}
}

// eachEntry does something to what the store keeps by keys.
func eachEntry(t *testing.T, c cachedPackage, do func(string) error) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(c.planner.store.dir, "keys", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		try(t, do(path))
	}
}

func cutShort(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, info.Size()-1)
}

// miscount leaves an entry readable, with another count.
func miscount(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, bytes.Replace(data, []byte(`"Hooked":`), []byte(`"Hooked":1`), 1), 0o600)
}

// changeQuietly changes a file, whose time is set back.
func changeQuietly(name, old, text string) func(*testing.T, cachedPackage) {
	return func(t *testing.T, c cachedPackage) {
		path := c.path(name)
		data, err := os.ReadFile(path)
		try(t, err)
		info, err := os.Stat(path)
		try(t, err)
		changed := bytes.Replace(data, []byte(old), []byte(text), 1)
		if bytes.Equal(changed, data) {
			t.Fatalf("%q isn't in %s", old, name)
		}
		try(t, os.WriteFile(path, changed, 0o600))
		try(t, os.Chtimes(path, time.Time{}, info.ModTime()))
	}
}

func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
