//go:build unix

package hook

import (
	"syscall"
	"unsafe"
)

// allocate maps memory outside the Go heap, so that the program's garbage collector keeps its pace and its memory
// statistics. The pages cost nothing until they are written to. It returns nil if the system refuses.
func allocate(bytes uintptr) unsafe.Pointer {
	b, err := syscall.Mmap(-1, 0, int(bytes), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	return unsafe.Pointer(unsafe.SliceData(b))
}

// ringHead is how many bytes of a ring's memory come before its events.
const ringHead = (unsafe.Sizeof(ring{}) + 4095) &^ 4095

// newRing returns an empty ring of so many events for P number p, nil if there is no memory.
func newRing(p, size uint32) *ring {
	mem := share(extentRing, p, ringHead+uintptr(size)*eventSize)
	if mem == nil {
		return nil
	}
	r := (*ring)(mem)
	r.size, r.start, r.buf = size, uint32(ringHead), unsafe.Add(mem, ringHead)
	return r
}

func (r *ring) release() { release(unsafe.Pointer(r), ringHead+uintptr(r.size)*eventSize) }

func release(p unsafe.Pointer, bytes uintptr) {
	_ = syscall.Munmap(unsafe.Slice((*byte)(p), bytes)) // a failure leaks what nobody uses
}
