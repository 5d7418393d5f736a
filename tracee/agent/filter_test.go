package agent

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"goapptrace/tracee/hook"
)

// sifted is what comes out of a filter.
type sifted struct {
	events []hook.Event
	notes  []hook.Note
	end    int64
}

func (s *sifted) settle(f *filter, cut int64) error {
	end, err := f.settle(cut, func(e hook.Event) error {
		s.events = append(s.events, e)
		return nil
	})
	s.end = end
	s.notes = f.notes.take(end, s.notes)
	return err
}

// parse reads events such as "0+a 5+b 9-b" of goroutine 1: their time, + for an Enter and - for a Leave, and the function.
func parse(text string) (events []hook.Event) {
	for word := range strings.FieldsSeq(text) {
		var e hook.Event
		var sign, fn rune
		if _, err := fmt.Sscanf(word, "%d%c%c", &e.Time, &sign, &fn); err != nil {
			panic(err)
		}
		e.G, e.Func = 1, uint32(fn-'a'+1)
		if sign == '-' {
			e.Kind = hook.KindLeave
		}
		events = append(events, e)
	}
	return events
}

func format(events []hook.Event) string {
	var words []string
	for _, e := range events {
		sign := '+'
		if e.Kind != hook.KindEnter {
			sign = '-'
		}
		words = append(words, fmt.Sprintf("%d%c%c", e.Time, sign, 'a'+rune(e.Func)-1))
	}
	return strings.Join(words, " ")
}

func TestFilter(t *testing.T) {
	for _, tt := range []struct {
		name       string
		depth      int
		min        int64
		in, want   string
		dropped    string
		beforeLast string // what is streamed before the end
	}{
		{"shallow", 2, 0, "0+a 1+b 2-b 3-a", "0+a 1+b 2-b 3-a", "", "0+a 1+b 2-b 3-a"},
		{"deep", 1, 0, "0+a 1+b 2+c 5-c 7-b 8-a", "0+a 8-a", "b1/6/6 c1/3/3", "0+a 8-a"},
		{"deep again", 1, 0, "0+a 1+b 2-b 4+b 9-b 10-a", "0+a 10-a", "b2/6/5", "0+a 10-a"},
		{"deep and open", 1, 0, "0+a 1+b 2+c 3-c 4+d", "0+a 1+b 4+d", "c1/1/1", "0+a"},
		{"long", 0, 10, "0+a 10-a 20+b 29-b", "0+a 10-a", "b1/9/9", "0+a 10-a"},
		{"long around short", 0, 10, "0+a 1+b 2+c 3-c 12-b 13-a", "0+a 1+b 12-b 13-a", "c1/1/1", "0+a 1+b"},
		{"long and open", 0, 10, "0+a 11+b 12-b 19+c 20+a", "0+a 19+c 20+a", "b1/1/1", "0+a"},
		{"long and deep", 1, 10, "0+a 1+b 40-b 50-a 60+a 61-a", "0+a 50-a", "a1/1/1 b1/39/39", "0+a 50-a"},
		{"began before", 1, 10, "0-a 5+b 6-b", "0-a", "b1/1/1", ""},
		{"end lost", 0, 10, "0+a 1+b 2+c 3-a", "0+a 1+b 2+c 3-a", "", ""},
		{"end of a deep call lost", 1, 0, "0+a 1+b 2-a 3+a 4-a", "0+a 1+b 2-a 3+a 4-a", "", "0+a 1+b 2-a 3+a 4-a"},
		{"recursive", 2, 0, "0+a 1+a 2+a 3-a 4-a 5-a", "0+a 1+a 4-a 5-a", "a1/1/1", "0+a 1+a 4-a 5-a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, out := newFilter(tt.depth, tt.min), sifted{}
			last := int64(0)
			for _, e := range parse(tt.in) {
				_ = out.settle(f, e.Time)
				f.add(e)
				last = e.Time
			}
			_ = out.settle(f, last+1)
			if got := format(out.events); got != tt.beforeLast {
				t.Errorf("streamed %q before the end, want %q", got, tt.beforeLast)
			}
			_ = out.settle(f, hook.Everything)
			if got := format(out.events); got != tt.want || f.held() != 0 {
				t.Errorf("streamed %q, want %q; holds back %d", got, tt.want, f.held())
			}
			if got := formatDropped(f); got != tt.dropped {
				t.Errorf("dropped %q, want %q", got, tt.dropped)
			}
		})
	}
	if newFilter(0, 0) != nil {
		t.Error("a filter of nothing")
	}
}

