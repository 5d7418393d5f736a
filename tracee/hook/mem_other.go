//go:build !unix

package hook

import "unsafe"

func allocate(bytes uintptr) unsafe.Pointer {
	return unsafe.Pointer(unsafe.SliceData(make([]event, bytes/eventSize)))
}

func release(unsafe.Pointer, uintptr) {}
