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

// asking holds the goroutines that are inside of a method of the program that we have called.
var asking [64]atomic.Uint64

// Ask is called before a method of the program's is. It is not ok if the goroutine is in such a method already, which
// could go on for ever, or, rarely, if others are too many. The method's caller calls done when it has returned.
func Ask() (done func(), ok bool) {
	g := goroutine()
	slot := &asking[g%uint64(len(asking))]
	if !slot.CompareAndSwap(0, g) {
		return nil, false
	}
	return func() { slot.Store(0) }, true
}

func goroutine() uint64 {
	if goidKnown {
		return pinnedGoid()
	}
	return stackGoid()
}