func formatDropped(f *filter) string {
	var words []string
	for i, t := range f.dropped {
		if t.Calls > 0 {
			words = append(words, fmt.Sprintf("%c%d/%d/%d", 'a'+rune(i), t.Calls, t.TotalNS, t.MaxNS))
		}
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// programs draws what a few goroutines do: calls nest, some stay open, and times go up.
func programs(t *rapid.T) (events []hook.Event) {
	open := map[uint64][]uint32{}
	now := int64(0)
	for range rapid.IntRange(0, 60).Draw(t, "events") {
		now += rapid.Int64Range(0, 6).Draw(t, "pause")
		g := rapid.Uint64Range(1, 3).Draw(t, "goroutine")
		stack := open[g]
		if len(stack) > 0 && (rapid.Bool().Draw(t, "leave") || len(stack) > 5) {
			kind := hook.Kind(rapid.IntRange(1, 3).Draw(t, "kind"))
			events = append(events, hook.Event{Time: now, G: g, Func: stack[len(stack)-1], Kind: kind})
			open[g] = stack[:len(stack)-1]
			continue
		}
		fn := rapid.Uint32Range(1, 4).Draw(t, "function")
		events = append(events, hook.Event{Time: now, G: g, Func: fn})
		open[g] = append(stack, fn)
	}
	return events
}

// reference decides about every call knowing how it ends: what is streamed, and what is added up.
func reference(events []hook.Event, depth int, shortest int64) (streamed []hook.Event, dropped map[uint32]hook.Tally) {
	dropped = map[uint32]hook.Tally{}
	keep := make([]bool, len(events))
	open := map[uint64][]int{}
	for i, e := range events {
		if e.Kind == hook.KindEnter {
			keep[i] = true
			open[e.G] = append(open[e.G], i)
			continue
		}
		stack := open[e.G]
		last := len(stack) - 1
		start := stack[last]
		open[e.G] = stack[:last]
		took := e.Time - events[start].Time
		keep[i] = (depth == 0 || last < depth) && took >= shortest
		if keep[start] = keep[i]; !keep[i] {
			t := dropped[e.Func]
			dropped[e.Func] = hook.Tally{Calls: t.Calls + 1, TotalNS: t.TotalNS + uint64(took), MaxNS: max(t.MaxNS, uint64(took))}
		}
	}
	for i, e := range events {
		if keep[i] {
			streamed = append(streamed, e)
		}
	}
	return streamed, dropped
}

func TestFilterKeepsWhatItShould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := programs(t)
		depth := rapid.IntRange(0, 4).Draw(t, "depth")
		shortest := rapid.Int64Range(0, 20).Draw(t, "min")
		if depth == 0 {
			shortest++
		}
		f, out := newFilter(depth, shortest), sifted{}
		last := int64(0)
		for _, e := range events {
			if rapid.Bool().Draw(t, "cut") {
				before := len(out.events)
				end := out.end
				_ = out.settle(f, e.Time)
				for _, r := range out.events[before:] {
					if r.Time < end || r.Time >= out.end {
						t.Fatalf("%+v is streamed between the ends %d and %d", r, end, out.end)
					}
				}
			}
			f.add(e)
			last = e.Time
		}
		_ = out.settle(f, last+1)
		if !slices.IsSortedFunc(out.events, byTime) {
			t.Errorf("streamed out of order: %s", format(out.events))
		}
		pending := f.held()
		var added uint64
		for _, d := range f.dropped {
			added += d.Calls
		}
		if uint64(len(out.events))+pending+2*added != uint64(len(events)) {
			t.Errorf("%d events are %d streamed, %d held back and %d calls dropped", len(events), len(out.events), pending, added)
		}
		_ = out.settle(f, hook.Everything)
		streamed, dropped := reference(events, depth, shortest)
		// Deep calls that are open at the end come last. Where times are equal, the order is a goroutine's own.
		for g := range uint64(4) {
			of := func(all []hook.Event) []hook.Event {
				return slices.DeleteFunc(slices.Clone(all), func(e hook.Event) bool { return e.G != g })
			}
			if got, want := of(out.events), of(streamed); !slices.Equal(got, want) {
				t.Errorf("goroutine %d: streamed %s\nwant %s", g, format(got), format(want))
			}
		}
		f.tallies(func(fn uint32, got hook.Tally) {
			if got != dropped[fn] {
				t.Errorf("function %d: dropped %+v, want %+v", fn, got, dropped[fn])
			}
			delete(dropped, fn)
		})
		if len(dropped) > 0 || f.held() != 0 {
			t.Errorf("%v were not dropped, %d are held back", dropped, f.held())
		}
	})
}

