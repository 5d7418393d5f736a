package salvage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"goapptrace/protocol"
)

// image is a file as a program leaves it: a ring of four slots with events, a function with a name, counted calls and losses.
type image []byte

const (
	imageRing   = headSize
	imageFuncs  = imageRing + unit
	imageCounts = imageFuncs + 16*unit
	imageTexts  = imageCounts + 24*unit
	imageSize   = imageTexts + 16*unit

	imageStart = 64 // of the events in the ring
)

func (b image) put32(at int, n uint32) { binary.NativeEndian.PutUint32(b[at:], n) }
func (b image) put64(at int, n uint64) { binary.NativeEndian.PutUint64(b[at:], n) }

func newImage() image {
	b := make(image, imageSize)
	b.put64(0, magic)
	b.put64(headStages, 1) // connection 1, batch 0
	b.put32(headUsed, 4)
	for i, e := range []extent{
		{extentRing, 0, imageRing, unit},
		{extentFuncs, 0, imageFuncs, 16 * unit},
		{extentCounts, 0, imageCounts, 24 * unit},
		{extentTexts, 0, imageTexts, 16 * unit},
	} {
		at := headExtents + i*extentSize
		b.put32(at, e.kind)
		b.put32(at+8, uint32(e.offset/unit))
		b.put32(at+12, uint32(e.size/unit))
	}
	b.put32(imageRing+ringEvents, 4)
	b.put32(imageRing+ringStart, imageStart)
	b.event(0, 100, 7, 1, 0)
	b.event(1, 200, 7, 1, 1)

	b.put64(imageFuncs, 0x1000)      // PC
	b.put64(imageFuncs+8, 1)         // text
	b.put64(imageFuncs+16, 5)        // lost
	b.put64(imageFuncs+24, 1)        //
	b.put64(imageCounts, 10)         // calls
	b.put64(imageCounts+8, 1000)     // ns
	b.put32(imageTexts+textLine, 12) //
	b[imageTexts+textName], b[imageTexts+textFile] = 3, 4
	copy(b[imageTexts+textSize:], "a.ba.go")
	return b
}

// event records an event at the head.
func (b image) event(pos uint32, time int64, g, fn uint64, kind protocol.EventKind) {
	at := imageRing + imageStart + int(pos%4)*eventSize
	b.put64(at, uint64(time))
	b.put64(at+8, g<<(kindBits+idBits)|fn<<kindBits|uint64(kind))
	b.put32(imageRing+ringPosition, pos+1)
}

func (b image) remains(r *Receipt) (*Remains, error) {
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	return f.Remains(r)
}

// The remains are what has not come, and nothing else.
func TestRemains(t *testing.T) {
	b, r := newImage(), NewReceipt(0)
	got, err := b.remains(r)
	if err != nil || got.Events != 2 || len(got.Packets) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	sym := got.Packets[0].(*protocol.SymbolPacket).Symbols
	if f := sym.Funcs[0]; f.Name != "a.b" || f.File != "a.go" || sym.FuncStatus[0].Line != 12 {
		t.Errorf("function %+v", f)
	}
	batch := got.Packets[1].(*protocol.FuncLogBatchPacket)
	if batch.Seq != 1 || batch.Count != 2 || batch.LostEvents[0] != 6 {
		t.Errorf("batch %+v", batch)
	}
	if c := got.Packets[2].(*protocol.CountersPacket); c.Emitted != 2+6+2*10 || c.Calls[0] != 10 {
		t.Errorf("counters %+v", c)
	}

	// The batch has come, the next one was on its way when the program died.
	for _, p := range got.Packets[:2] {
		r.Note(p)
	}
	b.event(2, 300, 7, 1, 0)
	b.put64(headStages+stageSize, 1) // batch 1, of two events
	b.put64(headStages+stageSize+8, 1)
	b.put64(headStages+stageSize+16, 2)
	b.put32(imageRing+ringStaged+4, 2)
	b.put64(headStages+8, 2) // batch 2, of one
	b.put64(headStages+16, 3)
	b.put32(imageRing+ringStaged, 3)
	got, err = b.remains(r)
	if err != nil || got.Events != 1 || len(got.Packets) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if c := got.Packets[1].(*protocol.CountersPacket); c.Emitted != 3+6+2*10 {
		t.Errorf("counters %+v", c)
	}
	if _, err := b.remains(NewReceipt(1)); !errors.Is(err, ErrAbandoned) {
		t.Errorf("another connection's remains: %v", err)
	}
}

// A file that contradicts itself is refused.
func TestDamage(t *testing.T) {
	for name, damage := range map[string]func(b image){
		"magic":            func(b image) { b[0] ^= 1 },
		"extent":           func(b image) { b.put32(headExtents+8, 1<<30) },
		"extent's size":    func(b image) { b.put32(headExtents+12, 1<<31) },
		"ring of 3":        func(b image) { b.put32(imageRing+ringEvents, 3) },
		"ring of 1,024":    func(b image) { b.put32(imageRing+ringEvents, 1024) },
		"ring's start":     func(b image) { b.put32(imageRing+ringStart, 1<<31) },
		"more than fits":   func(b image) { b.put32(imageRing+ringPosition, 5) },
		"staged, not made": func(b image) { b.put32(imageRing+ringStaged, 3) },
		"no function":      func(b image) { b.event(2, 300, 7, 0, 0) },
	} {
		b := newImage()
		damage(b)
		if got, err := b.remains(NewReceipt(0)); !errors.Is(err, errCorrupt) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	b := newImage()
	for n := range b {
		if got, err := b[:n].remains(NewReceipt(0)); n < imageTexts+textSize && err == nil {
			t.Fatalf("%d bytes: %+v", n, got)
		}
		if n > headSize {
			break
		}
	}
}

// FuzzRemains looks for files that make us panic, or say what can't be.
func FuzzRemains(f *testing.F) {
	f.Add([]byte{}, uint16(0), int64(0))
	f.Add([]byte{1, 2, 3, 4}, uint16(headStages), int64(1))
	f.Add([]byte{255, 255, 255, 255}, uint16(headExtents+8), int64(0))
	f.Fuzz(func(t *testing.T, patch []byte, at uint16, epoch int64) {
		for _, base := range []int{0, headExtents, imageRing, imageFuncs, imageCounts, imageTexts} {
			b := newImage()
			copy(b[min(base+int(at)%unit, len(b)):], patch)
			got, err := b.remains(NewReceipt(epoch))
			if err != nil {
				continue
			}
			var events uint64
			for _, p := range got.Packets {
				if batch, ok := p.(*protocol.FuncLogBatchPacket); ok {
					for _, err := range batch.Events() {
						if err != nil {
							t.Fatal(err)
						}
						events++
					}
				}
			}
			if events != got.Events {
				t.Errorf("%d events, said to be %d", events, got.Events)
			}
		}
	})
}
