package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"goapptrace/protocol"
	"goapptrace/query"
)

// probing is a session that is asked questions, numbered from 1.
func probing(t *testing.T, functions uint64, conditions ...string) *Session {
	t.Helper()
	s := open(t, Limits{}, functions)
	var probes []Probe
	for i, text := range conditions {
		probes = append(probes, Probe{ID: uint64(i + 1), Filter: filterOf(query.Watches, text)})
	}
	s.store.Probe(probes)
	return s
}

// harvest is what the session's probes have found, one a line.
func harvest(s *Session, now time.Time) (found []string) {
	ping(s, now)
	for range 3 { // what is found is told one harvest later, and what takes a search two
		for _, tell := range s.Harvest(now).Sightings {
			line := fmt.Sprintf("%d %s", tell.Probe, tell.Name)
			if tell.Of != "" {
				line += fmt.Sprintf(" %d×%s", int(tell.Value), tell.Of)
			}
			line += fmt.Sprintf(" times=%d", tell.Times)
			if tell.Example.Seq > 0 {
				line += fmt.Sprintf(" #%d", tell.Example.Seq)
			}
			if tell.LeftOut > 0 {
				line += fmt.Sprintf(" left out=%d", tell.LeftOut)
			}
			if tell.Touched {
				line += " touched"
			}
			found = append(found, line)
		}
	}
	return found
}

func TestProbesOfCalls(t *testing.T) {
	// Function 2 fails in call 3 by what call 4 did, function 1 panics in calls 6 and 7, function 2 takes long in call 5.
	events := script("+1", "+2", "-2", "+2", "+3", "~3", "~2", "+2", "+3", "-3", "-2", "-1", "2:+1", "2:+1", "2:!1", "2:!1")
	for condition, want := range map[string][]string{
		"dur > 20ns":                       {"1 main.f1 times=2 #7", "1 main.f2 times=2 #5"},
		"dur > 20ns and depth > 0":         {"1 main.f2 times=2 #5"},
		"self > 20ns":                      {"1 main.f1 times=1 #1"},
		"panic":                            {"1 main.f1 times=2 #7"},
		"panic and origin":                 {"1 main.f1 times=1 #8"},
		"err and origin":                   {"1 main.f3 times=1 #4"},
		"err":                              {"1 main.f2 times=1 #3", "1 main.f3 times=1 #4"},
		"err and func = main.f2":           {"1 main.f2 times=1 #3"},
		"f2 and calls >= 3":                {"1 main.f2 times=1 #5"},
		"g = 2 and not panic":              nil,
		"g = 2 and dur > 20ns":             {"1 main.f1 times=1 #7"},
		"end = return and f3":              {"1 main.f3 times=1 #6"},
		"func = main.f9 or dur > 100ns":    {"1 main.f1 times=1 #1"},
		"err and dur < 15ns or dur > 10us": {"1 main.f3 times=1 #4"},
	} {
		s := probing(t, 9, condition)
		feed(s, events...)
		if got := harvest(s, epoch); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", condition, got, want)
		}
		if got := harvest(s, epoch); got != nil {
			t.Errorf("%s: told twice: %q", condition, got)
		}
	}
}

// What the program tells of a call comes after its end.
func TestProbesOfTexts(t *testing.T) {
	s := probing(t, 3, `error ~ "^time"`, "err and error !~ time", `args = "id=1" and dur > 5ns`)
	feed(s, script("+1", "~1", "+2", "~2", "+3", "-3")...)
	s.Harvest(epoch)
	s.Packet(record(&protocol.DetailsPacket{
		Gs: []uint64{1, 1, 1}, Starts: []int64{10, 30, 50}, Kinds: []byte{protocol.DetailError, protocol.DetailError, protocol.DetailArgs},
		Texts: []protocol.Text{"timeout", "no such row", "id=1"},
	}))
	want := []string{"1 main.f1 times=1 #1", "2 main.f2 times=1 #2", "3 main.f3 times=1 #3"}
	if got := harvest(s, epoch); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// many is a text that many times.
func many(n int, words ...string) []string { return slices.Repeat(words, n) }

func TestProbesOfRepeats(t *testing.T) {
	plain := script(slices.Concat([]string{"+1", "+2"}, many(5, "+3", "-3", "+4", "~4"), []string{"-2", "+2"}, many(4, "+3", "-3"), []string{"-2", "-1"})...)
	for condition, want := range map[string][]string{
		"repeats(func) > 4":                            {"1 main.f2 5×main.f3 times=1 #2", "1 main.f2 5×main.f4 times=1 #2"},
		"repeats(func) > 4 and err":                    {"1 main.f2 5×main.f4 times=1 #2"},
		"repeats(func) > 4 and func = main.f3":         {"1 main.f2 5×main.f3 times=1 #2"},
		"repeats(func) >= 4 and f3":                    {"1 main.f2 4×main.f3 times=2 #13"},
		"repeats(func) > 5":                            nil,
		"repeats(func) > 1 and together > 49ns and f3": {"1 main.f2 5×main.f3 times=1 #2"},
		"repeats(func) > 4 and dur > 15ns":             nil,
		"repeats(func) > 1 and dur > 25ns":             {"1 main.f1 2×main.f2 times=1 #1"},
	} {
		s := probing(t, 4, condition)
		feed(s, plain...)
		if got := harvest(s, epoch); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", condition, got, want)
		}
	}
}

