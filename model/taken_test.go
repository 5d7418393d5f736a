package model

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"goapptrace/protocol"
)

// What packets are said to take is what they take, whatever their size.
func TestPacketsSayWhatTheyTake(t *testing.T) {
	for _, events := range []int{1, 100, 500, 3000, 10_000} {
		w := newWorkload(64, 16)
		var log packetLog
		log.most, log.mostCost = 512, math.MaxInt
		before := heap()
		for range log.most {
			frame, err := protocol.AppendFrame(nil, w.batch(events))
			if err != nil {
				t.Fatal(err)
			}
			raw := make([]byte, len(frame))
			copy(raw, frame)
			p, err := protocol.DecodeFrame(raw)
			if err != nil {
				t.Fatal(err)
			}
			log.add(protocol.Record{At: epoch, Packet: p, Raw: raw}, PacketRow{})
		}
		takes := int(heap() - before)
		if off := float64(takes-log.bytes) / float64(takes); math.Abs(off) > 0.02 && events > 1 {
			t.Errorf("packets of %d events: %d bytes are taken, %d told of: %+.1f %%", events, takes, log.bytes, 100*off)
		}
		runtime.KeepAlive(log)
	}
}

// So is what lines of output are said to take, however many there are.
func TestLinesSayWhatTheyTake(t *testing.T) {
	for _, lines := range []int{4 << 10, 16<<10 + 1, 33 << 10} {
		log := outputLog{most: math.MaxInt, open: map[string]uint64{}}
		before := heap()
		for i := range lines {
			log.write(epoch, "stdout", fmt.Appendf(nil, "line %d of what a program prints\n", i))
		}
		takes := int(heap() - before)
		if off := float64(takes-log.bytes) / float64(takes); math.Abs(off) > 0.03 {
			t.Errorf("%d lines: %d bytes are taken, %d told of: %+.1f %%", lines, takes, log.bytes, 100*off)
		}
		runtime.KeepAlive(log)
	}
}

// And what is told of goroutines.
func TestGoroutinesSayWhatTheyTake(t *testing.T) {
	for _, goroutines := range []int{1 << 10, 16<<10 + 1, 100_000} {
		before := heap()
		log := newGoroutineLog(func(uint64) bool { return false })
		for g := range goroutines {
			log.of(uint64(g), 0)
		}
		takes := int(heap() - before)
		if off := float64(takes-log.bytes) / float64(takes); math.Abs(off) > 0.03 {
			t.Errorf("%d goroutines: %d bytes are taken, %d told of: %+.1f %%", goroutines, takes, log.bytes, 100*off)
		}
		runtime.KeepAlive(log)
	}
}

// So is what details are said to take.
func TestDetailsSayWhatTheyTake(t *testing.T) {
	for _, texts := range []int{1, 8, 9, 14, 15, 100, 400} {
		const chunks = 3000
		before := heap()
		all := make([]details, chunks)
		says := 0
		for c := range all {
			for i := range texts {
				all[c].set(detailKey{uint16(i), protocol.DetailArgs}, protocol.Text(fmt.Sprintf("the text %09d", i)))
			}
			says += all[c].bytes
		}
		takes := int(heap() - before) // the list itself is on the stack
		if off := float64(takes-says) / float64(takes); math.Abs(off) > 0.05 {
			t.Errorf("%d texts: %d bytes are taken, %d told of: %+.1f %%", texts, takes, says, 100*off)
		}
		runtime.KeepAlive(all)
	}
}
