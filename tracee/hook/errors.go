package hook

import "sync/atomic"

// errorTexts says that the user has asked for the texts of errors.
var errorTexts bool

// Explain adds the text of the error that the call returns, if the user has asked for that.
func (c Call) Explain(err error) {
	if errorTexts {
		c.noteError(err)
	}
}

// noteError adds the error's text to the call. It calls the program's Error method, and bears with what that does.
//
//go:noinline
func (c Call) noteError(err error) {
	defer func() { _ = recover() }()
	if leave, ok := Ask(); ok {
		defer leave()
		c.Note(NoteError, err.Error())
	}
}

// asking holds the goroutines that are inside of a method of the program that we have called, and asked is how many they are.
var (
	asking [64]atomic.Uint64
	asked  uint32
)

// Ask is called before a method of the program's is. It is not ok if the goroutine is in such a method already, which
// could go on for ever, or, rarely, if others are too many. The method's caller calls done when it has returned. Until then
// nothing is recorded of what the goroutine calls and logs: the program would not have done it.
func Ask() (done func(), ok bool) {
	g := goroutine()
	slot := slotOf(g)
	if !slot.CompareAndSwap(0, g) {
		return nil, false
	}
	atomic.AddUint32(&asked, 1)
	return func() {
		atomic.AddUint32(&asked, ^uint32(0))
		slot.Store(0)
	}, true
}

func slotOf(g uint64) *atomic.Uint64 { return &asking[g%uint64(len(asking))] }

// answering says whether what runs is a method that we have called. While there is none anywhere, that is a load.
//
//go:norace
func answering() bool { return load(&asked) != 0 && answers() }

//go:noinline
func answers() bool {
	g := goroutine()
	return slotOf(g).Load() == g
}

func goroutine() uint64 {
	if goidKnown {
		return pinnedGoid()
	}
	return stackGoid()
}
