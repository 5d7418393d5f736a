package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"goapptrace/protocol"
)

func TestPack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for w := range uint8(65) {
		var blocks [3][blockLen]uint64
		var words []uint64
		for b := range blocks {
			for i := range blocks[b] {
				blocks[b][i] = rng.Uint64() & (1<<w - 1)
			}
			words = pack(words, &blocks[b], w)
		}
		if len(words) != 3*int(w) {
			t.Errorf("width %d: %d words", w, len(words))
		}
		for i := range 3 * blockLen {
			if got, want := unpack(words, i, w), blocks[i/blockLen][i%blockLen]; got != want {
				t.Fatalf("width %d, value %d: %#x, want %#x", w, i, got, want)
			}
		}
	}
}

// A sealed chunk says what it said before, whatever the calls, also of those that end later.
func TestSealedEqualsColumns(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		spread := rapid.SampledFrom([]uint64{1, 300, 1 << 40, math.MaxUint64}).Draw(rt, "times")
		funcs := rapid.SampledFrom([]uint32{1, 70, 3000, maxFunctions}).Draw(rt, "functions")
		openOf := rapid.SampledFrom([]int{0, 1, chunkLen}).Draw(rt, "open, of 4096")
		var s sealer
		for range 2 { // with memory that was used before
			c := chunk{raw: new(columns)}
			fill(&c, rng, spread, funcs, openOf)
			sealed := chunk{n: c.n, open: c.open, sealed: s.seal(c.raw, 64<<20)}
			for i := range chunkLen {
				if c.raw.ends[i] == EndOpen && rng.IntN(2) == 0 {
					lasted, end := rng.Int64(), CallEnd(1+rng.IntN(4))
					c.end(i, lasted, end)
					sealed.end(i, lasted, end)
				}
			}
			for i := range chunkLen {
				want, got := c.call(i), sealed.call(i)
				if want.end == EndOpen {
					want.lasted, got.lasted = 0, 0
				}
				if got != want || sealed.fn(i) != want.fn {
					rt.Fatalf("call %d: %+v, want %+v", i, got, want)
				}
			}
			occur := map[uint32]bool{}
			for _, fn := range c.raw.funcs {
				occur[fn] = true
			}
			if sealed.sealed.holds(func(fn uint32) bool { return !occur[fn] }) {
				rt.Fatal("holds a function that doesn't occur")
			}
			fn := c.raw.funcs[rng.IntN(chunkLen)]
			if !sealed.sealed.holds(func(f uint32) bool { return f == fn }) {
				rt.Fatalf("doesn't hold function %d", fn)
			}
		}
	})
}

func fill(c *chunk, rng *rand.Rand, spread uint64, funcs uint32, openOf int) {
	for range 1 + rng.IntN(1000) {
		c.raw.addG(rng.Uint64N(spread))
	}
	for i := range chunkLen {
		g := uint16(rng.IntN(len(c.raw.gIDs)))
		c.add(rng.Uint32N(funcs), g, uint16(rng.IntN(1<<rng.IntN(17))), int64(rng.Uint64N(spread)))
		if rng.IntN(chunkLen) >= openOf {
			end := EndReturn
			if rng.IntN(1000) == 0 {
				end = CallEnd(1 + rng.IntN(3))
			}
			c.end(i, int64(rng.Uint64N(spread)>>1), end)
		}
	}
}

// Durations about the widest that a column has room for.
func TestDurationsAtTheEdge(t *testing.T) {
	c := chunk{raw: new(columns)}
	c.raw.addG(1)
	for i := range chunkLen {
		c.add(1, 0, 0, int64(i))
		width := i / blockLen // of most of the block
		lasted := uint64(1)<<width - 1 - uint64(i%2)
		if i%blockLen == 7 {
			lasted++
		}
		c.end(i, int64(lasted&math.MaxInt64), EndReturn)
	}
	var s sealer
	sealed := s.seal(c.raw, 64<<20)
	for i := range chunkLen {
		if got, want := sealed.call(i), c.call(i); got != want {
			t.Fatalf("call %d: %+v, want %+v", i, got, want)
		}
	}
}

// What a sealed chunk remembers of one filter is not said of another. To its sketch functions 1 and 513 are the same.
func TestFiltersTakeTurns(t *testing.T) {
	s := open(t, Limits{}, 513)
	for range chunkLen + 1 {
		feed(s, script("+1", "-1")...)
	}
	feed(s, script("+513", "-513")...)
	for _, tt := range []struct {
		filter string
		want   []uint64
	}{{"f513", nil}, {"f1", []uint64{1, 2}}, {"f513", nil}} {
		q := CallQuery{Filter: callsLike(tt.filter), Anchor: 1, After: 2, Until: chunkLen}
		if got := seqs(s.Calls(q).Rows); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.filter, got, tt.want)
		}
	}
}

