package hook

import "runtime"

// originKnown says that the offsets of where a goroutine comes from are there and were found to be right.
var originKnown bool

// seesMain looks at the main goroutine, which runs the init functions. The runtime has started it.
//
//go:norace
//go:nocheckptr
func seesMain() bool {
	procPin()
	g := currentG()
	parent, start := *(*uint64)(pointer(g + gParentGoid)), *(*uintptr)(pointer(g + gStartpc))
	procUnpin()
	f := runtime.FuncForPC(start)
	return parent == 0 && f != nil && f.Name() == "runtime.main"
}
