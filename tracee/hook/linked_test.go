package hook

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// What a standard package declares. Pulled by name, as there.

//go:linkname pulledEnter goapptrace.enter
//go:noescape
func pulledEnter(*linkedSlot) (unsafe.Pointer, int64)

//go:linkname pulledLeave goapptrace.leave
//go:noescape
func pulledLeave(unsafe.Pointer, int64)

//go:linkname pulledLeaveError goapptrace.leaveError
//go:noescape
func pulledLeaveError(unsafe.Pointer, int64, *error)

type linkedSlot struct{ p unsafe.Pointer }

var linkedSlots [2]linkedSlot

//go:noinline
func linkedCall(do func()) {
	if f, start := pulledEnter(&linkedSlots[0]); start != 0 {
		defer pulledLeave(f, start)
	}
	do()
}

//go:noinline
func linkedFailing() (err error) {
	if f, start := pulledEnter(&linkedSlots[1]); start != 0 {
		defer pulledLeaveError(f, start, &err)
	}
	return errors.New("failed")
}

// Functions that the linker leads to their hooks are recorded as others are: by their own names, and with how they end.
func TestLinked(t *testing.T) {
	c := record(t)
	linkedCall(func() { _ = linkedFailing() })
	func() {
		defer func() { _ = recover() }()
		linkedCall(func() { panic("left") })
	}()
	events := drainAll(c)
	checkNesting(t, events)
	var kinds []Kind
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	want := []Kind{KindEnter, KindEnter, KindLeaveError, KindLeave, KindEnter, KindLeavePanic}
	if !slices.Equal(kinds, want) {
		t.Errorf("recorded %v, want %v", kinds, want)
	}
	for i, name := range []string{"linkedCall", "linkedFailing"} {
		f := (*Func)(linkedSlots[i].p)
		frame, _ := runtime.CallersFrames([]uintptr{f.PC()}).Next()
		if !strings.HasSuffix(frame.Function, "/hook."+name) {
			t.Errorf("function %d is called %q, want %s", f.ID(), frame.Function, name)
		}
	}
}

func TestLinkedOff(t *testing.T) {
	var slot linkedSlot
	if f, start := pulledEnter(&slot); f != nil || start != 0 || slot.p != nil {
		t.Errorf("with hooks off: %p, %d, slot %p", f, start, slot.p)
	}
}
