package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"goapptrace/protocol"
	"goapptrace/query"
)

// told is what a tail tells in a turn, in pages of n.
func told(t *Tail, n int) (seqs []uint64) {
	t.Turn()
	for more := true; more; {
		var rows []CallRow
		rows, more = t.Next(n, epoch)
		for _, row := range rows {
			seqs = append(seqs, row.Seq)
		}
	}
	return seqs
}

// Calls are told a turn after they have ended: those that are open when the others are told, when they have ended.
func TestTail(t *testing.T) {
	s := open(t, Limits{}, 3)
	at := int64(0)
	step := func(words ...string) {
		for _, e := range script(words...) {
			at += 10
			e.Time = at
			feed(s, e)
		}
	}
	step("+1", "+2", "-2", "+3")
	tail := s.Tail(nil, 0)
	defer tail.Close()
	check := func(when string, want ...uint64) {
		t.Helper()
		if got := told(tail, 2); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", when, got, want)
		}
	}
	check("at first")
	check("when a turn is over", 2)
	step("-3", "2:+1", "2:-1")
	check("when calls have just ended")
	check("in the turn after", 4, 3)
	step("-1")
	if tail.Idle() {
		t.Error("a call has ended, and is to be told")
	}
	check("when the outermost has just ended")
	check("in the turn after that", 1)
	step("+1", "+2")
	check("while others begin")
	check("while they go on")
	s.State(epoch, protocol.StateClosed, "")
	check("when the session has just ended")
	check("when it has", 6, 5)
	if !tail.Idle() || tail.Missed() != 0 {
		t.Error("something is to be told still, or was missed")
	}
}

// Whatever comes when, a tail tells each call that passes once, and no other.
func TestTailTellsAll(t *testing.T) {
	for _, text := range []string{"", "dur > 200ns", "f1 or err", "depth < 2 and not panic"} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprint(text, "/", seed), func(t *testing.T) {
				var filter *query.Filter
				if text != "" {
					filter = callsLike(text)
				}
				rng := rand.New(rand.NewPCG(seed, 1))
				s, w := open(t, Limits{}, 8), newWorkload(8, 4)
				s.Packet(record(w.mixed(rng, 3000)))
				tail := s.Tail(filter, 0)
				defer tail.Close()
				var got []uint64
				for range 50 {
					for range rng.IntN(4) {
						s.Packet(record(w.mixed(rng, 1+rng.IntN(900))))
					}
					tail.Turn()
					for more := true; more; {
						var rows []CallRow
						rows, more = tail.Next(1+rng.IntN(200), epoch)
						for _, row := range rows {
							if row.End == EndOpen {
								t.Fatalf("call %d is told while it is open", row.Seq)
							}
							got = append(got, row.Seq)
						}
						if more && rng.IntN(4) == 0 {
							s.Packet(record(w.mixed(rng, 1+rng.IntN(300))))
						}
					}
				}
				s.State(epoch, protocol.StateClosed, "")
				for !tail.Idle() {
					got = append(got, told(tail, 100)...)
				}
				want := seqs(s.Calls(CallQuery{Filter: filter, Before: 1 << 20, Now: epoch}).Rows)
				slices.Sort(got)
				if !slices.Equal(got, want) || tail.Missed() != 0 {
					t.Errorf("%d calls told, want %d", len(got), len(want))
				}
			})
		}
	}
}

// What the log forgets before it is told was missed.
func TestTailMisses(t *testing.T) {
	s, w := open(t, Limits{Calls: 2 * chunkLen}, 8), newWorkload(8, 4)
	tail := s.Tail(nil, 0)
	defer tail.Close()
	fillTo(s, w, 20*chunkLen)
	s.State(epoch, protocol.StateClosed, "")
	n := uint64(0)
	for !tail.Idle() {
		n += uint64(len(told(tail, 1000)))
	}
	row := s.Row(epoch)
	if missed := tail.Missed(); missed == 0 || n+missed != row.Calls {
		t.Errorf("%d calls told and %d missed, of %d", n, missed, row.Calls)
	}
	if tail.Missed() != 0 {
		t.Error("calls are missed twice")
	}
}

// BenchmarkTail is what an event costs while nobody follows, and while some do who look for slow calls, their work included: ten turns a
// second at a million events a second.
func BenchmarkTail(b *testing.B) {
	for _, followers := range []int{0, 1, 50} {
		b.Run(fmt.Sprint(followers), func(b *testing.B) {
			const batchesATurn = 100_000 / benchBatch
			s, w, slow := open(b, Limits{}, 64), newWorkload(64, 16), callsLike("dur > 1h")
			batches := make([]protocol.Record, 512)
			for i := range batches[1:] {
				batches[i] = record(w.batch(benchBatch))
			}
			batches[len(batches)-1] = record(w.rest())
			var tails []*Tail
			for range followers {
				tails = append(tails, s.Tail(slow, 0))
			}
			for i := 0; b.Loop(); i++ {
				s.Packet(batches[i%len(batches)])
				if i%batchesATurn == 0 {
					for _, t := range tails {
						told(t, 256)
					}
				}
			}
			row := s.Row(epoch)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(row.Events), "ns/event")
		})
	}
}
