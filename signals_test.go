//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"goapptrace/internal/testtool"
)

// signalled runs goapptrace with args on testdata/prog's signals. Once that is ready, send sends it something;
// what follows in its output, and the exit status, are returned.
func signalled(t *testing.T, send func(cmd *exec.Cmd, tty *os.File) error, args ...string) (string, int) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a program")
	}
	testtool.HeedHangups(t)
	cmd := exec.Command("goapptrace", append(args, "-C", "testdata/prog", ".", "signals")...)
	cmd.Env = append(append(os.Environ(), goEnvironment(t)...), "TERM=xterm")
	tty, err := pty.StartWithAttrs(cmd, nil, &syscall.SysProcAttr{Setsid: true, Setctty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	var after strings.Builder
	ready := false
	for lines := bufio.NewReader(tty); ; {
		line, err := lines.ReadString('\n')
		if ready {
			after.WriteString(line)
		}
		if err != nil { // EIO at the end of the last process on the terminal
			break
		}
		if !ready && strings.TrimSpace(line) == "ready" {
			ready = true
			if err := send(cmd, tty); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !ready {
		t.Error("the program was never ready")
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); errors.As(err, &exit) {
		return after.String(), exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return after.String(), 0
}

// A signal that reaches us reaches the program, once.
func TestSignalsAreForwarded(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1} {
		out, status := signalled(t, func(cmd *exec.Cmd, _ *os.File) error {
			return cmd.Process.Signal(sig)
		}, "run", "--plain", "--trace-file", os.DevNull)
		if want := fmt.Sprintf("got %v", sig); !strings.Contains(out, want) || strings.Contains(out, "again") || status != 7 {
			t.Errorf("%v: status %d, want 7, and %q once in %q", sig, status, want, out)
		}
	}
}

// The terminal sends ctrl+c to the program and to us: it must not come twice.
func TestInterruptFromTheTerminalComesOnce(t *testing.T) {
	for _, mode := range [][]string{{"run", "--plain", "--trace-file", os.DevNull}, {"run", "--no-ui"}} {
		out, status := signalled(t, func(_ *exec.Cmd, tty *os.File) error {
			const ctrlC = "\x03"
			_, err := io.WriteString(tty, ctrlC)
			return err
		}, mode...)
		if !strings.Contains(out, "got interrupt") || strings.Contains(out, "again") || status != 7 {
			t.Errorf("%v: status %d, want 7, and one interrupt in %q", mode, status, out)
		}
	}
}
