package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
)

// rowOf is a call as a filter sees it, made from what a pane sees of it.
type rowOf struct{ CallRow }

func (r rowOf) Text(f query.Field) string {
	switch f {
	case query.FieldText, query.FieldFunc:
		return string(r.Name)
	case query.FieldPackage:
		return query.Package(string(r.Name))
	case query.FieldFile:
		return string(r.File)
	case query.FieldSession:
		return "app"
	case query.FieldEnd:
		return map[CallEnd]string{EndOpen: "open", EndReturn: "return", EndPanic: "panic", EndUnknown: "lost", EndError: "error"}[r.End]
	case query.FieldArgs:
		return string(r.Args)
	case query.FieldError:
		return string(r.Err)
	}
	return ""
}

func (r rowOf) Number(f query.Field) float64 {
	switch f {
	case query.FieldDuration:
		return float64(r.Duration)
	case query.FieldGoroutine:
		return float64(r.G)
	case query.FieldDepth:
		return float64(r.Depth)
	}
	return 1 // the session
}

var someFilters = []string{
	"", "err", "panic", "open", "end = return", "end != return", "lost or err", "dur > 1us", "dur > 200us", "dur < 300ns", "dur >= 0s", "not dur > 10us",
	"dur > 1us and dur < 2us", "g = 3", "g != 3", "g > 2 and g < 6", "g = 999", "depth < 2", "depth >= 9", "depth > 100", "not depth < 3", "f7", "f7 and err", "not f7 dur > 10us",
	`func ~ "f[1-3]$" or g = 5`, "pkg = main and depth = 0", "pkg = other", "session = app", "session != app", "session = 1 err", `args ~ "n=7"`, `args = ""`,
	"args ~ n= and not err", `error = "oh no" or panic`, "not (err or panic or dur < 1us)", "file = main.go and (open or err)", "f3 or dur > 30us",
}

// Whatever the filter, windows hold what a look at each call by itself finds: in plain chunks, in packed ones, after more
// has become known of calls, and as time goes by.
func TestFiltersEqualRows(t *testing.T) {
	s := open(t, Limits{}, 16)
	w := newWorkload(16, 8)
	rng := rand.New(rand.NewPCG(3, 4))
	now := epoch
	for round := range 4 {
		for range 2 {
			s.Packet(record(w.mixed(rng, 3000)))
		}
		for i := 0; i < len(s.calls.log.chunks)-1; i += 2 { // seal some, whatever is open
			if c := s.calls.log.chunks[i]; c.raw != nil && c.n == chunkLen {
				c.sealed, c.raw = s.calls.log.sealer.seal(c.raw, 0), nil
			}
		}
		all := s.Calls(CallQuery{Before: 1 << 20, Now: now}).Rows
		for _, text := range someFilters { // also before the details, for what is remembered
			compare(t, s, text, now, all, rng)
		}
		var p protocol.DetailsPacket
		for range 200 {
			of := all[rng.IntN(len(all))]
			p.Gs, p.Starts = append(p.Gs, of.G), append(p.Starts, of.Start.Sub(epoch).Nanoseconds())
			kind, text := protocol.DetailArgs, protocol.Text(fmt.Sprint("n=", rng.IntN(9)))
			if of.End == EndError {
				kind, text = protocol.DetailError, "oh no"
			}
			p.Kinds, p.Texts = append(p.Kinds, kind), append(p.Texts, text)
		}
		s.Packet(record(&p))
		now = now.Add(time.Duration(round) * 100 * time.Microsecond)
		later := now.Add(time.Millisecond)
		all, then := s.Calls(CallQuery{Before: 1 << 20, Now: now}).Rows, s.Calls(CallQuery{Before: 1 << 20, Now: later}).Rows
		for _, text := range someFilters {
			compare(t, s, text, now, all, rng)
			compare(t, s, text, later, then, rng)
		}
	}
}

// mixed is a batch in which some calls end with errors and panics.
func (w *workload) mixed(rng *rand.Rand, n int) *protocol.FuncLogBatchPacket {
	var b protocol.BatchBuilder
	for b.Len() < n {
		e := w.event(rng.IntN(len(w.stacks)))
		if e.Kind == protocol.Leave {
			switch rng.IntN(300) {
			case 0:
				e.Kind = protocol.LeavePanic
			case 1, 2, 3:
				e.Kind = protocol.LeaveError
			}
		}
		b.Add(e)
	}
	return b.Packet(1, w.now)
}

