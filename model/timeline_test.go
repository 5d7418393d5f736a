package model

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goapptrace/protocol"
	"goapptrace/query"
)

// timelineOf is the picture of all that a session has of a window.
func timelineOf(s *Session, w TimelineWindow, now time.Time) *TimelinePicture {
	t := NewTimeline(s, w, nil, 1000)
	t.Advance(now, 0, enough)
	return t.Picture()
}

// since the epoch, in columns of so many ns.
func windowOf(width, first int64, columns int) TimelineWindow {
	return TimelineWindow{Width: width, First: (epoch.UnixNano() + first) / width, Columns: columns}
}

// bruteTimeline is the picture as it is made of the rows of the Calls tab: each cell looks at every call.
func bruteTimeline(s *Session, w TimelineWindow, now time.Time) []TimelineRow {
	calls := s.Calls(CallQuery{Before: 1 << 30, Now: now}).Rows
	byG := map[uint64]*TimelineRow{}
	var order []uint64
	for i := range int64(w.Columns) {
		from, to := w.At(w.First+i).UnixNano(), w.At(w.First+i+1).UnixNano()
		for k := range calls {
			c := &calls[k]
			start := c.Start.UnixNano()
			end := start + int64(c.Duration)
			if start >= to || end <= from && start < from {
				continue
			}
			row := byG[c.G]
			if row == nil {
				row = &TimelineRow{G: c.G}
				byG[c.G] = row
				order = append(order, c.G)
			}
			for len(row.Lines) <= c.Depth {
				row.Lines = append(row.Lines, make([]TimelineCell, w.Columns))
			}
			bruteCell(&row.Lines[c.Depth][i], c, from, to)
		}
	}
	rows := make([]TimelineRow, 0, len(order))
	for _, g := range order {
		byG[g].Depth = len(byG[g].Lines)
		rows = append(rows, *byG[g])
	}
	return rows
}

func bruteCell(cell *TimelineCell, c *CallRow, from, to int64) {
	start := c.Start.UnixNano()
	end := start + int64(c.Duration)
	cell.Calls++
	cell.Busy += time.Duration(min(end, to) - max(start, from))
	if end <= to && (end > from || start == end) {
		switch c.End {
		case EndError:
			cell.Errors++
		case EndPanic:
			cell.Panics++
		}
		if start >= from && c.End != EndOpen {
			cell.Within++
		}
	}
	cell.Open = cell.Open || c.End == EndOpen
	is := TimelineCall{Seq: c.Seq, Lasted: c.Duration}
	if cell.Longest.Seq == 0 || is.Lasted > cell.Longest.Lasted || is.Lasted == cell.Longest.Lasted && is.Seq < cell.Longest.Seq {
		cell.Longest = is
	}
	if is.Seq > cell.Last.Seq {
		cell.Last = is
	}
}

// sameTimeline compares cells by goroutine; which one of several longest calls is told depends on the order in which they ended.
func sameTimeline(tb interface {
	Helper()
	Fatalf(string, ...any)
}, s *Session, got *TimelinePicture, now time.Time,
) {
	tb.Helper()
	is, want := likeBrute(got.Rows), likeBrute(bruteTimeline(s, got.Window, now))
	if !reflect.DeepEqual(is, want) {
		tb.Fatalf("window %+v: %s", got.Window, diff.Diff(want, is))
	}
	for _, row := range got.Rows {
		for _, line := range row.Lines {
			for _, cell := range line {
				if cell.Calls == 0 {
					continue
				}
				for _, c := range []TimelineCall{cell.Longest, cell.Last} {
					call, ok := s.Call(c.Seq, now)
					if !ok || call.G != row.G || call.Duration != c.Lasted || call.Name != got.Funcs[c.Func] {
						tb.Fatalf("goroutine %d is told to have called %+v, which is %+v", row.G, c, call)
					}
				}
			}
		}
	}
}

// likeBrute leaves out of rows what brute force doesn't know.
func likeBrute(rows []TimelineRow) []TimelineRow {
	out := make([]TimelineRow, len(rows))
	for i, row := range rows {
		out[i] = TimelineRow{G: row.G, Depth: row.Depth}
		for _, line := range row.Lines {
			line = slices.Clone(line)
			for k := range line {
				line[k].Longest.Seq, line[k].Longest.Func, line[k].Last.Func = 0, 0, 0
			}
			out[i].Lines = append(out[i].Lines, line)
		}
	}
	slices.SortFunc(out, func(a, b TimelineRow) int { return cmp.Compare(a.G, b.G) })
	return out
}

func TestTimelineEqualsBruteForce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t, Limits{}, 4)
		width := rapid.Int64Range(1, 300).Draw(rt, "width")
		w := windowOf(width, rapid.Int64Range(-100, 4000).Draw(rt, "first"), rapid.IntRange(1, 40).Draw(rt, "columns"))
		tl := NewTimeline(s, w, nil, 1000)
		for rest := program(rt); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "batch")
			feed(s, rest[:n]...)
			rest = rest[n:]
			tl.Advance(epoch, 0, enough)
		}
		sameTimeline(rt, s, tl.Picture(), epoch)
		sameTimeline(rt, s, timelineOf(s, w, epoch), epoch)
	})
}

