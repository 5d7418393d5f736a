package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"goapptrace/protocol"
	"goapptrace/session"
)

// epoch is when the test's sessions take place, and what their clock begins with.
var epoch = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// script makes the events of a session.
type script struct {
	events []session.Event
	seq    uint64
}

func (s *script) state(state protocol.State, reason string) {
	s.events = append(s.events, session.Event{At: epoch, State: state, Reason: protocol.Text(reason)})
}

func (s *script) packet(p protocol.Packet) {
	s.events = append(s.events, session.Event{At: epoch, State: protocol.StateEstablished, Record: &protocol.Record{
		At: epoch, Packet: p, Raw: make([]byte, 100),
	}})
}

func (s *script) hello(app string) {
	s.events = append(s.events, session.Event{At: epoch, State: protocol.StateHelloReceived, Version: protocol.Current, Hello: &protocol.ClientHelloPacket{
		AppName: protocol.Text(app), PID: 4123, GoVersion: "go1.26.8", WallClock: epoch.UnixNano(), MonoClock: 1000,
	}})
	s.state(protocol.StateEstablished, "")
}

func (s *script) symbols(names ...string) {
	symbols := &protocol.Symbols{}
	for i, name := range names {
		id := uint64(i + 1)
		symbols.Funcs = append(symbols.Funcs, &protocol.FuncSymbol{ID: id, Name: protocol.Text(name), File: "/src/main.go"})
		symbols.FuncStatus = append(symbols.FuncStatus, &protocol.FuncStatus{ID: id, Func: id, Line: 10 * id})
	}
	s.packet(&protocol.SymbolPacket{Symbols: symbols})
}

// batch sends events: each word is a goroutine, + to enter, - to leave, ! to panic out of or ~ to leave with an error,
// and a function, 100 ns after the one before. The first event of batch n is n-1 ms after the beginning.
func (s *script) batch(words string, lost ...uint64) {
	var b protocol.BatchBuilder
	var end int64
	for i, word := range strings.Fields(words) {
		kind := map[byte]protocol.EventKind{'+': protocol.Enter, '-': protocol.Leave, '!': protocol.LeavePanic, '~': protocol.LeaveError}[word[1]]
		end = 1000 + int64(s.seq)*1e6 + int64(i)*100
		b.Add(protocol.Event{
			Time: end, G: uint64(word[0] - '0'), Func: uint64(word[2] - 'a' + 1), Kind: kind,
		})
	}
	for i, n := range lost {
		b.Lose(uint64(i+1), n)
	}
	s.seq++
	s.packet(b.Packet(s.seq, end))
}

// detail tells something of the call of goroutine g that began so many ns after the beginning.
func (s *script) detail(g uint64, start int64, kind byte, text protocol.Text) {
	s.packet(&protocol.DetailsPacket{
		Gs: []uint64{g}, Starts: []int64{1000 + start}, Kinds: []byte{kind}, Texts: []protocol.Text{text},
	})
}

// play gives the events to a feed, with a tick after each if ticks is set.
func (s *script) play(f feed, ticks bool) {
	now := epoch
	for _, ev := range s.events {
		f.take(ev)
		if ticks {
			now = now.Add(idle)
			f.tick(now)
		}
	}
	f.end(now.Add(idle))
}

// example has what traces are made of: leaves, nesting, goroutines, a panic, losses, open calls, strangers' text.
func example() *script {
	s := &script{}
	s.state(protocol.StateConnected, "")
	s.hello("shop\x1b[2J\u202e")
	s.symbols("main.main", "main.work", "main.leaf", "main.evil\u009b\u200b\xff")
	s.packet(&protocol.GoroutinesPacket{
		IDs: []uint64{1, 2}, Parents: []uint64{0, 1}, Sites: []uint64{0, 1},
		SiteIDs: []uint64{1}, Entries: []protocol.Text{"main.work"}, Creators: []protocol.Text{"main.main"},
		Files: []protocol.Text{"/src/main.go"}, Lines: []uint64{12},
	})
	s.batch("1+a 1+b 1+c 1-c 2+b 2+c 1+c 2-c 1~c 1-b 2~b")
	s.detail(1, 0, protocol.DetailSpan, "TestShop")
	s.detail(1, 100, protocol.DetailArgs, `n=1, s="x"`)
	s.detail(1, 100, protocol.DetailResults, "17, nil")
	s.detail(1, 600, protocol.DetailArgs, "evil=\x1b[2J")
	s.detail(1, 600, protocol.DetailError, "not found\nat all")
	s.detail(1, 601, protocol.DetailArgs, "of no call")
	s.packet(&protocol.LogPacket{Time: 1250, G: 1, Stream: "slog", Level: "WARN", Message: "slow", Keys: []protocol.Text{"n"}, Values: []protocol.Text{"2"}})
	s.batch("1+b 1+d 1!d 1!b", 3, 4)
	s.seq++ // a batch goes missing
	s.batch("1+b 1+c 1-b 1-c 3+c")
	s.packet(&protocol.CountersPacket{
		Funcs: []uint64{3}, Calls: []uint64{1000}, TotalNS: []uint64{5e6}, MaxNS: []uint64{7e3},
		LostCauses: []protocol.Text{"ring full"}, LostEvents: []uint64{9}, Unhooked: 212,
	})
	s.state(protocol.StateLost, "the connection ended without goodbye")
	return s
}