// What a goroutine was made for may well be a loop.
func TestLoopsAreNoRepeats(t *testing.T) {
	s := probing(t, 2, "repeats(func) > 4")
	s.Packet(record(&protocol.GoroutinesPacket{
		IDs: []uint64{1, 2}, Parents: []uint64{0, 0}, Sites: []uint64{1, 2},
		SiteIDs: []uint64{1, 2}, Entries: []protocol.Text{"main.f1", "net/http.(*conn).serve"}, Creators: make([]protocol.Text, 2),
		Files: make([]protocol.Text, 2), Lines: make([]uint64, 2),
	}))
	feed(s, script(slices.Concat([]string{"+1"}, many(5, "+2", "-2"), []string{"-1"})...)...)
	feed(s, script(slices.Concat([]string{"2:+1"}, many(5, "2:+2", "2:-2"), []string{"2:-1"})...)...)
	if got, want := harvest(s, epoch), []string{"1 main.f1 5×main.f2 times=1 #7"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// pace feeds a second's worth of calls of function 1, of which some fail.
func pace(s *Session, second, calls, errors int) {
	words := slices.Concat(many(calls-errors, "+1", "-1"), many(errors, "+1", "~1"))
	events := script(words...)
	for i := range events {
		events[i].Time = int64(second)*int64(time.Second) + int64(i)*1000
	}
	s.Packet(protocol.Record{At: epoch.Add(time.Duration(events[len(events)-1].Time)), Packet: batchOf(events...)})
}

func TestProbesOfRates(t *testing.T) {
	conditions := []string{
		"rate(func) > 50", "rate(func) > 5 and err", "rate(pkg) > 50 and main", "rate(session) >= 10 and err", "rate(func) > 500", "rate(func) > 1 and other",
	}
	s := probing(t, 2, conditions...)
	look := func(second int) []string { return harvest(s, epoch.Add(time.Duration(second)*time.Second)) }
	pace(s, 0, 1000, 0)
	if got := look(1); got != nil {
		t.Errorf("at the first look: %q", got)
	}
	pace(s, 1, 100, 10)
	want := []string{"1 main.f1 times=1", "2 main.f1 times=1", "3 main times=1", "4 app times=1"}
	if got := look(2); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	pace(s, 2, 10, 0)
	if got := look(3); got != nil {
		t.Errorf("when there are few: %q", got)
	}
	if h := s.Harvest(epoch.Add(3*time.Second + time.Millisecond)); h.Looked {
		t.Error("it looks again at once")
	}
}

func TestProbesOfGrowth(t *testing.T) {
	s := leaking(t, 20)
	s.store.Probe([]Probe{
		{1, filterOf(query.Watches, "growth(entry) > 10")},
		{2, filterOf(query.Watches, "growth(entry) > 100")},
		{3, filterOf(query.Watches, "growth(entry) > 10 and entry = main.f2")},
		{4, filterOf(query.Watches, "growth(entry) > 10 and pkg = main and f1")},
	})
	now := epoch.Add(20 * time.Second)
	want := []string{"1 main.f1 times=1", "4 main.f1 times=1"}
	if got := harvest(s, now); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// lossy feeds events after some were lost.
func lossy(s *Session, from, end int64, events ...protocol.Event) {
	b := batchOf(events...)
	b.End, b.LostFuncs, b.LostEvents = end, []uint64{1}, []uint64{5}
	s.calls.see(from)
	s.Packet(record(b))
}

// A call may only seem long when an end and a beginning were lost; a panic is one all the same.
func TestLossesLeaveOutWhatTheyMayHaveMade(t *testing.T) {
	s := probing(t, 3, "dur > 5ns", "panic", "repeats(func) > 1", "repeats(func) > 1 and dur > 5ns")
	lossy(s, 1, 1000, script("+2", "+1", "!1", "+1", "-1", "-2")...)
	feed(s, protocol.Event{Time: 2000, G: 1, Func: 3}, protocol.Event{Time: 2010, G: 1, Func: 3, Kind: protocol.Leave})
	want := []string{
		"1 main.f1 times=0 left out=2", "1 main.f2 times=0 left out=1", "1 main.f3 times=1 #4",
		"2 main.f1 times=1 #2 touched", "3 main.f2 2×main.f1 times=1 #1 touched",
		"4 main.f2 times=0 left out=1",
	}
	if got := harvest(s, epoch); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestLossesAndMeasures(t *testing.T) {
	s := leaking(t, 20)
	s.store.Probe([]Probe{{1, filterOf(query.Watches, "growth(entry) > 10")}, {2, filterOf(query.Watches, "rate(func) > 50")}})
	s.Harvest(epoch.Add(20 * time.Second))
	lossy(s, int64(20*time.Second), int64(20*time.Second)+100, script()...)
	pace(s, 21, 100, 0)
	want := []string{"1 main.f1 times=0 left out=1", "2 main.f1 times=1 touched"}
	if got := harvest(s, epoch.Add(22*time.Second)); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// Whatever a program does, what probes keep is bounded.
func TestProbesAreBounded(t *testing.T) {
	const functions = 4 * maxSights
	s := probing(t, functions, "dur > 0ns", "repeats(func) > 0", `args !~ "x"`)
	var words []string
	for fn := range functions {
		words = append(words, fmt.Sprintf("+%d", fn+1), fmt.Sprintf("-%d", fn+1))
	}
	feed(s, script(slices.Concat([]string{"+1"}, words, words, []string{"-1"})...)...)
	for g := range 2 * maxSuspects {
		feed(s, script(fmt.Sprintf("%d:+1", g+2), fmt.Sprintf("%d:+2", g+2), fmt.Sprintf("%d:-2", g+2), fmt.Sprintf("%d:-1", g+2))...)
	}
	for _, q := range s.calls.probes.list {
		if len(q.fresh) > maxSights {
			t.Errorf("%d sights", len(q.fresh))
		}
		for _, found := range q.fresh {
			if len(found.candidates) > maxCandidates {
				t.Errorf("%d candidates", len(found.candidates))
			}
		}
	}
	if n := len(s.calls.probes.suspects); n != maxSuspects {
		t.Errorf("%d suspects", n)
	}
	if !slices.ContainsFunc(s.Harvest(epoch).Sightings, func(tell Sighting) bool { return tell.Unseen > 0 }) {
		t.Error("nothing is unseen")
	}
}

// A name that comes later decides all the same.
func TestProbesKnowNamesThatComeLater(t *testing.T) {
	s := probing(t, 1, "func = main.late", "func = main.f1")
	feed(s, script("+7", "-7", "+1", "-1")...)
	s.Packet(record(&protocol.SymbolPacket{Symbols: &protocol.Symbols{Funcs: []*protocol.FuncSymbol{{ID: 7, Name: "main.late"}}}}))
	want := []string{"1 main.late times=1 #1", "2 main.f1 times=1 #2"}
	if got := harvest(s, epoch); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	s.store.Probe(nil)
	feed(s, script("+7", "-7")...)
	if got := harvest(s, epoch); got != nil {
		t.Errorf("found by no probe: %s", strings.Join(got, ", "))
	}
}

// ping tells that nothing else has happened.
func ping(s *Session, now time.Time) {
	s.Packet(protocol.Record{At: now, Packet: new(protocol.PingPacket)})
}

// While nothing comes from the program, a call whose end may be on its way doesn't hang.
func TestLateEndsAreNoHangs(t *testing.T) {
	s := probing(t, 2, "dur > 1s")
	feed(s, script("+1", "+2")...)
	s.Harvest(epoch)
	for range 3 {
		if h := s.Harvest(epoch.Add(time.Minute)); len(h.Sightings) > 0 || !h.Waiting {
			t.Fatalf("%d sightings of a call that may be over, waiting: %v", len(h.Sightings), h.Waiting)
		}
	}
	if found := harvest(s, epoch.Add(time.Minute+time.Second)); len(found) != 1 {
		t.Errorf("once the program has said that it lives: %q", found)
	}
}

// A call that hangs is never over: when it has lasted long enough it is told, once, and not again when it is over after all.
func TestProbesOfOpenCalls(t *testing.T) {
	calls := func(numbers ...int) (lines []string) {
		for _, n := range numbers {
			lines = append(lines, fmt.Sprintf("1 main.f%d times=1 #%d", n, n))
		}
		return lines
	}
	for condition, want := range map[string][2][]string{ // while the calls are open, and when they are over
		"dur > 1s":                     {calls(2, 3), calls(1)},
		"dur > 1s and func = main.f1":  {calls(1)},
		"self > 1s":                    {calls(3)},
		"dur > 1s or self > 9s and f3": {calls(1, 2, 3)}, // which picks functions
		"dur > 1s and calls > 1":       {},
		"dur > 1m":                     {},
		"dur > 1s and dur < 1h":        {nil, calls(1, 2, 3)},
		"dur > 1s and not err":         {nil, calls(1, 2, 3)},
		"dur > 1s or depth = 2":        {nil, calls(1, 2, 3)},
		"dur > 3500ms":                 {nil, calls(1, 2, 3)},
	} {
		s := probing(t, 3, condition)
		feed(s, script("+1", "+2", "+3")...)
		s.Harvest(epoch)
		if got := harvest(s, epoch.Add(3*time.Second)); !slices.Equal(got, want[0]) {
			t.Errorf("%s, open:\n got %q\nwant %q", condition, got, want[0])
		}
		if got := harvest(s, epoch.Add(3100*time.Millisecond)); got != nil {
			t.Errorf("%s: told twice: %q", condition, got)
		}
		over := script("-3", "-2", "-1")
		for i := range over {
			over[i].Time += int64(4 * time.Second)
		}
		feed(s, over...)
		if got := harvest(s, epoch.Add(5*time.Second)); !slices.Equal(got, want[1]) {
			t.Errorf("%s, over:\n got %q\nwant %q", condition, got, want[1])
		}
		if n := len(s.calls.probes.list[0].hanging); n != 0 {
			t.Errorf("%s: %d calls that are over are remembered", condition, n)
		}
	}
}

// What a goroutine was begun for may go on for ever, unless somebody asks for it.
func TestLoopsDoNotHang(t *testing.T) {
	s := probing(t, 2, "self > 1s", "self > 1s and func = main.f1")
	s.Packet(record(&protocol.GoroutinesPacket{
		IDs: []uint64{7}, Parents: []uint64{1}, Sites: []uint64{1}, SiteIDs: []uint64{1}, Entries: []protocol.Text{"main.f1"},
		Creators: make([]protocol.Text, 1), Files: make([]protocol.Text, 1), Lines: make([]uint64, 1),
	}))
	feed(s, script("7:+1")...)
	s.Harvest(epoch)
	want := []string{"2 main.f1 times=1 #1"}
	if got := harvest(s, epoch.Add(3*time.Second)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// While an open call may yet last long enough there is something to wait for, though nothing arrives; then there isn't.
func TestOpenCallsAreWaitedFor(t *testing.T) {
	s := probing(t, 2, "dur > 5s", "panic")
	feed(s, script("+1", "+2")...)
	s.Harvest(epoch)
	if h := s.Harvest(epoch.Add(2 * time.Second)); !h.Waiting {
		t.Error("nobody waits for the open call")
	}
	found := harvest(s, epoch.Add(6*time.Second))
	if h := s.Harvest(epoch.Add(8 * time.Second)); h.Waiting || len(found) != 1 {
		t.Errorf("found %q, waiting: %v", found, h.Waiting)
	}
}

// More open calls than are asked about at a time are asked about one lot after the other, and then no more; nor are rates looked at.
func TestManyOpenCallsAreAskedAboutOnce(t *testing.T) {
	const goroutines = 2*maxOpenAsked + 10
	s := probing(t, 2, "dur > 5s and func = main.f2", "rate(func) > 10")
	var words []string
	for g := range goroutines {
		words = append(words, fmt.Sprintf("%d:+1", g+1))
	}
	feed(s, script(words...)...)
	s.Harvest(epoch.Add(4 * time.Second))
	looks := 0
	for now := epoch.Add(6 * time.Second); looks < 10; looks++ {
		ping(s, now)
		h := s.Harvest(now)
		if !h.Waiting {
			break
		}
		if h.Wait < probeLook {
			t.Fatalf("it is asked again after %v", h.Wait)
		}
		now = now.Add(h.Wait)
	}
	if looks != 2 {
		t.Errorf("asked about %d times more, want 2", looks)
	}
}