func byTime(a, b hook.Event) int { return cmp.Compare(a.Time, b.Time) }

// Whatever events are lost, each one is streamed or belongs to a call that is added up.
func TestFilterLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := programs(t)
		f, out := newFilter(rapid.IntRange(0, 3).Draw(t, "depth"), rapid.Int64Range(1, 20).Draw(t, "min")), sifted{}
		given := 0
		for _, e := range events {
			if rapid.IntRange(0, 9).Draw(t, "lost") == 0 {
				continue
			}
			given++
			f.add(e)
			_ = out.settle(f, e.Time)
		}
		_ = out.settle(f, hook.Everything)
		added := 0
		for _, d := range f.dropped {
			added += int(d.Calls)
		}
		if len(out.events)+2*added != given || f.held() != 0 {
			t.Errorf("%d events are %d streamed and %d calls dropped, %d are held back", given, len(out.events), added, f.held())
		}
	})
}

// A note goes with its call, and not ahead of it.
func TestFilterOfNotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := programs(t)
		for i := range events {
			events[i].Time += int64(i) // no two calls of a goroutine begin at one time
		}
		depth, shortest := rapid.IntRange(0, 3).Draw(t, "depth"), rapid.Int64Range(1, 20).Draw(t, "min")
		f, out := newFilter(depth, shortest), sifted{}
		open := map[uint64][]hook.Event{}
		for _, e := range events {
			note := func(start hook.Event) {
				f.hear([]hook.Note{{Kind: hook.NoteArgs, G: start.G, Time: start.Time}})
			}
			stack := open[e.G]
			if e.Kind == hook.KindEnter {
				open[e.G] = append(stack, e)
				if rapid.Bool().Draw(t, "early") {
					note(e)
					f.add(e)
				} else {
					f.add(e)
					note(e)
				}
			} else {
				note(stack[len(stack)-1])
				open[e.G] = stack[:len(stack)-1]
				f.add(e)
			}
			_ = out.settle(f, e.Time)
			for _, n := range out.notes {
				if !slices.ContainsFunc(out.events, func(e hook.Event) bool { return e.Kind == hook.KindEnter && e.G == n.G && e.Time == n.Time }) {
					t.Fatalf("%+v comes before its call", n)
				}
			}
		}
		_ = out.settle(f, hook.Everything)
		streamed, _ := reference(events, depth, shortest)
		var want, got []noted
		for _, e := range streamed {
			if e.Kind == hook.KindEnter {
				want = append(want, noted{e.G, e.Time})
			}
		}
		for _, n := range out.notes {
			if key := (noted{n.G, n.Time}); !slices.Contains(got, key) {
				got = append(got, key)
			}
		}
		order := func(a, b noted) int { return cmp.Or(cmp.Compare(a.g, b.g), cmp.Compare(a.start, b.start)) }
		slices.SortFunc(want, order)
		slices.SortFunc(got, order)
		if !slices.Equal(got, want) || len(f.notes.held) > 0 {
			t.Errorf("notes of %v, want of %v; %d are held back", got, want, len(f.notes.held))
		}
	})
}
