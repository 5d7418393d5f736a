package hook

import (
	"runtime"
	"strconv"
	"unsafe"
)

//go:linkname linkedEnter goapptrace.enter
func linkedEnter(slot *unsafe.Pointer) (unsafe.Pointer, int64) {
	if out == nil {
		return nil, 0
	}
	mu.Lock()
	defer mu.Unlock()
	if *slot == nil {
		var pcs [1]uintptr
		frame, _ := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])]).Next()
		*slot = unsafe.Pointer(&Func{name: frame.Function + ":" + strconv.Itoa(frame.Line)})
	}
	say("enter " + (*Func)(*slot).name)
	return *slot, -1
}

//go:linkname linkedLeave goapptrace.leave
func linkedLeave(f unsafe.Pointer, start int64) { (*Func)(f).Leave() }

//go:linkname linkedLeaveError goapptrace.leaveError
func linkedLeaveError(f unsafe.Pointer, start int64, err *error) { (*Func)(f).LeaveError(err) }
