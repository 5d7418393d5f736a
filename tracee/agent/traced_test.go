package agent

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"goapptrace/tracee/internal/offsettest"
)

// traced builds the program in testdata/traced, once, with the runtime's offsets in place.
var traced = sync.OnceValues(func() (string, error) { return buildTraced("") })

// quick is the same program, whose agent has little patience with it.
var quick = sync.OnceValues(func() (string, error) {
	return buildTraced("-X goapptrace/tracee/agent.testPatience=200ms")
})

func buildTraced(ldflags string) (bin string, err error) {
	dir, err := os.MkdirTemp("", "traced")
	if err != nil {
		return "", err
	}
	overlay, err := offsetsOverlay(dir)
	if err != nil {
		return "", err
	}
	bin = filepath.Join(dir, "traced")
	cmd := exec.Command("go", "build", "-overlay", overlay, "-ldflags", ldflags, "-o", bin, "./testdata/traced")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // with cgo the runtime reports no deadlock
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = errors.New(string(out))
	}
	return bin, err
}

func offsetsOverlay(dir string) (string, error) {
	found, err := offsettest.Find()
	if err != nil {
		return "", err
	}
	offsets, overlay := filepath.Join(dir, "offsets.go"), filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(offsets, found.Source(), 0o600); err != nil {
		return "", err
	}
	replaced, err := filepath.Abs("../hook/offsets.go")
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(map[string]any{"Replace": map[string]string{replaced: offsets}})
	if err != nil {
		return "", err
	}
	return overlay, os.WriteFile(overlay, data, 0o600)
}

// process is a run of the traced program.
type process struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
	stdin          io.WriteCloser
}

func start(t *testing.T, server string, args ...string) *process {
	t.Helper()
	return startBuilt(t, traced, server, args...)
}

func startBuilt(t *testing.T, built func() (string, error), server string, args ...string) *process {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(bin, args...)}
	p.Env = append(os.Environ(), "GOAPPTRACE_SERVER="+server, "GOAPPTRACE_CRASH="+filepath.Join(t.TempDir(), "crash"))
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	if p.stdin, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// addresses differ between two runs of one program.
var addresses = regexp.MustCompile(`0x[0-9a-f]+`)

// outcome waits for the end and tells all that a user could see of the run.
func (p *process) outcome() string {
	_ = p.Wait()
	return addresses.ReplaceAllString(p.ProcessState.String()+"\n"+p.stdout.String()+"\n"+p.stderr.String(), "0x")
}
