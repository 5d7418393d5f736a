//go:build linux

package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"goapptrace/internal/testtool"
)

// gone is the ID of a process that has ended.
func gone(t *testing.T) int64 {
	t.Helper()
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return int64(cmd.Process.Pid)
}

// owned makes a private directory of the process that began so.
func owned(t *testing.T, pid int64, start string) string {
	t.Helper()
	dir, err := makeOwned(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	owner := fmt.Sprintln(pid, start, processSpace())
	if err := os.WriteFile(filepath.Join(dir, ownerFile), []byte(owner), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Only what nobody can need any more is swept.
func TestAbandoned(t *testing.T) {
	us := int64(os.Getpid())
	check := func(what, dir string, want bool) {
		t.Helper()
		if got := abandoned(dir); got != want {
			t.Errorf("%s: abandoned is %v", what, got)
		}
	}
	mine, err := makeOwned(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	check("our own", mine, false)
	check("of a process that is gone", owned(t, gone(t), "1"), true)
	check("of a process that had our number", owned(t, us, "1"), true)
	check("of our parent", owned(t, int64(os.Getppid()), startOf(int64(os.Getppid()))), false)

	dir := owned(t, gone(t), "1")
	if err := os.WriteFile(filepath.Join(dir, ownerFile), []byte("1 1 elsewhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	check("of another machine", dir, false)
	if err := os.Remove(filepath.Join(dir, ownerFile)); err != nil {
		t.Fatal(err)
	}
	check("nobody's", dir, false)

	dir = owned(t, gone(t), "1")
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	check("open to others", dir, false)
	check("what isn't there", filepath.Join(t.TempDir(), "none"), false)
}

// A directory stays as long as a program runs from there.
func TestProgramKeepsDirectory(t *testing.T) {
	dir := owned(t, gone(t), "1")
	sleep, err := filepath.EvalSymlinks(testtool.Need(t, "sleep"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(sleep)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "sleep")
	if err := os.WriteFile(program, data, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "3600")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if abandoned(dir) {
		t.Error("a program runs from there")
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if !abandoned(dir) {
		t.Error("nobody runs from there any more")
	}
}

// A directory stays as long as a process has one of its files in memory.
func TestRingsKeepDirectory(t *testing.T) {
	made := owned(t, gone(t), "1")
	dir := made + " with spaces"
	if err := os.Rename(made, dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, strconv.Itoa(os.Getpid())+ringsSuffix)
	if err := os.WriteFile(path, make([]byte, 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	if !abandoned(dir) {
		t.Error("nobody has mapped the file")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	mem, err := syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	if abandoned(dir) {
		t.Error("the file is in somebody's memory")
	}
	if err := syscall.Munmap(mem); err != nil {
		t.Fatal(err)
	}
	if !abandoned(dir) {
		t.Error("the file is in nobody's memory any more")
	}
}

// What isn't a file with rings is no reason to wait.
func TestPipeIsNoWreck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "1"+ringsSuffix)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openWreck(path, 1, 0); err == nil {
		t.Error("a pipe was taken for a file with rings")
	}
}
