package instrument

import (
	"errors"
	"go/scanner"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRewriteCorpus rewrites the toolchain's own test programs: they hold the language's odd corners.
func TestRewriteCorpus(t *testing.T) {
	_, root, _ := strings.Cut(goEnvironment(t, "GOROOT")[0], "=")
	rewritten := 0
	for _, dir := range []string{"src/go", "test"} { // not every installation has the latter
		err := fs.WalkDir(os.DirFS(root), dir, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || d.IsDir() || !strings.HasSuffix(path, ".go") {
				return nil
			}
			src, err := os.ReadFile(filepath.Join(root, path))
			if err != nil {
				return err
			}
			for _, opts := range []RewriteOptions{testOptions, leavesAndValues} {
				out, err := Rewrite(path, src, opts)
				if _, refused := errors.AsType[scanner.ErrorList](err); refused {
					return nil
				}
				checkRewritten(t, src, out)
				if t.Failed() {
					t.Fatal(path)
				}
			}
			rewritten++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files", rewritten)
}
