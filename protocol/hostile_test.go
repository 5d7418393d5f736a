package protocol

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"
)

// hostile are frames that were made by hand to harm gob's decoder, and what is said about each.
func hostile() map[string]struct {
	frame []byte
	want  string
} {
	const id = firstGobType + 1
	ignored := func(typ int64, more [][]byte, value ...byte) []byte { // in a field that no packet has
		messages := append([][]byte{structDef(id, typ, "X")}, more...)
		return handFrame(append(messages, gobValue(id, append([]byte{1}, value...)...))...)
	}
	deep := bytes.Repeat([]byte{1}, MaxFrame-200)
	huge := []byte{0xf8, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	return map[string]struct {
		frame []byte
		want  string
	}{
		// gob cuts type IDs to 32 bits: this one is the type 65 for it, which contains itself.
		"type ID over 32 bits":  {handFrame(structDef(1<<32+id, id, "X"), gobValue(1<<32+id, deep...)), "out of range"},
		"value ID over 32 bits": {handFrame(structDef(id, gobBool, "X"), gobValue(1<<32+id, deep...)), "before its definition"},
		"lowest type ID":        {handFrame(gobInt(nil, math.MinInt64), gobValue(id)), "out of range"},
		"basic type redefined":  {handFrame(structDef(gobString, gobBool, "X"), gobValue(id)), "out of range"},
		"type ID again":         {handFrame(structDef(id, gobBool, "X"), structDef(id, gobString, "X"), gobValue(id, 0)), "twice"},
		"undefined":             {handFrame(gobValue(id, 0)), "before its definition"},
		"defined after use":     {handFrame(gobValue(id, 0), structDef(id, gobBool, "X")), "before its definition"},
		"wireType itself":       {ignored(16, nil, 0, 0), "before its definition"},
		"recursive":             {handFrame(structDef(id, id, "X"), gobValue(id, deep...)), "recursive"},
		// gob would take this one for a map of itself.
		"struct and map at once": {ignored(id+1, [][]byte{structAndMap(id + 1)}, deep...), "unknown form"},
		"marshals itself":        {handFrame(append(gobInt(nil, -id), 5, 0, 0), gobValue(id, 0)), "other than a struct or a slice"},
		"no struct":              {handFrame(sliceDef(id, gobBool), gobValue(id, 0, 0)), "no struct"},
		"no element type":        {ignored(id+1, [][]byte{append(gobInt(nil, -id-1), 2, 0, 0)}, 0, 0), "before its definition"},
		"foreign field":          {handFrame(structDef(id, gobBool, "X"), gobValue(id, 2, 1, 0)), "doesn't have"},
		"trailing bytes":         {handFrame(structDef(id, gobBool, "X"), gobValue(id, 0, 1)), "behind a value"},
		"third value":            {handFrame(structDef(id, gobBool, "X"), gobValue(id, 0), gobValue(id, 0)), "more gob values"},
		"endless string":         {ignored(gobString, nil, huge...), "truncated"},
		"endless slice":          {ignored(id+1, [][]byte{sliceDef(id+1, gobBool)}, huge...), "over 131072 elements"},
		"endless slice of empty structs": {
			ignored(id+1, [][]byte{sliceDef(id+1, id+2), structDef(id+2, gobBool, "")}, huge...),
			"over 131072 elements",
		},
		"a million empty symbols": {emptySymbols(1 << 20), "over 131072 elements"},
	}
}

func TestHostileFramesCostNothing(t *testing.T) {
	for name, test := range hostile() {
		t.Run(name, func(t *testing.T) {
			var err error
			got := allocated(func() { _, err = DecodeFrame(test.frame) })
			if !errors.Is(err, ErrFrame) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one about %q", err, test.want)
			}
			if got > 64<<10 {
				t.Errorf("%d bytes allocate %d", len(test.frame), got)
			}
		})
	}
}

// The most that a frame of a few bytes per element may cost.
func TestEmptySymbolsAreBounded(t *testing.T) {
	frame := emptySymbols(maxElements)
	var err error
	if got := allocated(func() { _, err = DecodeFrame(frame) }); err != nil || got > 16<<20 {
		t.Errorf("%d bytes allocate %d, error %v", len(frame), got, err)
	}
}

// handFrame makes a frame of a Ping's header and some messages.
func handFrame(messages ...[]byte) []byte {
	return typedFrame(TypePing, messages...)
}

func typedFrame(t PacketType, messages ...[]byte) []byte {
	const header = firstGobType
	var body []byte
	for _, m := range append([][]byte{structDef(header, 2, "PacketType"), gobValue(header, 1, byte(t)<<1, 0)}, messages...) {
		body = append(gobUint(body, uint64(len(m))), m...)
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}

// emptySymbols is a frame with n functions of one byte each.
func emptySymbols(n int) []byte {
	const packet, symbols, funcs, symbol = 65, 66, 67, 68
	value := append(gobUint([]byte{1, 1}, uint64(n)), make([]byte, n+2)...)
	return typedFrame(TypeSymbol, structDef(packet, symbols, "Symbols"), structDef(symbols, funcs, "Funcs"),
		sliceDef(funcs, symbol), structDef(symbol, gobString, "Name"), gobValue(packet, value...))
}

// structDef is the message that defines a struct whose fields have one type.
func structDef(id, typ int64, fields ...string) []byte {
	def := gobUint(append(gobInt(nil, -id), wireTypeStruct, 1, 0, 1), uint64(len(fields)))
	for _, field := range fields {
		def = append(gobUint(append(def, 1), uint64(len(field))), field...)
		def = append(gobInt(append(def, 1), typ), 0)
	}
	return append(def, 0, 0)
}

// structAndMap is the message that defines a struct of one field and, as the same type, a map from bools to that type.
func structAndMap(id int64) []byte {
	def := bytes.TrimSuffix(structDef(id, gobBool, "X"), []byte{0})
	return append(gobInt(append(def, 1, 2, gobBool<<1, 1), id), 0, 0)
}

func sliceDef(id, elem int64) []byte {
	return append(gobInt(append(gobInt(nil, -id), wireTypeSlice, 1, 0, 1), elem), 0, 0)
}

// gobValue is the message of a value, its encoding given.
func gobValue(id int64, encoded ...byte) []byte { return append(gobInt(nil, id), encoded...) }

func gobInt(dst []byte, i int64) []byte { return gobUint(dst, zigzag(i)) }

func gobUint(dst []byte, u uint64) []byte {
	if u < 0x80 {
		return append(dst, byte(u))
	}
	word := bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, u), "\x00")
	return append(append(dst, byte(-len(word))), word...)
}
