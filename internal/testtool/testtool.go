// Package testtool is what tests of several packages share. [Need] finds the programs that they need beyond Go: call it where a test begins.
package testtool

import (
	"os"
	"os/exec"
	"testing"
)

// Need gives the path of the program name. Without it the test is skipped, or fails when the environment has CI set:
// a machine that checks the project must not pass by leaving tests out.
func Need(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("this test needs %s, which .ci/run should have installed: %v", name, err)
	}
	t.Skipf("this test needs %s: %v", name, err)
	return ""
}