// A window that moves along shows what one shows that begins anew.
func TestTimelineFollows(t *testing.T) {
	followed := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t, Limits{}, 4)
		const columns = 20
		width := rapid.Int64Range(20, 300).Draw(rt, "width")
		w := windowOf(width, 0, columns)
		tl := NewTimeline(s, w, nil, 1000)
		for rest := program(rt); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "batch")
			feed(s, rest[:n]...)
			rest = rest[n:]
			now := s.calls.last
			if tl.Follow(windowOf(width, now, columns).First - columns + 2 + rapid.Int64Range(0, 5).Draw(rt, "ahead")) {
				followed++
			} else {
				tl = NewTimeline(s, windowOf(width, now, columns), nil, 1000)
			}
			tl.Advance(epoch, 0, enough)
			sameTimeline(rt, s, tl.Picture(), epoch)
		}
	})
	if followed == 0 {
		t.Error("no window ever moved along")
	}
}

// Chunks that are packed, and those that lie elsewhere, make no difference.
func TestTimelineOfManyChunks(t *testing.T) {
	s := open(t, Limits{}, 64)
	w := newWorkload(64, 16)
	fillTo(s, w, 5*chunkLen+100)
	if s.calls.log.chunks[1].sealed == nil {
		t.Fatal("nothing is packed")
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 12 {
		width := int64(1) << rng.IntN(22)
		now := epoch.Add(time.Duration(w.now))
		sameTimeline(t, s, timelineOf(s, windowOf(width, rng.Int64N(w.now), 1+rng.IntN(30)), now), now)
	}
}

// Only the goroutines in view have cells, and all are told.
func TestTimelineLoadsWhatIsInView(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("1:+1", "2:+1", "3:+1", "3:+2", "3:-2", "1:-1", "2:-1")...)
	w := windowOf(10, 0, 20)
	for _, tt := range []struct {
		view []uint64
		most int
		want string
	}{{nil, 10, "1+ 2+ 3+ "}, {nil, 1, "1+ 2 3 "}, {[]uint64{2}, 10, "1 2+ 3 "}, {[]uint64{}, 10, "1 2 3 "}} {
		tl, got := NewTimeline(s, w, tt.view, tt.most), ""
		tl.Advance(epoch, 0, enough)
		for _, row := range tl.Picture().Rows {
			if got += fmt.Sprint(row.G); row.Lines != nil {
				got += "+"
			}
			got += " "
			if want := 1 + int(row.G/3); row.Depth != want {
				t.Errorf("goroutine %d takes %d lines", row.G, row.Depth)
			}
		}
		if got != tt.want {
			t.Errorf("%v of at most %d: %s, want %s", tt.view, tt.most, got, tt.want)
		}
	}
}

// A paused view shows no more than there was.
func TestTimelineLimit(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("+1", "+2", "-2", "+2")...)
	tl := NewTimeline(s, windowOf(10, 0, 20), nil, 10)
	tl.Limit(epoch.Add(30))
	tl.Advance(epoch.Add(time.Second), 2, enough)
	p := tl.Picture()
	if p.Left != 1 || p.Calls != 2 || !p.Now.Equal(epoch.Add(30)) {
		t.Errorf("%d calls, %d left, as of %v", p.Calls, p.Left, p.Now)
	}
	if cells := p.Rows[0].Lines[0]; cells[2].Calls != 1 || cells[3].Calls != 0 {
		t.Errorf("%+v", cells)
	}
}

// An open call that began so long ago that it isn't retained goes on all the same.
func TestTimelineOfDroppedCalls(t *testing.T) {
	s := open(t, Limits{Calls: chunkLen}, 2)
	feed(s, protocol.Event{Time: 1, Func: 1, G: 1})
	for i := range int64(4 * chunkLen) {
		feed(s, protocol.Event{Time: 10 * i, Func: 2, G: 2}, protocol.Event{Time: 10*i + 5, Func: 2, G: 2, Kind: protocol.Leave})
	}
	end := int64(40 * chunkLen)
	p := timelineOf(s, windowOf(10, end-100, 9), epoch)
	if len(p.Rows) != 2 || p.Rows[0].G != 1 || p.Older == 0 {
		t.Fatalf("%+v", p)
	}
	if c := p.Rows[0].Lines[0][0]; c.Longest.Seq != 1 || !c.Open || p.Funcs[c.Longest.Func] != "main.f1" {
		t.Errorf("%+v", c)
	}
}

