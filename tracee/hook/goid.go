package hook

import (
	"runtime"
	"unsafe"
)

// goidKnown says that the offsets are there and were found to be right.
var goidKnown bool

// checkOffsets compares what the offsets lead to with what the runtime does and prints.
func checkOffsets() {
	goidKnown, panicKnown, originKnown = false, false, false
	if goidKnown = mCurg != 0 && gGoid != 0 && pinnedGoid() == stackGoid(); goidKnown {
		panicKnown = gPanic != 0 && seesPanic()
		originKnown = gParentGoid != 0 && gGopc != 0 && gStartpc != 0 && seesMain()
	}
}

func pinnedGoid() uint64 {
	procPin()
	g := goid(currentG())
	procUnpin()
	return g
}

// checkPanic is what seesPanic panics with.
var checkPanic any = "goapptrace checks an offset"

// seesPanic panics.
func seesPanic() bool {
	look := func() bool {
		procPin()
		p := panicking(currentG())
		procUnpin()
		return p
	}
	during := false
	func() {
		defer func() {
			if during = look(); during {
				panicArg = findPanicArg(checkPanic)
			}
			_ = recover()
		}()
		panic(checkPanic)
	}()
	return during && !look()
}

// currentG is the address of the goroutine's runtime.g. The caller is pinned.
//
//go:norace
//go:nocheckptr
func currentG() uintptr { return *(*uintptr)(pointer(getm() + mCurg)) }

//go:norace
//go:nocheckptr
func goid(g uintptr) uint64 { return *(*uint64)(pointer(g + gGoid)) }

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
