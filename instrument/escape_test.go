package instrument

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestResultsStayOnTheStack guards the price of errors: with the real hook, a result that a hook looks at isn't allocated.
func TestResultsStayOnTheStack(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	dir := makeModule(t)
	err := os.WriteFile(filepath.Join(dir, "f.go"), []byte(`package main

func lone() error { return g() }

func two(n int) (int, error) { return n, g() }

func named(n int) (m int, err error) { m, err = two(n); return }

func g() error { println(); return nil }
`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	_, err = Build(context.Background(), Options{
		Dir:       dir,
		Arguments: Arguments{Flags: []string{"-gcflags=-m", "-o=" + os.DevNull}, Packages: []string{"."}},
		Runtime:   os.DirFS(".."),
		CacheDir:  t.TempDir(),
		Stderr:    &said,
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "f.go:3:") {
		t.Errorf("the compiler says nothing of the file:\n%s", said.Bytes())
	}
	for line := range strings.Lines(said.String()) {
		if strings.Contains(line, "f.go") && (strings.Contains(line, "moved to heap") || strings.Contains(line, "escapes to heap")) {
			t.Error(line)
		}
	}
}
