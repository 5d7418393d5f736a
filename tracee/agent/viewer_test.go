package agent

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goapptrace/protocol"
	"goapptrace/tracee/hook"
)

// patience bounds what is waited for in a test that fails.
const patience = 20 * time.Second

// maxStarts is how many calls a peer remembers one by one.
const maxStarts = 1 << 16

// viewer is a server's listener, on a Unix socket or with TLS.
type viewer struct {
	t  *testing.T
	ln net.Listener
}

// secureListener accepts TLS connections.
type secureListener struct {
	*net.TCPListener
	cfg *tls.Config
}

func (l *secureListener) Accept() (net.Conn, error) {
	conn, err := l.TCPListener.Accept()
	if err != nil {
		return nil, err
	}
	return tls.Server(conn, l.cfg), nil
}

func newViewer(t *testing.T) *viewer {
	t.Helper()
	ln, err := net.Listen("unix", filepath.Join(t.TempDir(), "v.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return &viewer{t, ln}
}

func (v *viewer) url() string {
	if _, secure := v.ln.(*secureListener); secure {
		return "tls://" + v.ln.Addr().String()
	}
	return "unix://" + v.ln.Addr().String()
}

// accept waits for a connection and negotiates.
func (v *viewer) accept(end protocol.ServerEnd) (*peer, protocol.Negotiation) {
	v.t.Helper()
	_ = v.ln.(interface{ SetDeadline(t time.Time) error }).SetDeadline(deadline())
	conn, err := v.ln.Accept()
	if err != nil {
		v.t.Fatal("no connection: ", err)
	}
	v.t.Cleanup(func() { _ = conn.Close() })
	p := &peer{
		t: v.t, conn: conn, calls: map[uint64]int{}, names: map[uint64]string{}, open: map[uint64][]uint64{},
		tallies: map[uint64]hook.Tally{}, modes: map[uint64]byte{}, held: map[uint64]bool{},
		details: map[detailKey]string{}, starts: map[callKey]uint64{}, ends: map[uint64]protocol.EventKind{}, origins: map[uint64]origin{},
	}
	frame, err := protocol.ReadFrame(conn, protocol.MaxHelloFrame)
	n := end.Negotiate(frame, err, 0)
	if n.Reply != nil {
		p.send(n.Reply)
	}
	return p, n
}

// peer is the server's end of a connection; it checks what it receives and adds it up.
type peer struct {
	t    *testing.T
	conn net.Conn

	seq       uint64
	names     map[uint64]string
	calls     map[uint64]int      // complete ones, by function
	open      map[uint64][]uint64 // by goroutine
	events    uint64
	lost      uint64
	counters  *protocol.CountersPacket // the last one
	tallies   map[uint64]hook.Tally    // by function
	modes     map[uint64]byte          // of the functions that Counters named
	held      map[uint64]bool          // those of them that were held at some time
	acks      []*protocol.AckPacket
	logs      []*protocol.LogPacket
	details   map[detailKey]string
	ends      map[uint64]protocol.EventKind // how the last call of a function ended
	starts    map[callKey]uint64            // functions of the calls that began first
	origins   map[uint64]origin             // by goroutine
	sites     []site
	missing   uint64 // details lost
	pings     int
	shutdown  bool
	lastWords protocol.Text
}

func (p *peer) send(pkt protocol.Packet) {
	p.t.Helper()
	frame, err := protocol.AppendFrame(nil, pkt)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.conn.Write(frame); err != nil {
		p.t.Fatal("viewer's write: ", err)
	}
}

// ping says that the viewer is alive: the agent leaves one that is silent for long. It may have left already.
func (p *peer) ping() {
	frame, err := protocol.AppendFrame(nil, new(protocol.PingPacket))
	if err != nil {
		p.t.Error(err)
	}
	_, _ = p.conn.Write(frame)
}

// next reads one packet; false is the end.
func (p *peer) next() bool {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(deadline())
	frame, err := protocol.ReadFrame(p.conn, protocol.MaxFrame)
	if errors.Is(err, io.EOF) {
		return false
	}
	if err != nil {
		p.t.Fatal("viewer's read: ", err)
	}
	pkt, err := protocol.DecodeFrame(frame)
	if err != nil {
		p.t.Fatal(err)
	}
	p.take(pkt)
	return true
}

// until reads packets as long as the condition is false.
func (p *peer) until(what string, cond func() bool) {
	p.t.Helper()
	for !cond() {
		if !p.next() {
			p.t.Fatalf("the agent closed before %s", what)
		}
	}
}

func (p *peer) toEnd() {
	p.t.Helper()
	for p.next() {
	}
}

func (p *peer) take(pkt protocol.Packet) {
	p.t.Helper()
	if p.shutdown {
		p.t.Errorf("%v after Shutdown", pkt.PacketType())
	}
	switch pkt := pkt.(type) {
	case *protocol.SymbolPacket:
		for i, f := range pkt.Symbols.Funcs {
			if st := pkt.Symbols.FuncStatus[i]; st.ID != f.ID || st.Func != f.ID || st.Line == 0 {
				p.t.Errorf("status %+v doesn't fit function %+v", st, f)
			}
			if f.ID != uint64(len(p.names)+1) {
				p.t.Errorf("symbol %d follows %d others", f.ID, len(p.names))
			}
			p.names[f.ID] = string(f.Name)
		}
	case *protocol.FuncLogBatchPacket:
		p.takeBatch(pkt)
	case *protocol.CountersPacket:
		p.takeCounters(pkt)
	case *protocol.LogPacket:
		p.logs = append(p.logs, pkt)
	case *protocol.DetailsPacket:
		p.takeDetails(pkt)
	case *protocol.GoroutinesPacket:
		p.takeGoroutines(pkt)
	case *protocol.AckPacket:
		p.acks = append(p.acks, pkt)
	case *protocol.ShutdownPacket:
		p.shutdown, p.lastWords = true, pkt.Panic
	case *protocol.PingPacket:
		p.pings++
		p.ping()
	default:
		p.t.Errorf("unexpected %v", pkt.PacketType())
	}
}

func (p *peer) takeBatch(b *protocol.FuncLogBatchPacket) {
	p.t.Helper()
	if p.seq++; b.Seq != p.seq {
		p.t.Errorf("batch %d follows %d", b.Seq, p.seq-1)
	}
	for i := range b.LostFuncs {
		p.lost += b.LostEvents[i]
	}
	p.events += b.Count
	for e, err := range b.Events() {
		if err != nil {
			p.t.Fatal(err)
		}
		if p.names[e.Func] == "" {
			p.t.Errorf("function %d comes before its symbol", e.Func)
		}
		stack := p.open[e.G]
		switch last := len(stack) - 1; {
		case e.Kind == protocol.Enter:
			if len(p.starts) < maxStarts {
				p.starts[callKey{e.G, e.Time}] = e.Func
			}
			p.open[e.G] = append(stack, e.Func)
		case last < 0: // entered before this connection
		case stack[last] != e.Func:
			p.t.Errorf("%+v ends a call that is not the innermost of %v", e, stack)
		default:
			p.open[e.G] = stack[:last]
			p.ends[e.Func] = e.Kind
			p.calls[e.Func]++
		}
	}
}

func (p *peer) takeCounters(c *protocol.CountersPacket) {
	p.t.Helper()
	p.counters = c
	for i, f := range c.Funcs {
		got, before := hook.Tally{Calls: c.Calls[i], TotalNS: c.TotalNS[i], MaxNS: c.MaxNS[i]}, p.tallies[f]
		mode, known := p.modes[f]
		if known && mode == c.Modes[i] && got == before {
			p.t.Errorf("the figures of function %d are told again", f)
		}
		if p.names[f] == "" || got.Calls < before.Calls || got.TotalNS < before.TotalNS || got.MaxNS < before.MaxNS {
			p.t.Errorf("function %d (%s): %+v follows %+v", f, p.names[f], got, before)
		}
		p.tallies[f], p.modes[f] = got, c.Modes[i]
		p.held[f] = p.held[f] || c.Modes[i] == protocol.FuncHeld
	}
}

// counted is the number of calls that were counted.
func (p *peer) counted() (calls uint64) {
	for _, t := range p.tallies {
		calls += t.Calls
	}
	return calls
}

// id is the number of the function whose name ends so, or 0.
func (p *peer) id(name string) uint64 {
	for id, n := range p.names {
		if strings.HasSuffix(n, name) {
			return id
		}
	}
	return 0
}

// callsOf is the number of complete calls of the function whose name ends so.
func (p *peer) callsOf(name string) int { return p.calls[p.id(name)] }

// checkLedger compares the agent's last totals with what arrived.
func (p *peer) checkLedger() {
	p.t.Helper()
	if p.counters == nil {
		p.t.Error("no counters")
		return
	}
	var lost uint64
	for _, n := range p.counters.LostEvents {
		lost += n
	}
	if seen := p.events + p.lost + eventsPerCall*p.counted(); p.counters.Emitted != seen || lost != p.lost {
		p.t.Errorf("%d emitted and %d lost by the counters, %d streamed, counted or lost, and %d lost by the batches",
			p.counters.Emitted, lost, seen, p.lost)
	}
}

func deadline() time.Time { return time.Now().Add(patience) }
