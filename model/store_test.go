package model

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"goapptrace/protocol"
)

func TestStore(t *testing.T) {
	st := New(Limits{})
	a, b := st.Open(1, epoch, "a"), st.Open(2, epoch, "b")
	before, aBefore := st.Changed(), a.Changed()
	b.State(epoch.Add(time.Second), protocol.StateRefused, "wrong secret")
	a.State(epoch, protocol.StateEstablished, "")
	feed(a, script("+1", "-1")...)
	if st.Changed() == before || a.Changed() == aBefore {
		t.Error("a change went unnoticed")
	}
	rows := st.Sessions(epoch)
	if len(rows) != 2 || rows[0].ID != 1 || rows[1].Reason != "wrong secret" || !rows[1].Since.Equal(epoch.Add(time.Second)) {
		t.Errorf("rows: %+v", rows)
	}
	if got := st.Totals(epoch); got.Sessions != 1 || got.Calls != 1 || got.Events != 2 {
		t.Errorf("totals: %+v", got)
	}
	if st.Session(2) != b || st.Session(3) != nil {
		t.Error("sessions are not found by their IDs")
	}
}

// Strangers that knock again and again push out each other, not the sessions that were.
func TestStoreForgets(t *testing.T) {
	st := New(Limits{Sessions: 3})
	live, ended := st.Open(1, epoch, ""), st.Open(2, epoch, "")
	live.State(epoch, protocol.StateEstablished, "")
	ended.State(epoch, protocol.StateClosed, "")
	ids := func() (ids []uint64) {
		for _, r := range st.Sessions(epoch) {
			ids = append(ids, r.ID)
		}
		return ids
	}
	for id := uint64(3); id < 10; id++ {
		st.Open(id, epoch, "").State(epoch, protocol.StateRefused, "")
	}
	if got := ids(); !slices.Equal(got, []uint64{1, 2, 9}) {
		t.Errorf("sessions %v, want 1 2 9", got)
	}
	for id := uint64(10); id < 14; id++ {
		st.Open(id, epoch, "").State(epoch, protocol.StateEstablished, "")
	}
	if got := ids(); !slices.Equal(got, []uint64{1, 10, 11, 12, 13}) {
		t.Errorf("sessions %v, want the live ones", got)
	}
}

func TestHandshake(t *testing.T) {
	s := New(Limits{}).Open(1, epoch, "")
	for range 2 * maxSteps {
		s.Step(protocol.Step{Name: "secret", Outcome: protocol.OutcomeFailed})
	}
	got := s.Handshake()
	if len(got) != maxSteps || got[0].Name != "secret" {
		t.Errorf("%d steps: %+v", len(got), got[0])
	}
	got[0].Name = "changed"
	if s.Handshake()[0].Name != "secret" {
		t.Error("the transcript was handed out, not a copy")
	}
}

func TestExit(t *testing.T) {
	s := New(Limits{}).Open(1, epoch, "")
	if s.Row(epoch).Exit != nil {
		t.Error("exited already")
	}
	s.Exited(epoch, Exit{Status: 2, Crash: "panic: x"})
	if e := s.Row(epoch).Exit; e == nil || e.Status != 2 || e.Crash != "panic: x" {
		t.Errorf("exit: %+v", e)
	}
}

func TestOutput(t *testing.T) {
	s := New(Limits{}).Open(1, epoch, "")
	for _, w := range [][2]string{
		{"stdout", "one\ntw"}, {"stderr", "oops\n"}, {"stdout", "o\r\n\n"}, {"stdout", "prompt> "},
	} {
		s.Output(epoch, w[0], []byte(w[1]))
	}
	var got []string
	for _, l := range s.Lines(OutputQuery{Before: 10}).Rows {
		got = append(got, l.Stream+":"+string(l.Text))
	}
	want := []string{"stdout:one", "stdout:two", "stderr:oops", "stdout:", "stdout:prompt> "}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if p := s.Lines(OutputQuery{Filter: linesLike("OO"), Anchor: 1, After: 5}); p.Matches != 1 || len(p.Rows) != 1 || p.Rows[0].Seq != 3 {
		t.Errorf("filtered: %+v", p)
	}
}

func TestOutputLimits(t *testing.T) {
	s := New(Limits{OutputBytes: 1 << 20}).Open(1, epoch, "")
	s.Output(epoch, "stdout", []byte(strings.Repeat("x", 3*maxLine+1)))
	rows := s.Lines(OutputQuery{Before: 10}).Rows
	if len(rows) != 4 || len(rows[0].Text) != maxLine || len(rows[3].Text) != 1 {
		t.Errorf("%d lines", len(rows))
	}
	for range 100_000 {
		s.Output(epoch, "stdout", []byte("a line of no great length\n"))
	}
	p := s.Lines(OutputQuery{Before: 1})
	if s.output.bytes > 1<<20 || p.Dropped == 0 || p.First != p.Dropped+1 || p.Last != 100_003 {
		t.Errorf("%d bytes, page %+v", s.output.bytes, p)
	}
}

// Any number may ask while one feeds; the race detector looks on.
func TestConcurrentQueries(t *testing.T) {
	st := New(Limits{Calls: chunkLen})
	s := st.Open(1, epoch, "")
	done := make(chan struct{})
	var askers sync.WaitGroup
	for range 3 {
		askers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				p := s.Calls(CallQuery{Filter: callsLike("function 1"), Before: 20, Now: epoch})
				s.Functions(FuncQuery{Limit: 20, Now: epoch})
				s.Packets(PacketQuery{Before: 20})
				s.Lines(OutputQuery{Before: 20})
				st.Totals(epoch)
				if len(p.Rows) > 0 {
					s.Call(p.Rows[0].Seq, epoch)
				}
			}
		})
	}
	w := newWorkload(64, 16)
	for range 50 {
		s.Packet(record(w.batch(500)))
		s.Output(epoch, "stdout", []byte("hello\n"))
	}
	s.State(epoch, protocol.StateClosed, "")
	close(done)
	askers.Wait()
}

// Whoever waits for a change is told, also when it came first; Pings are none.
func TestBeyond(t *testing.T) {
	st := New(Limits{})
	told := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	s := st.Open(1, epoch, "")
	seen := st.Changed()
	first, second := st.Beyond(seen), st.Beyond(seen)
	s.Packet(record(new(protocol.PingPacket)))
	if told(first) || told(second) {
		t.Error("a Ping was told of")
	}
	s.State(epoch, protocol.StateEstablished, "")
	if !told(first) || !told(second) {
		t.Error("a change wasn't told of")
	}
	if !told(st.Beyond(seen)) {
		t.Error("a change that came before wasn't told of")
	}
	if told(st.Beyond(st.Changed())) {
		t.Error("a change was told of that never came")
	}
}

// No change is missed that comes while somebody begins to wait.
func TestBeyondMissesNothing(t *testing.T) {
	st := New(Limits{})
	s := st.Open(1, epoch, "")
	const changes = 10_000
	var changing sync.WaitGroup
	changing.Go(func() {
		for range changes {
			s.State(epoch, protocol.StateEstablished, "")
		}
	})
	for seen := uint64(1); seen < changes; seen = st.Changed() {
		<-st.Beyond(seen)
	}
	changing.Wait()
}
