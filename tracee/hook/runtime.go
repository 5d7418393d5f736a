package hook

import _ "unsafe" // for linkname

// The runtime keeps these open to other packages.

// procPin keeps the goroutine on its P, and the P on its M, until procUnpin. It returns the P's number.
//
//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

// getm is the address of the M that the caller runs on; meaningless unless pinned.
//
//go:linkname getm runtime.getm
func getm() uintptr

//go:linkname nanotime runtime.nanotime
func nanotime() int64
