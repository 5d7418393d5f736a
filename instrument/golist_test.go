package instrument

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLoneModule guards that what the packages tell of the main module is what the go command would say, and that
// nothing is concluded from one member of a workspace.
func TestLoneModule(t *testing.T) {
	dir := makeModule(t)
	ask := func(vars ...string) (told, asked []module) {
		t.Helper()
		g := newGoCommand(dir, append(os.Environ(), vars...))
		env, err := g.environment(context.Background())
		try(t, err)
		packages, err := g.list(context.Background(), nil, []string{"."}, false)
		try(t, err)
		asked, err = g.mainModules(context.Background(), nil)
		try(t, err)
		return env.loneModule(packages), asked
	}
	told, asked := ask("GOWORK=off")
	if diff := cmp.Diff(asked, told, cmp.AllowUnexported(module{})); diff != "" || len(told) != 1 {
		t.Errorf("asked (-), told by the packages (+):\n%s", diff)
	}
	work := filepath.Join(t.TempDir(), "go.work")
	try(t, os.WriteFile(work, []byte("go 1.26\n\nuse "+dir+"\n"), 0o600))
	if told, _ := ask("GOWORK=" + work); told != nil {
		t.Errorf("in a workspace: %v", told)
	}
}
