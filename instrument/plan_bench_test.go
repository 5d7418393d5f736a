package instrument

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkNewPlan plans a build of 301 packages with 600 files and 18,000 functions. Most of what an unchanged
// module takes is the go command's.
func BenchmarkNewPlan(b *testing.B) {
	dir := manyPackages(b, 300)
	edited := filepath.Join(dir, "p7", "b.go")
	text, err := os.ReadFile(edited)
	if err != nil {
		b.Fatal(err)
	}
	opts := Options{Dir: dir, CacheDir: b.TempDir(), Runtime: os.DirFS(".."), Arguments: Arguments{Packages: []string{"."}}}
	plan := func(b *testing.B, opts Options) {
		if _, err := NewPlan(context.Background(), opts, Building); err != nil {
			b.Fatal(err)
		}
	}
	plan(b, opts)
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			plan(b, opts)
		}
	})
	b.Run("edited", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := os.WriteFile(edited, fmt.Appendf(text, "\nvar edit = %d\n", i), 0o600); err != nil {
				b.Fatal(err)
			}
			plan(b, opts)
		}
	})
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			opts := opts
			opts.CacheDir = b.TempDir()
			plan(b, opts)
		}
	})
}

// manyPackages writes a module whose program imports n packages.
func manyPackages(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	write := func(name, text string) {
		if err := write(filepath.Dir(filepath.Join(dir, name)), filepath.Base(name), []byte(text)); err != nil {
			b.Fatal(err)
		}
	}
	var functions strings.Builder
	for i := range 30 {
		fmt.Fprintf(&functions, "\nfunc (t *T) %%[1]s%d(x []int) (n int, err error) {\n\tfor _, v := range x {\n"+
			"\t\tif n += v; n > %d {\n\t\t\tt.do(func() { n-- })\n\t\t}\n\t}\n\treturn n, nil\n}\n", i, i)
	}
	var imports strings.Builder
	for i := range n {
		write(fmt.Sprintf("p%d/a.go", i), fmt.Sprintf("package p%d\n\ntype T struct{}\n\nfunc (t *T) do(f func()) { f() }\n", i)+
			fmt.Sprintf(functions.String(), "A"))
		write(fmt.Sprintf("p%d/b.go", i), fmt.Sprintf("package p%d\n", i)+fmt.Sprintf(functions.String(), "B"))
		fmt.Fprintf(&imports, "import _ \"ex.com/m/p%d\"\n", i)
	}
	write("go.mod", "module ex.com/m\n\ngo 1.26\n")
	write("main.go", "package main\n\n"+imports.String()+"\nfunc main() {}\n")
	return dir
}
