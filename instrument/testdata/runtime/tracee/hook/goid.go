//go:build linux || darwin

package hook

import (
	"bytes"
	"fmt"
	"runtime"
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

// sayGoid logs what the offsets lead to, beside what a stack trace says.
//
//go:norace
func sayGoid() {
	procPin()
	g := load[uintptr](getm() + mCurg)
	goid, parent := load[uint64](g+gGoid), load[uint64](g+gParentGoid)
	procUnpin()
	buf := make([]byte, 64)
	buf = buf[:runtime.Stack(buf, false)]
	say(fmt.Sprintf("goid %d parent %d, %s", goid, parent, bytes.Split(buf, []byte(" ["))[0]))
}
