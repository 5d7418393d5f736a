package hook

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// text is what a reader of the shared memory is told of a function, for the program may die before its agent has asked the
// runtime: the names follow it.
type text struct {
	entry    uint64 // address
	line     uint32 // where it begins
	name     uint16 // length, bytes
	fileName uint16 // length, bytes
}

// textPage is the size of a piece of memory for texts, in bytes.
const textPage = 1 << 16

// texts are the pieces, and textEnd how much of them is given out. A slot is set once.
var (
	texts   [1 << 10]unsafe.Pointer
	textEnd atomic.Uint64
)

// describe writes what the runtime knows of the function with the PC, and returns where: counted from the first piece, plus 1;
// 0 if it can't. The caller isn't pinned.
func describe(pc uintptr) uint64 {
	if shared == nil {
		return 0
	}
	f := runtime.FuncForPC(pc - 1) // the PC is a return address
	if f == nil {
		return 0
	}
	file, line := f.FileLine(f.Entry())
	const most = textPage/2 - unsafe.Sizeof(text{})
	name := f.Name()
	name = name[:min(len(name), int(most)/2)]
	file = file[:min(len(file), int(most)/2)]
	at, p := reserveText(uint64(unsafe.Sizeof(text{})) + uint64(len(name)+len(file)))
	if p == nil {
		return 0
	}
	*(*text)(p) = text{uint64(f.Entry()), uint32(line), uint16(len(name)), uint16(len(file))}
	b := unsafe.Slice((*byte)(unsafe.Add(p, unsafe.Sizeof(text{}))), len(name)+len(file))
	copy(b, name)
	copy(b[len(name):], file)
	return at + 1
}

// reserveText gives out memory for a text, in one piece.
func reserveText(bytes uint64) (at uint64, p unsafe.Pointer) {
	bytes = (bytes + 7) &^ 7
	for {
		at = textEnd.Add(bytes) - bytes
		page := at / textPage
		if page >= uint64(len(texts)) {
			return 0, nil
		}
		if (at+bytes-1)/textPage != page {
			continue
		}
		if atomic.LoadPointer(&texts[page]) == nil {
			mem := extend(extentTexts, uint32(page), textPage)
			if mem == nil {
				return 0, nil
			}
			if !atomic.CompareAndSwapPointer(&texts[page], nil, mem) {
				release(mem, textPage)
			}
		}
		return at, unsafe.Add(atomic.LoadPointer(&texts[page]), at%textPage)
	}
}