// The oracle of a program's calls stands for sealed chunks too.
func TestSealedLog(t *testing.T) {
	plain, s := open(t, Limits{}, 64), open(t, Limits{}, 64)
	w := newWorkload(64, 16)
	for range 20 {
		b := w.batch(2000)
		plain.Packet(record(b))
		s.Packet(record(b))
		for _, c := range s.calls.log.chunks { // seal all that are full, whatever is open
			if c.raw != nil && c.n == chunkLen {
				c.sealed, c.raw = s.calls.log.sealer.seal(c.raw, 0), nil
			}
		}
	}
	if plain.calls.log.chunks[0].sealed != nil && plain.calls.open == 0 {
		t.Fatal("nothing is left to compare with")
	}
	for _, q := range []CallQuery{
		{Before: 100_000, Now: epoch},
		{Anchor: 5000, Before: 7, After: 9},
		{Filter: callsLike("f7"), Before: 1000},
		{Filter: callsLike("f63"), Anchor: 1, After: 2000},
		{Before: 50, Until: 4100},
		{Anchor: 4096, After: 4, Until: 4097},
	} {
		want, got := plain.Calls(q), s.Calls(q)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%+v: got %d rows, want %d", q, len(got.Rows), len(want.Rows))
		}
	}
}

// Long calls on many goroutines: chunks whose calls are open are sealed late, and in the end.
func TestSealingOpenCalls(t *testing.T) {
	s := open(t, Limits{}, 1)
	const goroutines = 20 * chunkLen
	at := int64(0)
	each := func(kind protocol.EventKind) {
		var b protocol.BatchBuilder
		for g := range uint64(goroutines) {
			at++
			b.Add(protocol.Event{Time: at, Func: 1, G: g, Kind: kind})
			if b.Len() == chunkLen {
				s.Packet(record(b.Packet(1, at)))
				b.Reset()
			}
		}
	}
	each(protocol.Enter)
	waiting := 0
	for _, c := range s.calls.log.chunks {
		if c.raw != nil {
			waiting++
		}
	}
	if waiting > mostWaiting+1 {
		t.Errorf("%d chunks are not sealed", waiting)
	}
	each(protocol.Leave)
	s.State(epoch, protocol.StateClosed, "")
	for _, r := range s.Calls(CallQuery{Before: goroutines, Now: epoch}).Rows {
		if r.End != EndReturn || r.Duration != goroutines {
			t.Fatalf("call: %+v", r)
		}
	}
	for i, c := range s.calls.log.chunks {
		if c.raw != nil {
			t.Errorf("chunk %d of %d is not sealed", i, len(s.calls.log.chunks))
		}
	}
	checkHeld(t, s)
}

// checkHeld compares what the log says that it takes with the sum of its chunks.
func checkHeld(t *testing.T, s *Session) {
	t.Helper()
	sum := 0
	for _, c := range s.calls.log.chunks {
		sum += c.bytes()
	}
	if sum != s.calls.log.held {
		t.Errorf("the log takes %d bytes, and says %d", sum, s.calls.log.held)
	}
	frames := 0
	for _, st := range s.calls.stacks.byG {
		frames += cap(st.frames)
	}
	if frames != s.calls.stacks.frames {
		t.Errorf("stacks have room for %d frames, and say %d", frames, s.calls.stacks.frames)
	}
}

// What a sealed chunk takes, an event, once a program runs as it does.
func TestBytesPerEvent(t *testing.T) {
	for _, tt := range []struct {
		funcs      uint64
		goroutines int
	}{{64, 16}, {5000, 1000}, {50_000, 10_000}} {
		s := open(t, Limits{Packets: 1}, tt.funcs)
		fillTo(s, newWorkload(tt.funcs, tt.goroutines), 120*chunkLen)
		chunks, bytes := 0, 0
		for _, c := range s.calls.log.chunks[60:] { // before, the stacks grow: few calls end
			if c.sealed != nil {
				chunks, bytes = chunks+1, bytes+c.bytes()
			}
		}
		got := float64(bytes) / float64(2*chunkLen*chunks)
		t.Logf("%d functions, %d goroutines: %.2f bytes an event in %d chunks", tt.funcs, tt.goroutines, got, chunks)
		if got > 6 || chunks < 10 {
			t.Errorf("%d functions, %d goroutines: %.2f bytes an event in %d chunks", tt.funcs, tt.goroutines, got, chunks)
		}
	}
}

// What chunks say they take is what they take, however they fit into slabs.
func TestSealedSaysWhatItTakes(t *testing.T) {
	for _, spread := range []uint64{1 << 8, 1 << 20, 1 << 34, 1 << 50} {
		rng := rand.New(rand.NewPCG(5, 6))
		c := chunk{raw: new(columns)}
		fill(&c, rng, spread, 3000, 1)
		var s sealer
		before := heap()
		var all []*sealed
		says := 0
		for range 500 {
			all = append(all, s.seal(c.raw, 64<<20))
			says += all[len(all)-1].bytes()
		}
		says += 8 * s.room()
		takes := int(heap()-before) - 8*cap(all)
		if off := float64(takes-says) / float64(says); math.Abs(off) > 0.003 {
			t.Errorf("chunks of %d bytes: %d are taken, %d told of: %+.2f %%", all[0].bytes(), takes, says, 100*off)
		}
		runtime.KeepAlive(c.raw)
		runtime.KeepAlive(all)
	}
}

// heap is how much memory is in use.
func heap() uint64 {
	runtime.GC() // once more, for what has waited for a finalizer or lay in a pool
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
