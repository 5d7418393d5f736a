package hook

import (
	"fmt"
	"os"
	"testing"

	"goapptrace/tracee/internal/offsettest"
)

// TestMain gives the package the offsets that a build of a traced program would.
func TestMain(m *testing.M) {
	o, err := offsettest.Find()
	if err != nil {
		fmt.Fprintln(os.Stderr, "find the runtime's offsets:", err)
		os.Exit(1)
	}
	mCurg, gGoid, gPanic, gParentGoid, gGopc, gStartpc = o.MCurg, o.GGoid, o.GPanic, o.GParentGoid, o.GGopc, o.GStartpc
	checkOffsets()
	addRing(0) // of full size: tests may use many Ps
	os.Exit(m.Run())
}
