package hook

import (
	"sync/atomic"
	"unsafe"
)

// entry is what a reader of the shared memory has to know about a function. Its place says the function's ID.
type entry struct {
	pc         uint64
	text       uint64 // see describe
	lostEnters atomic.Uint64
	lostLeaves atomic.Uint64

	// What came before the last Reset.
	base struct{ enters, leaves, calls, total uint64 }
}

// pageEntries is how many functions share a page of the table.
const pageEntries = 1 << 10

type funcPage [pageEntries]entry

// table holds the entries by ID. A slot is set once.
var table [maxFuncs/pageEntries + 1]unsafe.Pointer // *funcPage

// entryOf is the entry of the function with the ID, nil if there was no memory for it.
func entryOf(id uint32) *entry {
	page := (*funcPage)(atomic.LoadPointer(&table[(id-1)/pageEntries]))
	if page == nil {
		return nil
	}
	return &page[(id-1)%pageEntries]
}

// reserveEntries sees to it that the next functions find their entries. The caller isn't pinned.
func reserveEntries() {
	const ahead = pageEntries / 4 // more than there are goroutines that register a function at the same time
	next := uint32(0)
	if f := (*Func)(atomic.LoadPointer(&newest)); f != nil {
		next = f.id
	}
	for _, i := range [...]uint32{next / pageEntries, (next + ahead) / pageEntries} {
		if int(i) >= len(table) || atomic.LoadPointer(&table[i]) != nil {
			continue
		}
		const size = unsafe.Sizeof(funcPage{})
		page := share(extentFuncs, i, size)
		if page != nil && !atomic.CompareAndSwapPointer(&table[i], nil, page) {
			release(page, size)
		}
	}
}
