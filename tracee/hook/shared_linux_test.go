package hook

import (
	"os"
	"sync"
	"syscall"
	"testing"
)

// shareHere shares memory in a file for the time of a test, and returns a function that says how many bytes of it there are.
func shareHere(t *testing.T) (reserved func() int64) {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "goapptrace-test-") //nolint:usetesting // it has to be memory
	if err != nil {
		t.Skip("no memory to share:", err)
	}
	t.Cleanup(func() {
		shared = nil
		_ = os.RemoveAll(dir)
	})
	if openShared(dir); shared == nil {
		t.Fatal("nothing is shared")
	}
	return func() int64 {
		var st syscall.Stat_t
		if err := syscall.Stat(sharedPath, &st); err != nil {
			t.Fatal(err)
		}
		return st.Blocks * 512
	}
}

// Some rings are of Ps that nobody has counted on.
const unusedP = 100

func dropRings(t *testing.T, from, to int) {
	t.Cleanup(func() {
		clear(rings[from:to])
		clear(making[from:to])
	})
}

// TestRingsOfManyPs has the program ask for ever more processors.
func TestRingsOfManyPs(t *testing.T) {
	reserved := shareHere(t)
	const more = 64
	dropRings(t, unusedP, unusedP+more)
	for p := range more {
		if !addRing(unusedP + p) {
			t.Fatalf("P %d has no ring", p)
		}
	}
	if most := int64(ringsBudget + more*(minRing+ringHead) + 1<<20); reserved() > most {
		t.Errorf("%d bytes are reserved, want %d at most", reserved(), most)
	}
}

// TestOneRingForEachP has many goroutines begin on a new P: while one reserves memory, the others run.
func TestOneRingForEachP(t *testing.T) {
	reserved := shareHere(t)
	dropRings(t, unusedP, unusedP+1)
	var wg sync.WaitGroup
	for range 500 {
		wg.Go(func() { addRing(unusedP) })
	}
	wg.Wait()
	if most := int64(2 * ringsBudget); reserved() > most {
		t.Errorf("%d bytes are reserved, want %d at most", reserved(), most)
	}
}

// TestSpare has the program use the same memory: half of it stays free.
func TestSpare(t *testing.T) {
	const shm = 64 << 20
	taken := uint64(0)
	for spare(maxRing, shm-taken) {
		taken += maxRing
	}
	if taken == 0 || taken > shm/2+maxRing {
		t.Errorf("%d bytes of %d are taken", taken, shm)
	}
}
