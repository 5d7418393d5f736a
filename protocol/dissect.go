package protocol

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Dissection says which bytes of a frame mean what, to show them. Parts are a tree: each is followed by what it holds, one
// deeper. Behind the parts of the packet come rows: what several of its columns tell of one thing, such as an event of a batch.
type Dissection struct {
	Frame  []byte
	Parts  []Part
	Packet Packet // what the frame decodes to; nil if it doesn't
	Err    error  // why there is no packet, or what is wrong with its columns

	Events []Event // of a [FuncLogBatchPacket], as far as they can be read
	places []eventPlace
	packet int // index of the packet's part, 0 when there is none
}

// PartKind is what a [Part] is, and with it what its number means.
type PartKind uint8

// The kinds of parts.
const (
	PartLength  PartKind = iota // of the frame: how many bytes follow
	PartStruct                  // the header, the packet, or a struct within it
	PartTypes                   // the type definitions ahead of a value: how many
	PartType                    // one of them
	PartList                    // how many elements
	PartInt                     // the bits of an int64
	PartUint                    // a uint64
	PartBool                    // 0 or 1
	PartFloat                   // the bits of a float64
	PartComplex                 // nothing: it has two parts
	PartText                    // nothing: its bytes are the text
	PartBytes                   // the same
	PartAbsent                  // nothing: a field that wasn't sent, as it is zero
	PartRest                    // bytes that can't be told apart
	PartRows                    // rows: how many
	PartRow                     // nothing: the index is that of the row
)

// Part is a stretch of a frame that means something.
type Part struct {
	Name   Text // of a field or a type, as the sender calls it; empty for elements and rows
	Kind   PartKind
	Depth  uint8
	Index  int32 // of an element or a row, else -1
	Number uint64
	At     Stretch // what has the value; of a text, its characters
	Lead   int32   // how many bytes ahead of it say which field it is, or how long
}

// Stretch is Len bytes of a frame.
type Stretch struct{ From, Len int32 }

// End is the offset behind the stretch.
func (s Stretch) End() int32 { return s.From + s.Len }

// Int is the value of a [PartInt].
func (p *Part) Int() int64 { return int64(p.Number) }

// Float is the value of a [PartFloat].
func (p *Part) Float() float64 { return math.Float64frombits(p.Number) }

// whole is the part's bytes with those ahead that belong to it.
func (p *Part) whole() Stretch { return Stretch{p.At.From - p.Lead, p.At.Len + p.Lead} }

// maxParts bounds what a frame is taken apart into, rows aside. What is beyond belongs to the part around it alone.
const maxParts = 1 << 17

// Dissect takes a frame apart, whatever it holds. Beside what decoding the frame takes, it allocates 48 bytes a part: no more than
// [maxParts] and the rows, which are no more than the frame may have elements.
func Dissect(frame []byte) *Dissection {
	d := &dissector{Dissection: Dissection{Frame: frame}, types: gobTypes{}, labels: map[int64][]Text{}}
	_, p, err := decode(frame)
	d.Packet, d.Err = p, err
	if err != nil {
		d.Packet = nil
	}
	if err := d.walk(); err != nil && d.Err == nil {
		d.Err = err
	}
	d.rows()
	return &d.Dissection
}

// Where is the bytes of a part, and how many of the first stretch lie ahead of its value. Not exact says that the part's own
// bytes are unknown: then it is the smallest part around it that is known.
func (d *Dissection) Where(i int) (stretches []Stretch, lead int32, exact bool) {
	p := &d.Parts[i]
	switch p.Kind {
	case PartRow, PartRows:
		if stretches = d.rowStretches(i); stretches != nil {
			return stretches, 0, true
		}
	case PartAbsent:
	default:
		return []Stretch{p.whole()}, p.Lead, true
	}
	for around := d.Parent(i); around >= 0; around = d.Parent(around) {
		if d.Parts[around].Kind != PartRows {
			return []Stretch{d.Parts[around].whole()}, 0, false
		}
	}
	if d.packet > 0 {
		return []Stretch{d.Parts[d.packet].whole()}, 0, false
	}
	return []Stretch{{0, int32(len(d.Frame))}}, 0, false
}

// Parent is the index of the part that holds another one, -1 for none.
func (d *Dissection) Parent(i int) int {
	depth := d.Parts[i].Depth
	for i--; i >= 0; i-- {
		if d.Parts[i].Depth < depth {
			return i
		}
	}
	return -1
}

// Next is the index of the part behind all that a part holds.
func (d *Dissection) Next(i int) int {
	depth := d.Parts[i].Depth
	for i++; i < len(d.Parts) && d.Parts[i].Depth > depth; i++ {
	}
	return i
}

// PartAt is the index of the smallest part that holds a byte: of those of a batch's columns the event; -1 for none.
func (d *Dissection) PartAt(offset int) int {
	if i := d.eventAt(int32(offset)); i >= 0 {
		return i
	}
	found := -1
	for i := range d.Parts {
		p := &d.Parts[i]
		at := p.whole()
		if int(at.From) <= offset && offset < int(at.End()) && (found < 0 || p.Depth > d.Parts[found].Depth) {
			found = i
		}
	}
	return found
}

// dissector makes a dissection.
type dissector struct {
	Dissection
	types  gobTypes
	labels map[int64][]Text // names of the fields by type
	end    int              // offset behind the message that is being read
}

// walk goes from the length to the end. What it can't make sense of becomes the rest.
func (d *dissector) walk() error {
	n := len(d.Frame)
	if n < lengthSize {
		return d.rest(0, errTruncatedGob)
	}
	d.Parts = append(d.Parts, Part{Name: "length", Index: -1, At: Stretch{0, lengthSize}, Number: uint64(binary.BigEndian.Uint32(d.Frame))})
	body := d.Frame[lengthSize:]
	if _, err := scanGob(body); err != nil {
		return d.rest(lengthSize, err)
	}
	r := gobReader{rest: body}
	for header := true; len(r.rest) > 0; header = false {
		if err := d.message(&r, header); err != nil {
			return err
		}
	}
	return nil
}

// rest adds a part for all from an offset on.
func (d *dissector) rest(from int, err error) error {
	if n := len(d.Frame) - from; n > 0 {
		d.Parts = append(d.Parts, Part{Kind: PartRest, Index: -1, At: Stretch{int32(from), int32(n)}})
	}
	return err
}

// floatBits turns a float as gob has it into its bits.
func floatBits(u uint64) uint64 { return bits.ReverseBytes64(u) }

// PacketPart is the index of the packet's own part, 0 when there is none.
func (d *Dissection) PacketPart() int { return d.packet }
