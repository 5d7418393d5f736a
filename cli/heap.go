package cli

import (
	"os"
	"runtime/debug"
)

// overhead is what we may need beside what a store keeps, in bytes.
const overhead = 128 << 20

// boundHeap keeps our memory near what a store may retain. Left alone, the garbage collector lets the heap grow to twice
// that. A limit in the environment is the user's own.
func boundHeap(retained int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(retained + overhead)
	}
}