// inUTC makes times of day the same everywhere.
func inUTC(t *testing.T) {
	local := time.Local
	time.Local = time.UTC
	t.Cleanup(func() { time.Local = local })
}

func TestPlainGolden(t *testing.T) {
	inUTC(t)
	var out bytes.Buffer
	p := &plainPrinter{out: newLineWriter(&out)}
	p.listening([]string{"unix:///run/x.sock"}, nil)
	example().play(p.open(1, "unix"), false)
	golden.RequireEqual(t, out.Bytes())
}

// A call that takes longer than a tick is opened while it goes on.
func TestPlainOpensLongCalls(t *testing.T) {
	inUTC(t)
	var out bytes.Buffer
	p := &plainPrinter{out: newLineWriter(&out)}
	f := p.open(1, "unix")
	s := &script{}
	s.hello("shop")
	s.symbols("main.main")
	s.batch("1+a")
	for _, ev := range s.events {
		f.take(ev)
	}
	out.Reset()
	if again := f.tick(epoch); again == 0 || strings.Contains(out.String(), "main.main") {
		t.Fatalf("after the first tick: again in %v, printed %q", again, &out)
	}
	if again := f.tick(epoch); again != 0 || !strings.Contains(out.String(), "main.main() {\n") {
		t.Fatalf("after the second tick: again in %v, printed %q", again, &out)
	}
}

// Of calls that were only counted nobody knows what they spent in others.
func TestPlainSelfTimeOfCountedCalls(t *testing.T) {
	var out bytes.Buffer
	s := &script{}
	s.hello("shop")
	s.symbols("main.counted", "main.both")
	s.batch("1+b 1-b")
	s.packet(&protocol.CountersPacket{Funcs: []uint64{1, 2}, Calls: []uint64{3, 3}, TotalNS: []uint64{300, 300}, MaxNS: []uint64{100, 100}})
	s.play((&plainPrinter{out: newLineWriter(&out)}).open(1, ""), false)
	for _, want := range []string{
		"#           3      300 ns                  100 ns      100 ns  main.counted\n",
		"#           4      400 ns      100 ns      100 ns      100 ns  main.both\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("want %q in\n%s", want, &out)
		}
	}
}

func TestPlainFilterKeepsNesting(t *testing.T) {
	inUTC(t)
	var out bytes.Buffer
	p := &plainPrinter{out: newLineWriter(&out), filter: filterOf(t, "MAIN.LEAF")}
	example().play(p.open(1, "unix"), true)
	golden.RequireEqual(t, out.Bytes())
}

func TestJSONGolden(t *testing.T) {
	var out bytes.Buffer
	p := &jsonPrinter{out: newLineWriter(&out)}
	p.listening([]string{"unix:///run/x.sock", "tcp://127.0.0.1:8601"}, []string{"tcp://127.0.0.1:8600 is in use"})
	example().play(p.open(1, "unix"), false)
	for line := range strings.Lines(out.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
	golden.RequireEqual(t, out.Bytes())
}

// A call that is counted is printed, and no call after the last one.
func TestQuotaBoundsCalls(t *testing.T) {
	for _, calls := range []int{1, 3} {
		q := newQuota(calls)
		var plain, lines bytes.Buffer
		example().play((&plainPrinter{out: newLineWriter(&plain), quota: newQuota(calls)}).open(1, "unix"), true)
		example().play((&jsonPrinter{out: newLineWriter(&lines), quota: q}).open(1, "unix"), true)
		if got := strings.Count(lines.String(), `"kind":"call"`); got != calls {
			t.Errorf("%d calls in JSON, want %d", got, calls)
		}
		ended := strings.Count(plain.String(), "();") + strings.Count(plain.String(), "} /* ")
		if ended != calls {
			t.Errorf("%d calls in plain, want %d:\n%s", ended, calls, &plain)
		}
		select {
		case <-q.done():
		default:
			t.Error("the quota is not done")
		}
	}
}

// 1.0's events name a place in a function; their times are Unix times.
func TestJSONOriginalVersion(t *testing.T) {
	var out bytes.Buffer
	f := (&jsonPrinter{out: newLineWriter(&out)}).open(1, "127.0.0.1:1")
	s := &script{}
	s.symbols("main.f0")
	raw := func(tag protocol.Text, at int64) *protocol.RawFuncLogPacket {
		return &protocol.RawFuncLogPacket{FuncLog: &protocol.RawFuncLog{Tag: tag, Timestamp: at, Frames: []uint64{1}, GID: 7}}
	}
	s.packet(raw(protocol.TagFuncStart, 1_500_000_000_000_000_000))
	s.packet(raw(protocol.TagFuncEnd, 1_500_000_000_000_000_250))
	s.play(f, false)
	const want = `{"kind":"call","session":1,"goroutine":7,"function":"main.f0","file":"/src/main.go","line":10,` +
		`"start_ns":1500000000000000000,"dur_ns":250,"depth":0,"end":"return"}` + "\n"
	if !strings.Contains(out.String(), want) {
		t.Errorf("%s\nlacks %s", &out, want)
	}
}
