package model

import (
	"sync"
	"testing"

	"goapptrace/protocol"
)

// fillTo feeds a session until it has seen so many calls.
func fillTo(s *Session, w *workload, calls uint64) {
	for s.Row(epoch).Calls < calls {
		s.Packet(record(w.batch(benchBatch)))
	}
}

// The session that holds most gives way to the others, and says what it no longer has.
func TestMemoryIsShared(t *testing.T) {
	const memory = 2 << 20
	st := New(Limits{Memory: memory, Packets: 1})
	large, small := st.Open(1, epoch, ""), st.Open(2, epoch, "")
	fillTo(large, newWorkload(64, 16), 400_000)
	if held := large.held.Load(); held > memory || held < memory*3/4 {
		t.Errorf("the only session holds %d bytes", held)
	}
	fillTo(small, newWorkload(64, 16), 40_000)
	fillTo(large, newWorkload(64, 16), 500_000)
	if row := small.Row(epoch); row.RetainedOut != 0 {
		t.Errorf("the small session lost %d calls", row.RetainedOut)
	}
	row := large.Row(epoch)
	page := large.Calls(CallQuery{Anchor: 1, After: 1})
	if row.RetainedOut == 0 || page.First != row.RetainedOut+1 || page.Rows[0].Seq != page.First {
		t.Errorf("the first call is %d, after %d", page.First, row.RetainedOut)
	}
	if kept := row.Calls - row.RetainedOut; kept < 100_000 {
		t.Errorf("%d calls are kept", kept)
	}
	if total := large.held.Load() + small.held.Load(); total > memory {
		t.Errorf("both hold %d bytes", total)
	}
	checkHeld(t, large)
	checkHeld(t, small)
}

// Output and packets fall under the budget as well, and one too small for anything doesn't hang.
func TestMemoryOfEverything(t *testing.T) {
	for _, memory := range []int{1, 1 << 20} {
		st := New(Limits{Memory: memory})
		talker, sender := st.Open(1, epoch, ""), st.Open(2, epoch, "")
		line := make([]byte, 1000)
		for range 3000 {
			talker.Output(epoch, "stdout", append(line, '\n'))
			sender.Packet(protocol.Record{At: epoch, Packet: &protocol.PingPacket{}, Raw: make([]byte, 1000)})
		}
		feed(sender, script("+1", "-1")...)
		if total := talker.bytes() + sender.bytes(); total > memory+4*heldStep+columnsSize {
			t.Errorf("%d bytes are held, %d may be", total, memory)
		}
		if talker.Lines(OutputQuery{}).Last != 3000 || sender.Packets(PacketQuery{}).Last != 3001 {
			t.Error("the newest are gone")
		}
	}
}

// Sessions that make each other forget, while somebody looks; the race detector looks on.
func TestMemoryFromManySides(t *testing.T) {
	st := New(Limits{Memory: 1 << 20})
	var feeders, asker sync.WaitGroup
	for id := range uint64(4) {
		s := st.Open(id, epoch, "")
		feeders.Go(func() { fillTo(s, newWorkload(64, 16), 30_000) })
	}
	done := make(chan struct{})
	asker.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			for _, row := range st.Sessions(epoch) {
				st.Session(row.ID).Calls(CallQuery{Filter: callsLike("function 7"), Before: 10, Now: epoch})
				st.Session(row.ID).Goroutines(GoroutineQuery{Grouped: true, Open: map[uint64]bool{1: true}, Limit: 10, Now: epoch})
			}
		}
	})
	feeders.Wait()
	close(done)
	asker.Wait()
	st.fit()
	var total int64
	for id := range uint64(4) {
		total += st.Session(id).held.Load()
		checkHeld(t, st.Session(id))
	}
	if total > 1<<20 {
		t.Errorf("all hold %d bytes", total)
	}
}
