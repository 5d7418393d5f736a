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
		log.add(protocol.Record{At: epoch}, PacketRow{})
		if slots := len(log.ring.items); slots != log.most {
			t.Errorf("%d slots for %d packets", slots, log.most)
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