func TestTimelineMarks(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("+1")...)
	var b protocol.BatchBuilder
	b.Lose(1, 7)
	b.Add(protocol.Event{Time: 45, Func: 2, G: 1})
	s.Packet(record(b.Packet(2, 50)))
	s.Packet(record(&protocol.LogPacket{Time: 33, G: 1, Message: "hello"}))
	s.Packet(record(&protocol.LogPacket{Time: 34, G: 2, Message: "you"}))
	p := timelineOf(s, windowOf(10, 0, 10), epoch)
	lost := ""
	for _, m := range p.Marks {
		lost += fmt.Sprint(m.Lost)
	}
	if lost != "0777770000" {
		t.Errorf("lost by column: %s", lost)
	}
	if p.Marks[3].Logs != 2 || p.Rows[0].Logs[3] != 1 {
		t.Errorf("logs: %+v, of goroutine 1: %v", p.Marks, p.Rows[0].Logs)
	}
}

// Times that make no sense are nobody's end.
func TestTimelineOfNonsense(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, protocol.Event{Time: -1 << 63, Func: 1, G: 1}, protocol.Event{Time: 1<<63 - 1, Func: 2, G: 1})
	for _, width := range []int64{0, 1, 1 << 40, 1 << 62} {
		for _, first := range []int64{-1 << 63, -1, 0, 1 << 62} {
			timelineOf(s, TimelineWindow{width, first, 200}, epoch)
		}
	}
}

func BenchmarkTimeline(b *testing.B) {
	s, _ := filled(b, 10_000_000, 50_000, 10_000)
	first, last, _ := s.Extent(epoch)
	for _, bb := range []struct {
		name  string
		width int64
	}{{"all", last.Sub(first).Nanoseconds()/180 + 1}, {"1s", int64(time.Second) / 180}, {"1ms", int64(time.Millisecond) / 180}} {
		b.Run(bb.name, func(b *testing.B) {
			w := TimelineWindow{Width: bb.width, Columns: 182}
			w.First = w.Column(last) - 180
			rows := 0
			for b.Loop() {
				t := NewTimeline(s, w, nil, 100)
				t.Advance(last, 0, enough)
				rows = len(t.Picture().Rows)
			}
			b.ReportMetric(float64(rows), "rows")
		})
		b.Run(bb.name+"/picture", func(b *testing.B) {
			w := TimelineWindow{Width: bb.width, Columns: 182}
			w.First = w.Column(last) - 180
			t := NewTimeline(s, w, nil, 100)
			t.Advance(last, 0, enough)
			for b.Loop() {
				t.Picture()
			}
		})
	}
}

// With a filter there are the calls that pass it, also those that come to pass when they are over, or later still.
func TestTimelineOfAFilter(t *testing.T) {
	s := open(t, Limits{}, 3)
	compiled := func(text string) *query.Filter {
		f, err := query.Compile(text, query.Calls)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	var all []protocol.Event
	for i := range int64(2 * chunkLen) {
		all = append(all, protocol.Event{Time: 1000 + i, Func: 1, G: 1}, protocol.Event{Time: 1000 + i, Func: 1, G: 1, Kind: protocol.Leave})
	}
	feed(s, all...)
	feed(s,
		protocol.Event{Time: 20_000, Func: 1, G: 1}, protocol.Event{Time: 20_010, Func: 2, G: 1}, protocol.Event{Time: 20_020, Func: 3, G: 2},
		protocol.Event{Time: 20_030, Func: 3, G: 2, Kind: protocol.Leave},
	)
	w, now := windowOf(100, 0, 1000), epoch.Add(30_000)
	lines := map[string]*Timeline{}
	told := func(filter string) string {
		tl := lines[filter]
		if tl == nil {
			tl = NewTimeline(s, w, nil, 1000)
			tl.Only(compiled(filter))
			lines[filter] = tl
		}
		tl.Advance(now, 0, enough)
		text := ""
		for _, row := range tl.Picture().Rows {
			text += fmt.Sprintf("g%d:", row.G)
			for _, line := range row.Lines {
				seqs := map[uint64]bool{}
				for i := range line {
					if line[i].Calls > 0 {
						seqs[line[i].Longest.Seq] = true
					}
				}
				text += fmt.Sprint(len(seqs))
			}
			text += " "
		}
		return text
	}
	check := func(filter, want string) {
		t.Helper()
		if got := told(filter); got != want {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
	}
	const texts = `error ~ "no such"`
	check("g = 2", "g2:1 ")
	check("depth = 1", "g1:01 ")
	check("dur > 5us", "g1:11 ") // open, and so long by now
	check("dur > 1ms", "")
	check("err", "")
	check("open", "g1:11 ")
	check(texts, "")
	feed(s, protocol.Event{Time: 21_000, Func: 2, G: 1, Kind: protocol.LeaveError}, protocol.Event{Time: 40_000, Func: 1, G: 1, Kind: protocol.Leave})
	check("dur > 5us", "g1:1 ")
	check("dur > 15us", "g1:1 ")
	check("err", "g1:01 ")
	check("open", "")
	check(texts, "")
	s.Packet(record(&protocol.DetailsPacket{Gs: []uint64{1}, Starts: []int64{20_010}, Kinds: []byte{protocol.DetailError}, Texts: []protocol.Text{"no such file"}}))
	check(texts, "g1:01 ")
}
