package hook

import (
	"fmt"
	"os"
	"testing"

	"goapptrace/tracee/internal/offsettest"
)

// TestMain gives the package the offsets that a build of a traced program would.
func TestMain(m *testing.M) {
	var err error
	if mCurg, gGoid, err = offsettest.Find(); err != nil {
		fmt.Fprintln(os.Stderr, "find the runtime's offsets:", err)
		os.Exit(1)
	}
	goidKnown = checkOffsets()
	os.Exit(m.Run())
}
