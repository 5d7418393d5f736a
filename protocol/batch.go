package protocol

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
)

// kindBits is how many low bits of a tag hold the event's kind.
const kindBits = 2

// BatchBuilder packs events into a [FuncLogBatchPacket]. Its zero value is ready; it keeps its memory between batches.
type BatchBuilder struct {
	packet FuncLogBatchPacket
	last   int64  // time of the event before
	g      uint64 // goroutine of the run at hand
	lastG  uint64 // goroutine of the run before it
	run    uint64 // events of the run at hand
}

// Len is the number of events packed so far.
func (b *BatchBuilder) Len() int { return int(b.packet.Count) }

// Size is about how many bytes they take.
func (b *BatchBuilder) Size() int {
	return len(b.packet.Tags) + len(b.packet.Times) + len(b.packet.Goroutines)
}

// Add packs e. Events come in the order of their times; a little backwards is legal and costs a byte.
func (b *BatchBuilder) Add(e Event) {
	p := &b.packet
	if p.Count == 0 {
		p.Base, b.last, b.g = e.Time, e.Time, e.G
	}
	p.Count++
	p.Tags = appendUvarint(p.Tags, e.Func<<kindBits|uint64(e.Kind))
	p.Times = appendUvarint(p.Times, zigzag(e.Time-b.last))
	b.last = e.Time
	if e.G != b.g {
		b.endRun()
		b.g = e.G
	}
	b.run++
}

func (b *BatchBuilder) endRun() {
	p := &b.packet
	p.Goroutines = appendUvarint(p.Goroutines, b.run)
	p.Goroutines = appendUvarint(p.Goroutines, zigzag(int64(b.g-b.lastG)))
	b.lastG, b.run = b.g, 0
}

// Packet finishes the batch; seq and end are its Seq and End. The packet and its columns are valid
// until the next [BatchBuilder.Reset].
func (b *BatchBuilder) Packet(seq uint64, end int64) *FuncLogBatchPacket {
	if b.run > 0 {
		b.endRun()
	}
	b.packet.Seq, b.packet.End = seq, end
	return &b.packet
}

// Lose notes that events of function f could not be recorded.
func (b *BatchBuilder) Lose(f, events uint64) {
	b.packet.LostFuncs = append(b.packet.LostFuncs, f)
	b.packet.LostEvents = append(b.packet.LostEvents, events)
}

// Reset begins the next batch.
func (b *BatchBuilder) Reset() {
	p := &b.packet
	*b = BatchBuilder{packet: FuncLogBatchPacket{
		Tags:       p.Tags[:0],
		Times:      p.Times[:0],
		Goroutines: p.Goroutines[:0],
		LostFuncs:  p.LostFuncs[:0],
		LostEvents: p.LostEvents[:0],
	}}
}

// ErrBatch marks a batch whose columns disagree.
var ErrBatch = errors.New("bad batch")

// Check looks at what can be known without reading the columns: that their lengths can hold Count events, and that
// the losses pair up. [FuncLogBatchPacket.Reader] finds the rest.
func (p *FuncLogBatchPacket) Check() error {
	switch {
	case p.Count > MaxBatchEvents:
		return fmt.Errorf("%w: %d events are over the limit of %d", ErrBatch, p.Count, MaxBatchEvents)
	case p.Count > uint64(len(p.Tags)) || p.Count > uint64(len(p.Times)):
		return fmt.Errorf("%w: columns of %d and %d bytes for %d events", ErrBatch, len(p.Tags), len(p.Times), p.Count)
	case len(p.LostFuncs) != len(p.LostEvents):
		return fmt.Errorf("%w: losses of %d functions, but %d counts", ErrBatch, len(p.LostFuncs), len(p.LostEvents))
	}
	return nil
}

// Events goes through the events in order. The error comes last, with a zero event, when the columns are not
// what Count says; what came before it is to be trusted no more than the rest.
func (p *FuncLogBatchPacket) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		r := p.Reader()
		for r.Next() {
			if !yield(r.Event, nil) {
				return
			}
		}
		if r.Err != nil {
			yield(Event{}, r.Err)
		}
	}
}

