//go:build !unix

package hook

import "unsafe"

func allocate(bytes uintptr) unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(make([]event, bytes/eventSize)))
}

func release(unsafe.Pointer, uintptr) {}

func newRing(uint32) *ring {
	return &ring{size: ringSize, buf: allocate(uintptr(ringSize) * eventSize)}
}

func (*ring) release() {}
