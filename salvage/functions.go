package salvage

import (
	"cmp"
	"slices"
)

// Offsets in the table of functions, and in a cell of counted calls.
const (
	entrySize   = 64
	pageEntries = 1 << 10
	cellSize    = 24
	pageCells   = 1 << 12

	maxFunction = 1<<idBits - 1
)

// function is what the file says of a function.
type function struct {
	id             uint64
	pc             uint64
	text           uint64 // where its names are, 0 when unknown
	enters, leaves uint64 // lost on this connection
	calls          uint64 // counted on this connection,
	total, longest uint64 // and their times, ns

	base struct{ calls, total uint64 } // before it
}

// functions reads the table, and the cells of counted calls. The result is sorted by ID.
func (f *File) functions(extents []extent) ([]*function, error) {
	byID := map[uint64]*function{}
	err := f.each(extents, extentFuncs, pageEntries, entrySize, func(id uint64, b []byte) {
		if pc := u64(b); pc != 0 {
			fn := &function{id: id, pc: pc, text: u64(b[8:]), enters: less(u64(b[16:]), u64(b[32:])), leaves: less(u64(b[24:]), u64(b[40:]))}
			fn.base.calls, fn.base.total = u64(b[48:]), u64(b[56:])
			byID[id] = fn
		}
	})
	if err != nil {
		return nil, err
	}
	err = f.each(extents, extentCounts, pageCells, cellSize, func(id uint64, b []byte) {
		if fn := byID[id]; fn != nil {
			fn.calls += u64(b)
			fn.total += u64(b[8:])
			fn.longest = max(fn.longest, u64(b[16:]))
		}
	})
	if err != nil {
		return nil, err
	}
	var list []*function
	for _, fn := range byID {
		fn.calls, fn.total = less(fn.calls, fn.base.calls), less(fn.total, fn.base.total)
		list = append(list, fn)
	}
	slices.SortFunc(list, func(a, b *function) int { return cmp.Compare(a.id, b.id) })
	return list, nil
}

// each calls yield for every entry of the tables of a kind that isn't zero. Each extent holds so many, for functions
// with neighbouring IDs.
func (f *File) each(extents []extent, kind uint32, entries, size int64, yield func(id uint64, entry []byte)) error {
	for _, e := range extents {
		if e.kind != kind {
			continue
		}
		table, err := f.read(e.offset, min(e.size, entries*size))
		if err != nil {
			return err
		}
		id := uint64(e.index)*uint64(entries) + 1
		for ; int64(len(table)) >= size && id <= maxFunction; id++ {
			if entry := table[:size]; u64(entry) != 0 {
				yield(id, entry)
			}
			table = table[size:]
		}
	}
	return nil
}

// less is a - b, or nothing when a file says that there was less than nothing.
func less(a, b uint64) uint64 { return a - min(a, b) }
