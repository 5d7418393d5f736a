package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"goapptrace": main})
}

// patience bounds the wait for another process.
const patience = 30 * time.Second

func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	goEnv := goEnvironment(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, goEnv...)
			return setUp(env)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status":  status,
			"await":   await,
			"capture": capture,
			"signal":  sendSignal,
		},
	})
}

// goEnvironment lets the scripts' go commands use the caches of this one.
func goEnvironment(t *testing.T) []string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	vars := []string{"GOFLAGS=-trimpath", "GOWORK=off", "XDG_CACHE_HOME=" + cache}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOTOOLCHAIN"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		vars = append(vars, name+"="+strings.TrimSpace(string(value)))
	}
	return vars
}

// setUp gives a script the program to trace, and a place for sockets whose name is short enough for one.
func setUp(env *testscript.Env) error {
	run, err := os.MkdirTemp("", "run")
	if err != nil {
		return err
	}
	env.Defer(func() { _ = os.RemoveAll(run) })
	env.Setenv("XDG_RUNTIME_DIR", run)
	return os.CopyFS(filepath.Join(env.WorkDir, "prog"), os.DirFS("testdata/prog"))
}

// status N COMMAND... runs a command that must exit with status N.
func status(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// signal INT|TERM sends a signal to every command in the background.
func sendSignal(ts *testscript.TestScript, _ bool, args []string) {
	sig, known := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM}[args[0]]
	if !known {
		ts.Fatalf("unknown signal %q", args[0])
	}
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(sig))
	}
}

// await FILE PATTERN [N] waits until the file has N lines (by default one) that match.
func await(ts *testscript.TestScript, _ bool, args []string) {
	n := 1
	if len(args) > 2 {
		var err error
		n, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	awaitLines(ts, args[0], args[1], n)
}

// capture VAR FILE PATTERN waits for the pattern in the file, and puts what it matches into the variable.
func capture(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], awaitLines(ts, args[1], args[2], 1))
}

// awaitLines returns the first match.
func awaitLines(ts *testscript.TestScript, file, pattern string, n int) string {
	re, err := regexp.Compile(pattern)
	ts.Check(err)
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		text, _ := os.ReadFile(ts.MkAbs(file)) // it may not be there yet
		found := re.FindAllString(string(text), -1)
		if len(found) >= n {
			return found[0]
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s has %d matches of %s, want %d:\n%s", file, len(found), pattern, n, text)
		}
	}
}
