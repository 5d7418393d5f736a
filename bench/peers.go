package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// uftrace is what a call of a C function costs under uftrace, which records it to a file.
func (b *bench) uftrace() row {
	const name = "uftrace, a call of a C function"
	for _, tool := range []string{"uftrace", "gcc"} {
		if _, err := exec.LookPath(tool); err != nil {
			return missing(name, tool+" is not installed")
		}
	}
	loop, data := filepath.Join(b.tmp, "uftraced"), filepath.Join(b.tmp, "uftrace.data")
	if out, err := exec.Command("gcc", "-O2", "-pg", "-o", loop, "testdata/uftrace/loop.c").CombinedOutput(); err != nil {
		return missing(name, fmt.Sprintf("gcc: %v: %s", err, out))
	}
	return b.perCall(name, "1000000", func(n string) *exec.Cmd {
		return exec.Command("uftrace", "record", "--no-libcall", "--no-event", "-d", data, loop, n)
	})
}

// delve is what a tracepoint of the debugger costs, which tells when a function is entered and left.
func (b *bench) delve() row {
	const name = "delve tracepoint"
	dlv, loop := filepath.Join(b.tmp, "dlv"), filepath.Join(b.tmp, "loop")
	for path, bin := range map[string]string{"github.com/go-delve/delve/cmd/dlv": dlv, "./testdata/loop": loop} {
		if out, err := exec.Command("go", "build", "-o", bin, path).CombinedOutput(); err != nil {
			return missing(name, fmt.Sprintf("build %s: %v: %s", path, err, out))
		}
	}
	return b.perCall(name, "500", func(n string) *exec.Cmd {
		return exec.Command(dlv, "trace", "--exec", loop, `^main\.call$`, "--", n)
	})
}

// perCall runs a program that prints what each of n calls took, several times.
func (b *bench) perCall(name, n string, command func(n string) *exec.Cmd) row {
	var runs []float64
	for range min(b.count, 5) {
		var out, said bytes.Buffer
		cmd := command(n)
		cmd.Stdout, cmd.Stderr, cmd.Env = &out, &said, append(os.Environ(), "LC_ALL=C")
		if err := cmd.Run(); err != nil {
			return missing(name, fmt.Sprintf("%s: %v: %s", cmd.Args[0], err, firstLine(said.String())))
		}
		ns, err := strconv.ParseFloat(firstLine(out.String()), 64)
		if err != nil {
			return missing(name, fmt.Sprintf("%s: %v", cmd.Args[0], err))
		}
		runs = append(runs, ns)
	}
	return least(name, "ns", runs)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
