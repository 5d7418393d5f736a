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

func release(p unsafe.Pointer, bytes uintptr) {
	_ = syscall.Munmap(unsafe.Slice((*byte)(p), bytes)) // a failure leaks what nobody uses
}
