package hook

import (
	"runtime"
	"unsafe"
)

// goidKnown says that the offsets are there and were found to be right.
var goidKnown bool

// checkOffsets compares what the offsets lead to with what the runtime prints.
//
//go:norace
//go:nocheckptr
func checkOffsets() bool {
	if mCurg == 0 || gGoid == 0 {
		return false
	}
	procPin()
	g := currentGoid()
	procUnpin()
	return g == stackGoid()
}

// currentGoid reads the goroutine's ID from the M. The caller is pinned.
//
//go:norace
//go:nocheckptr
func currentGoid() uint64 {
	curg := *(*uintptr)(pointer(getm() + mCurg))
	return *(*uint64)(pointer(curg + gGoid))
}

// pointer turns an address of the runtime's into a pointer. What it points to is kept alive by the running goroutine.
//
//go:norace
//go:nocheckptr
func pointer(addr uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&addr)) }

// stackGoid is the goroutine's ID as a stack trace prints it: "goroutine 18 [running]:". It takes about a microsecond.
//
//go:norace
func stackGoid() uint64 {
	const prefix = len("goroutine ")
	var buf [32]byte
	n := runtime.Stack(buf[:], false)
	var id uint64
	for i := prefix; i < n && '0' <= buf[i] && buf[i] <= '9'; i++ {
		id = id*10 + uint64(buf[i]-'0')
	}
	return id
}
