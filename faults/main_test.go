//go:build linux

package faults

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

var soak = flag.Bool("soak", false, "run the long form")

// patience bounds the wait for what must happen, however busy the machine is.
const patience = 90 * time.Second

// maxExtraMemory is how much more the traced program may use, in bytes.
const maxExtraMemory = 64 << 20

// What TestMain builds: the program that is tested, and victim without and with hooks.
var goapptrace, plainVictim, tracedVictim string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	if testing.Short() {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "faults")
	if err == nil {
		defer os.RemoveAll(dir)
		err = build(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func build(dir string) error {
	goapptrace = filepath.Join(dir, "goapptrace")
	plainVictim, tracedVictim = filepath.Join(dir, "plain", "victim"), filepath.Join(dir, "traced", "victim")
	const source = "testdata/victim"
	for _, cmd := range [][]string{
		{"go", "build", "-o", goapptrace, ".."},
		{"go", "build", "-C", source, "-o", plainVictim, "."},
		{goapptrace, "build", "-C", source, "-o", tracedVictim, "."},
	} {
		c := exec.Command(cmd[0], cmd[1:]...)
		c.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", cmd, err, out)
		}
	}
	return nil
}

// skipShort skips what needs builds.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds programs")
	}
}

// times is how often a fault is repeated.
func times(short, long int) int {
	if *soak {
		return long
	}
	return short
}

// duration is how long a fault lasts.
func duration(short, long time.Duration) time.Duration {
	if *soak {
		return long
	}
	return short
}

// await polls until the condition holds.
func await(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}
