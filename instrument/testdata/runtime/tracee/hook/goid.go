//go:build linux || darwin

package hook

import (
	"fmt"
	"os"
	"unsafe"
)

//go:linkname getm runtime.getm
func getm() uintptr

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

//go:nocheckptr
func load[T any](addr uintptr) T { return *(*T)(*(*unsafe.Pointer)(unsafe.Pointer(&addr))) }

// PrintGoids prints what the offsets lead to.
//
//go:norace
func PrintGoids() {
	procPin()
	g := load[uintptr](getm() + mCurg)
	goid, parent := load[uint64](g+gGoid), load[uint64](g+gParentGoid)
	procUnpin()
	fmt.Fprintln(os.Stdout, "goid", goid, "parent", parent)
}

func init() {
	if os.Getenv("GOIDS") != "" {
		PrintGoids()
	}
}
