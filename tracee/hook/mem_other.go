//go:build !unix

package hook

import "unsafe"

func allocate(bytes uintptr) unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(make([]event, bytes/eventSize)))
}

func release(unsafe.Pointer, uintptr) {}

func newRing(_, size uint32) *ring {
	return &ring{size: size, buf: allocate(uintptr(size) * eventSize)}
}

func (*ring) release() {}
