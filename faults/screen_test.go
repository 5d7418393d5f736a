//go:build linux

package faults

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"goapptrace/internal/testtool"
)

// worker is a victim that works, prints and writes a file, started by goapptrace run in a terminal.
type worker struct {
	*victim
	file     string
	terminal *os.File
	viewer   int // process
}

// work starts a worker in a shell, as a terminal has one, and waits until it has begun.
func work(t *testing.T, flags ...string) *worker {
	t.Helper()
	adoptOrphans(t)
	testtool.HeedHangups(t)
	dir := t.TempDir()
	w := &worker{victim: &victim{t: t}, file: filepath.Join(dir, "file")}
	w.ledger = openLedger(t, filepath.Join(dir, "ledger"))
	shell := exec.Command("sh", "-c", `"$@"; echo status=$?; cat >/dev/null`, "sh", goapptrace, "run", "-C", "testdata/victim")
	shell.Args = append(append(shell.Args, flags...), ".", "work", w.file)
	shell.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "TERM=xterm-256color", "VICTIM_LEDGER="+filepath.Join(dir, "ledger"))
	terminal, err := pty.StartWithSize(shell, &pty.Winsize{Rows: 30, Cols: 100})
	if err != nil {
		t.Fatal(err)
	}
	w.terminal = terminal
	w.exited = make(chan struct{})
	go func() {
		defer close(w.exited)
		_, _ = io.Copy(&w.stdout, terminal) // ends when the terminal has no more users, or is closed
	}()
	t.Cleanup(func() {
		_ = shell.Process.Kill()
		w.hangUp()
		_ = shell.Wait() // it was killed
		_ = terminal.Close()
	})
	await(t, "the worker to print", func() bool { return w.ledger[outerCalls].Load() > 300 })
	w.viewer = parent(t, w.pid())
	return w
}

// hangUp ends the shell, as a user would, and waits until all that was printed is there.
func (w *worker) hangUp() {
	await(w.t, "the terminal's end", func() bool {
		_, _ = w.terminal.WriteString("\x04") // fails when it is there
		select {
		case <-w.exited:
			return true
		default:
			return false
		}
	})
}

func (w *worker) pid() int { return int(w.ledger[processID].Load()) }

// mustHaveWritten checks the file.
func (w *worker) mustHaveWritten(want []byte) {
	w.t.Helper()
	if got, err := os.ReadFile(w.file); err != nil || !bytes.Equal(got, want) {
		w.t.Errorf("the program wrote %d bytes, ending in %q, want %d: %v", len(got), got[max(0, len(got)-50):], len(want), err)
	}
}

// plainWork is the work without hooks or viewer: how it ends, and what it writes.
func plainWork(t *testing.T) (syscall.WaitStatus, []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	v := startWith(t, plainVictim, []string{"work", file})
	v.wait()
	wrote, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return v.cmd.ProcessState.Sys().(syscall.WaitStatus), wrote
}

// Whoever kills the viewer, be it in the middle of the program's output, doesn't touch the program.
func TestViewerInATerminalIsKilled(t *testing.T) {
	skipShort(t)
	plain, wrote := plainWork(t)
	for name, flags := range map[string][]string{"screen": nil, "plain": {"--plain"}, "json": {"--json"}} {
		t.Run(name, func(t *testing.T) {
			for range times(1, 10) {
				w := work(t, flags...)
				keeper := childNamed(w.viewer, "output-keeper")
				if (keeper != 0) != (name == "screen") {
					t.Errorf("a keeper: %v", keeper != 0)
				}
				if err := syscall.Kill(w.viewer, syscall.SIGKILL); err != nil {
					t.Error(err)
				}
				if got := reap(t, w.pid()); got != plain {
					t.Errorf("it ended with %#x, without hooks with %#x", got, plain)
				}
				w.mustHaveWritten(wrote)
				if keeper != 0 {
					reap(t, keeper)
				}
			}
		})
	}
}

// A viewer that stands still holds up neither what the program prints nor its end.
func TestViewerInATerminalStops(t *testing.T) {
	skipShort(t)
	plain, wrote := plainWork(t)
	w := work(t)
	if err := syscall.Kill(w.viewer, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	await(t, "the program's end", func() bool { return w.ledger[endingAt].Load() > 0 && state(w.pid()) == "Z" })
	w.mustHaveWritten(wrote)
	if err := syscall.Kill(w.viewer, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	await(t, "the viewer's end", func() bool {
		_, _ = w.terminal.WriteString("q")
		return state(w.viewer) == ""
	})
	w.hangUp()
	if want := fmt.Sprint("status=", plain.ExitStatus()); !strings.Contains(w.stdout.String(), want) {
		t.Errorf("the viewer didn't end with %q, but %q", want, w.stdout.String()[max(0, w.stdout.Len()-100):])
	}
}

// adoptOrphans makes us the parent of what the programs that we start leave behind, so that we learn how it ends.
func adoptOrphans(t *testing.T) {
	t.Helper()
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
}

// reap waits for the end of a process that becomes or is our child.
func reap(t *testing.T, pid int) (ended syscall.WaitStatus) {
	t.Helper()
	await(t, fmt.Sprintf("the end of process %d", pid), func() bool {
		n, _ := syscall.Wait4(pid, &ended, syscall.WNOHANG, nil) // fails until its parent is gone
		return n == pid
	})
	return ended
}

// stat are the fields of a process's status in Linux: name, state, parent... None if it is gone.
func stat(pid int) []string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), " (")
	end := strings.LastIndex(rest, ") ")
	if end < 0 {
		return nil
	}
	return append([]string{rest[:end]}, strings.Fields(rest[end+2:])...)
}

func state(pid int) string {
	if fields := stat(pid); fields != nil {
		return fields[1]
	}
	return ""
}

func parent(t *testing.T, pid int) int {
	t.Helper()
	fields := stat(pid)
	if fields == nil {
		t.Fatalf("process %d is gone", pid)
	}
	ppid, err := strconv.Atoi(fields[2])
	if err != nil {
		t.Fatal(err)
	}
	return ppid
}

// childNamed is a child of the process with that name, 0 for none.
func childNamed(ppid int, name string) int {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if f := stat(pid); f != nil && f[0] == name && f[2] == strconv.Itoa(ppid) {
			return pid
		}
	}
	return 0
}