func compare(t *testing.T, s *Session, text string, now time.Time, all []CallRow, rng *rand.Rand) {
	t.Helper()
	f := callsLike(text)
	var want []uint64
	for _, row := range all {
		if f.Match(rowOf{row}) {
			want = append(want, row.Seq)
		}
	}
	q := CallQuery{Filter: f, Before: 1 << 20, Now: now}
	if got := seqs(s.Calls(q).Rows); !slices.Equal(got, want) {
		t.Fatalf("%s: %d calls, want %d", text, len(got), len(want))
	}
	q.Anchor, q.Before, q.After = 1+rng.Uint64N(uint64(len(all))), rng.IntN(80), rng.IntN(80)
	if rng.IntN(2) == 0 {
		q.Until = 1 + rng.Uint64N(uint64(len(all)))
	}
	limit := uint64(len(all))
	if q.Until != 0 {
		limit = q.Until
	}
	at, _ := slices.BinarySearch(want, min(q.Anchor, limit+1))
	to, _ := slices.BinarySearch(want, limit+1)
	window := want[max(0, at-q.Before):max(at, min(to, at+q.After))]
	if got := seqs(s.Calls(q).Rows); !slices.Equal(got, window) {
		t.Fatalf("%s, %d before and %d after %d until %d: %v, want %v", text, q.Before, q.After, q.Anchor, q.Until, got, window)
	}
}

// A search that takes long goes on where it was, though others search for something else, and finds what it finds at once.
func TestSlices(t *testing.T) {
	s := open(t, Limits{}, 64)
	w := newWorkload(64, 16)
	fillTo(s, w, 1<<19)
	first := protocol.Event{Time: w.now, Func: 65, G: 1}
	feed(s, first)
	first.Kind = protocol.LeavePanic
	feed(s, first)
	fillTo(s, w, s.Row(epoch).Calls+1<<20)
	q := CallQuery{Filter: callsLike("depth < 20 and g < 1000 and (panic or dur > 1h)"), Before: 5, Slices: 1}
	others := CallQuery{Filter: callsLike("depth < 20 and g < 1000 and dur > 2h"), Before: 5, Slices: 1}
	unseen, steps := s.Row(epoch).Calls, 0
	for {
		page := s.Calls(q)
		s.Calls(others)
		steps++
		if page.Unseen == 0 {
			if len(page.Rows) != 1 || page.Rows[0].End != EndPanic {
				t.Errorf("found %+v", page.Rows)
			}
			break
		}
		if page.Unseen >= unseen {
			t.Fatalf("slice %d: %d calls to come, %d before", steps, page.Unseen, unseen)
		}
		unseen = page.Unseen
	}
	if steps < 3 {
		t.Errorf("%d slices", steps)
	}
}

// More filters than chunks remember are asked about as ever, the latest ones in turns.
func TestManyFilters(t *testing.T) {
	s := open(t, Limits{}, 1)
	for range chunkLen {
		feed(s, script("+1", "-1")...)
	}
	for round := range 3 {
		for i := range 2 * mostCallFilters {
			text := fmt.Sprintf("g = 1 and dur = %dns", i)
			want := 0
			if i == 10 { // ns between two events of a script
				want = 2
			}
			if got := len(s.Calls(CallQuery{Filter: callsLike(text), Before: 2}).Rows); got != want {
				t.Errorf("round %d, %s: %d calls, want %d", round, text, got, want)
			}
		}
	}
}

// The longer the texts, the fewer of them a slice of a search looks at.
func TestLongTextsAreWork(t *testing.T) {
	s := open(t, Limits{}, 16)
	fillTo(s, newWorkload(16, 8), 2*chunkLen)
	q := CallQuery{Filter: callsLike(`args ~ "x$"`), Before: 5}
	slices := map[int]int{}
	for _, size := range []int{1, maxDetail} {
		text := protocol.Text(strings.Repeat("n", size))
		for _, c := range s.calls.log.chunks {
			for i := range c.n {
				c.details.set(detailKey{uint16(i), protocol.DetailArgs}, text)
			}
		}
		s.filters = callFilters{}
		for page := s.slice(q); page.Unseen > 0; page = s.slice(q) {
			slices[size]++
		}
	}
	if slices[1] != 0 || slices[maxDetail] == 0 {
		t.Errorf("%d chunks are searched with further slices: %v", len(s.calls.log.chunks), slices)
	}
}
