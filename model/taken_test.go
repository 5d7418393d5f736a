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
		for _, level := range []string{"", "ERROR"} {
			log := outputLog{most: math.MaxInt, open: map[string]uint64{}}
			before := heap()
			for i := range lines {
				text := fmt.Appendf(nil, "line %d of what a program prints", i)
				if level == "" {
					log.write(epoch, "stdout", append(text, '\n'))
				} else {
					log.log(line{at: epoch, stream: "slog", level: protocol.Text([]byte(level))}, string(text))
				}
			}
			saysWhatItTakes(t, fmt.Sprintf("%d lines of level %q", lines, level), int(heap()-before), log.bytes, 0.03)
			runtime.KeepAlive(log)
		}
	}
}

// And what goroutines are, also when most of them are forgotten again.
func TestGoroutinesSayWhatTheyTake(t *testing.T) {
	for _, goroutines := range []int{1 << 10, 16<<10 + 1, 100_000} {
		for _, span := range []int{0, 9, 33, 200} {
			log := newGoroutineLog(func(uint64) bool { return false })
			before := heap()
			for g := range min(goroutines, 2*maxOriginBytes/(span+100)) {
				log.work(uint64(g), protocol.Text(make([]byte, span)), 0)
			}
			saysWhatItTakes(t, fmt.Sprintf("%d goroutines with spans of %d bytes", goroutines, span), int(heap()-before), log.held(), 0.03)
			log.fit(log.known.all.n/2, math.MaxInt)
			saysWhatItTakes(t, fmt.Sprintf("half of %d goroutines with spans of %d bytes", goroutines, span), int(heap()-before), log.held(), 0.03)
			runtime.KeepAlive(log)
		}
	}
}

// And what go statements are.
func TestSitesSayWhatTheyTake(t *testing.T) {
	for _, sites := range []int{1 << 10, 3 << 10, maxSites} {
		log := newGoroutineLog(func(uint64) bool { return false })
		before := heap()
		for id := range sites {
			name := func(kind string) protocol.Text {
				return protocol.Text(fmt.Sprintf("example.com/%s.function%d", kind, id))
			}
			log.know(uint64(id), site{entry: name("entry"), creator: name("creator"), file: name("file")})
		}
		saysWhatItTakes(t, fmt.Sprintf("%d sites", sites), int(heap()-before), log.siteBytes, 0.1) // a map doubles
		runtime.KeepAlive(log)
	}
}

// saysWhatItTakes fails the test unless what is taken is what is told of, to within a part, or a page.
func saysWhatItTakes(t *testing.T, what string, takes, says int, within float64) {
	t.Helper()
	if off := float64(takes-says) / float64(takes); math.Abs(off) > within && math.Abs(float64(takes-says)) > page {
		t.Errorf("%s: %d bytes are taken, %d told of: %+.1f %%", what, takes, says, 100*off)
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
