package salvage

import "goapptrace/protocol"

// Offsets in what the program has noted of a function.
const (
	textEntry = 0
	textLine  = 8
	textName  = 12
	textFile  = 14
	textSize  = 16

	textPage = 1 << 16
)

// texts are the pieces of memory that hold names, by index. A program that raced with itself has made more than one of an
// index, of which one is empty.
type texts map[uint32][][]byte

func (f *File) texts(extents []extent) (texts, error) {
	all := texts{}
	for _, e := range extents {
		if e.kind != extentTexts {
			continue
		}
		b, err := f.read(e.offset, min(e.size, textPage))
		if err != nil {
			return nil, err
		}
		all[e.index] = append(all[e.index], b)
	}
	return all, nil
}

// add adds the function's symbol to those of a packet, if it has one.
func (t texts) add(p *protocol.Symbols, fn *function) bool {
	if fn.text == 0 || (fn.text-1)/textPage > maxExtents {
		return false
	}
	at := fn.text - 1
	for _, b := range t[uint32(at/textPage)] {
		b = b[min(at%textPage, uint64(len(b))):]
		if len(b) < textSize {
			continue
		}
		name, file := int(u16(b[textName:])), int(u16(b[textFile:]))
		if name == 0 || len(b)-textSize < name+file {
			continue
		}
		p.Funcs = append(p.Funcs, &protocol.FuncSymbol{
			ID: fn.id, Entry: uintptr(u64(b[textEntry:])),
			Name: protocol.Text(b[textSize : textSize+name]), File: protocol.Text(b[textSize+name : textSize+name+file]),
		})
		p.FuncStatus = append(p.FuncStatus, &protocol.FuncStatus{
			ID: fn.id, Func: fn.id, Line: uint64(u32(b[textLine:])), PC: uintptr(fn.pc),
		})
		return true
	}
	return false
}
