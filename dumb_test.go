//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// A terminal that can't place its cursor gets lines, as a pipe does.
func TestDumbTerminalGetsText(t *testing.T) {
	cmd := exec.Command("goapptrace", "watch", "--duration", "50ms", "--listen", "tcp://127.0.0.1:0")
	cmd.Env = append(os.Environ(), "TERM=dumb")
	tty, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	out, _ := io.ReadAll(tty) // until EIO, at the end of the last process on the terminal
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(string(out), "# listening on tcp://") || strings.Contains(string(out), "\x1b") {
		t.Errorf("printed %q", out)
	}
}