// BatchReader unpacks a [FuncLogBatchPacket]: the fast way to do what [FuncLogBatchPacket.Events] does.
type BatchReader struct {
	Event Event // the one that Next found
	Err   error // why Next stopped early, wrapping [ErrBatch]

	left       uint64 // events to come
	run        uint64 // of these, in the run of goroutine Event.G
	tags       column
	times      column
	goroutines column
}

// Reader begins to unpack p.
func (p *FuncLogBatchPacket) Reader() BatchReader {
	return BatchReader{
		Event: Event{Time: p.Base},
		Err:   p.Check(),
		left:  p.Count,
		tags:  column{bytes: p.Tags}, times: column{bytes: p.Times}, goroutines: column{bytes: p.Goroutines},
	}
}

// Next unpacks the next event into r.Event. It returns false at the end and at an error.
func (r *BatchReader) Next() bool {
	if r.left == 0 || r.Err != nil {
		r.finish()
		return false
	}
	if r.run == 0 && !r.nextRun() {
		return false
	}
	r.left--
	r.run--
	tag, ok := r.tags.short()
	if !ok {
		if tag, ok = r.tags.uvarint(); !ok {
			return r.fail("the tags end early")
		}
	}
	dt, ok := r.times.short()
	if !ok {
		if dt, ok = r.times.uvarint(); !ok {
			return r.fail("the times end early")
		}
	}
	r.Event.Func = tag >> kindBits
	r.Event.Kind = EventKind(tag & (1<<kindBits - 1))
	r.Event.Time += unzigzag(dt)
	return true
}

func (r *BatchReader) nextRun() bool {
	run, _ := r.goroutines.uvarint()
	delta, ok := r.goroutines.uvarint()
	if !ok {
		return r.fail("the goroutines end early")
	}
	r.run = run
	if r.run == 0 || r.run > r.left {
		return r.fail("a run of wrong length")
	}
	r.Event.G += uint64(unzigzag(delta))
	return true
}

// finish finds what is left over behind the last event.
func (r *BatchReader) finish() {
	if r.Err == nil && r.tags.rest()+r.times.rest()+r.goroutines.rest() > 0 {
		r.fail("bytes behind the last event")
	}
}

func (r *BatchReader) fail(why string) bool {
	r.Err = fmt.Errorf("%w: %s", ErrBatch, why)
	return false
}

func zigzag(n int64) uint64   { return uint64(n<<1) ^ uint64(n>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

// appendUvarint is binary.AppendUvarint, inlined for the one and two byte cases that nearly all are.
func appendUvarint(dst []byte, u uint64) []byte {
	if u < 1<<7 {
		return append(dst, byte(u))
	}
	if u < 1<<14 {
		return append(dst, byte(u)|0x80, byte(u>>7))
	}
	return binary.AppendUvarint(dst, u)
}

// column is a sequence of varints that is being read.
type column struct {
	bytes []byte
	at    int
}

func (c *column) rest() int { return len(c.bytes) - c.at }

// short reads the next varint if it is one byte, which most are. It is small enough to be inlined.
func (c *column) short() (u uint64, ok bool) {
	if c.at >= len(c.bytes) || c.bytes[c.at] >= 0x80 {
		return 0, false
	}
	c.at++
	return uint64(c.bytes[c.at-1]), true
}

// uvarint reads the next varint.
func (c *column) uvarint() (u uint64, ok bool) {
	b := c.bytes[c.at:]
	if len(b) >= 2 && b[0] >= 0x80 && b[1] < 0x80 {
		c.at += 2
		return uint64(b[0]&0x7f) | uint64(b[1])<<7, true
	}
	u, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, false
	}
	c.at += n
	return u, true
}

// MaxFuncID is the highest function ID that fits a tag.
const MaxFuncID = math.MaxUint64 >> kindBits
