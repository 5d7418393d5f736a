package cli

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"goapptrace/protocol"
	"goapptrace/session"
)

// printed is what a JSON feed prints of some kinds of objects.
func printed(s *script, kinds ...string) []string {
	var out bytes.Buffer
	s.play((&jsonPrinter{out: newLineWriter(&out)}).open(1, ""), false)
	var lines []string
	for line := range strings.Lines(out.String()) {
		for _, kind := range kinds {
			if strings.Contains(line, `{"kind":"`+kind+`"`) {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	return lines
}

// What becomes known of a call while it goes on is told when it ends, and what is known too late is lost.
func TestDetailsOfAnOpenCall(t *testing.T) {
	s := &script{}
	s.hello("shop")
	s.symbols("main.main", "main.work")
	s.batch("1+a 1+b 1-b")
	s.detail(1, 0, protocol.DetailSpan, "shows that nothing more is to come of the batch")
	s.batch("2+b")
	s.detail(1, 0, protocol.DetailArgs, "in time")
	s.batch("2+b 2-b")
	s.detail(1, 0, protocol.DetailSpan, "shows that nothing more is to come of the batches before")
	s.batch("2+b 2-b")
	s.detail(1, 100, protocol.DetailArgs, "too late")
	s.batch("1-a 2-b")
	s.detail(1, 0, protocol.DetailResults, "with the end")
	calls := strings.Join(printed(s, "call", "stats"), "\n")
	if !strings.Contains(calls, `"args":"in time","results":"with the end",`) || strings.Contains(calls, "too late") ||
		!strings.Contains(calls, `"details_lost":1,`) {
		t.Errorf("printed\n%s", calls)
	}
}

// Details may come behind several batches.
func TestDetailsOfSeveralBatches(t *testing.T) {
	s := &script{}
	s.hello("shop")
	s.symbols("main.work")
	for range 3 {
		s.batch("1+a 1-a")
	}
	for i := range int64(3) {
		s.detail(1, i*1e6, protocol.DetailArgs, "known")
	}
	s.batch("1+a 1-a")
	if calls := printed(s, "call"); strings.Count(strings.Join(calls, "\n"), `"args":"known"`) != 3 {
		t.Errorf("printed\n%s", strings.Join(calls, "\n"))
	}
}

// While the tracee sends a batch, its calls go on: what it knows of the last of them, and what they logged, may come behind the next batch.
func TestDetailsBehindTheNextBatch(t *testing.T) {
	s := &script{}
	s.hello("shop")
	s.symbols("main.work")
	for i := range int64(20) {
		s.batch("1+a 1-a 2+a 2-a")
		if i > 0 {
			s.detail(2, (i-1)*1e6+200, protocol.DetailResults, "of before")
			s.packet(&protocol.LogPacket{Time: (i-1)*1e6 + 1350, G: 2, Stream: "log", Message: "line"})
		}
		s.detail(1, i*1e6, protocol.DetailArgs, "at once")
		s.detail(2, i*1e6+200, protocol.DetailArgs, "at once")
	}
	lines := strings.Join(printed(s, "call", "log", "stats"), "\n")
	if n := strings.Count(lines, `"args":"at once","results":"of before"`); n != 19 || strings.Count(lines, `"args":"at once"`) != 40 ||
		!strings.Contains(lines, `"details_lost":0,`) {
		t.Errorf("printed %d calls with all that is known:\n%s", n, lines)
	}
	var last int64
	for _, at := range regexp.MustCompile(`"(?:at_ns|start_ns)":(\d+)`).FindAllStringSubmatch(lines, -1) {
		if now, _ := strconv.ParseInt(at[1], 10, 64); now >= last {
			last = now
		} else {
			t.Fatalf("at %s the time goes back:\n%s", at[1], lines)
		}
	}
}

// A session that closes still brings what it knows of its last calls.
func TestDetailsOfAClosingSession(t *testing.T) {
	s := &script{}
	s.hello("shop")
	s.symbols("main.work")
	s.batch("1+a 1-a")
	s.state(protocol.StateClosing, "")
	s.detail(1, 0, protocol.DetailArgs, "known")
	s.state(protocol.StateClosed, "")
	lines := strings.Join(printed(s, "call", "session"), "\n")
	if !regexp.MustCompile(`"kind":"call".*"args":"known"(?s:.*)"closing"(?s:.*)"closed"`).MatchString(lines) {
		t.Errorf("printed\n%s", lines)
	}
}

// Details of calls that nobody knows don't keep others from being told.
func TestDetailsOfNoCall(t *testing.T) {
	f := (&jsonPrinter{out: newLineWriter(io.Discard)}).open(1, "").(*jsonFeed)
	const batches = 100
	for i := range int64(batches) {
		s := &script{seq: uint64(i)}
		s.batch("1+a 1-a")
		s.detail(1, i*1e6, protocol.DetailArgs, "x")
		s.detail(7, i, protocol.DetailArgs, protocol.Text(strings.Repeat("x", mostNoteBytes/20)))
		for _, ev := range s.events {
			f.take(ev)
		}
	}
	f.end(epoch)
	if f.detailsLost != batches || f.notes.waiting() > 0 {
		t.Errorf("%d details lost, want %d; %d wait", f.detailsLost, batches, f.notes.waiting())
	}
}

// What nothing follows is told at the second tick.
func TestTicksTellWhatIsHeld(t *testing.T) {
	var out bytes.Buffer
	f := (&jsonPrinter{out: newLineWriter(&out)}).open(1, "")
	s := &script{}
	s.batch("1+a 1-a")
	f.take(s.events[0])
	if again := f.tick(epoch); again != idle || out.Len() > 0 {
		t.Errorf("at the first tick: again in %v, printed %s", again, &out)
	}
	if f.tick(epoch); !strings.Contains(out.String(), `"kind":"call"`) {
		t.Errorf("at the second tick: printed %s", &out)
	}
}

// Two goroutines may call at the same time: a detail is its goroutine's.
func TestDetailsOfCallsAtOnce(t *testing.T) {
	s := &script{}
	s.hello("shop")
	var b protocol.BatchBuilder
	for g := range uint64(4) {
		b.Add(protocol.Event{Time: 1000, G: g, Func: 1})
	}
	for g := range uint64(4) {
		b.Add(protocol.Event{Time: 2000, G: g, Func: 1, Kind: protocol.Leave})
	}
	s.packet(b.Packet(1, 2000))
	for _, g := range []uint64{2, 0, 3, 1} {
		s.detail(g, 0, protocol.DetailArgs, protocol.Text(fmt.Sprint("of ", g)))
	}
	for g, line := range printed(s, "call") {
		if !strings.Contains(line, fmt.Sprintf(`"goroutine":%d,`, g)) || !strings.Contains(line, fmt.Sprintf(`"args":"of %d"`, g)) {
			t.Errorf("goroutine %d: %s", g, line)
		}
	}
}

// Logged lines stand in the order of time, among the calls: also those that come ahead of the batch that they belong to.
func TestLinesAmongCalls(t *testing.T) {
	s := &script{}
	s.hello("shop")
	s.symbols("main.work")
	say := func(at int64, text protocol.Text) {
		s.packet(&protocol.LogPacket{Time: 1000 + at, G: 1, Stream: "log", Message: text})
	}
	s.batch("1+a 1-a") // at 0 and 100
	say(1e6+50, "second")
	say(50, "first")
	s.batch("1+a 1-a") // 1 ms later
	say(1e6+400, "third")
	var order []string
	for _, line := range printed(s, "call", "log") {
		text := "call"
		if _, after, ok := strings.Cut(line, `"text":"`); ok {
			text, _, _ = strings.Cut(after, `"`)
		}
		order = append(order, text)
	}
	if got := strings.Join(order, " "); got != "first call second call third" {
		t.Errorf("printed %s", got)
	}
}

// What has no batch to wait for is bounded, and nothing of it is forgotten unheard.
func TestWaitingIsBounded(t *testing.T) {
	var out bytes.Buffer
	f := (&jsonPrinter{out: newLineWriter(&out)}).open(1, "").(*jsonFeed)
	take := func(p protocol.Packet) { f.take(session.Event{Record: &protocol.Record{Packet: p}}) }
	const lines = mostHeld + 10
	for i := range int64(lines) {
		take(&protocol.LogPacket{Time: -i, Message: "x"})
	}
	const each, packets = 1 << 10, mostNotes/(1<<10) + 3
	for i := range int64(packets) {
		p := &protocol.DetailsPacket{Gs: make([]uint64, each), Starts: make([]int64, each), Kinds: make([]byte, each), Texts: make([]protocol.Text, each)}
		for k := range p.Starts {
			p.Starts[k] = i*each + int64(k)
		}
		take(p)
	}
	if len(f.held.events) > mostHeld || len(f.held.lines) > mostHeld || f.notes.waiting() > mostNotes {
		t.Errorf("%d events, %d lines and %d notes wait", len(f.held.events), len(f.held.lines), f.notes.waiting())
	}
	take(&protocol.FuncLogBatchPacket{Seq: 1})
	f.end(epoch)
	if n := strings.Count(out.String(), `"kind":"log"`); n != lines {
		t.Errorf("%d lines printed", n)
	}
	if f.detailsLost != each*packets || f.notes.waiting() > 0 {
		t.Errorf("%d details lost, want %d; %d wait", f.detailsLost, each*packets, f.notes.waiting())
	}
}

func TestNotesAreBoundedInBytes(t *testing.T) {
	var n notes
	text := protocol.Text(strings.Repeat("x", 1<<20))
	for i := range int64(100) {
		if texts := n.of(callKey{1, i % 3}, text); texts != nil {
			texts.set(protocol.DetailArgs, text)
		}
	}
	if n.fresh.bytes > mostNoteBytes || n.waiting() != 3 {
		t.Errorf("%d notes of %d bytes", n.waiting(), n.fresh.bytes)
	}
}
