package session

import (
	"net"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/protocol"
)

// peerEnd is the client's end of a connection, driven by a test.
type peerEnd struct {
	t    *testing.T
	conn net.Conn
	got  chan protocol.Packet // what the server sent; closed when it has closed
}

// helloOf is a client's hello in a version.
func helloOf(version string) *protocol.ClientHelloPacket {
	return &protocol.ClientHelloPacket{AppName: "app", ProtocolVersion: protocol.Text(version)}
}

// testServer is a server without listeners. The test's end closes it.
func testServer(t *testing.T, config Config) *Server {
	t.Helper()
	srv := newServer(t.Context(), completed(t, config))
	t.Cleanup(func() { _ = srv.Close() })
	return srv
}

// completed is a config with all its limits.
func completed(t testing.TB, config Config) Config {
	t.Helper()
	limits, err := complete(config.Limits)
	if err != nil {
		t.Fatal(err)
	}
	config.Limits = limits
	return config
}

// entranceOf makes an entrance that nobody listens at.
func entranceOf(srv *Server) *entrance {
	e := &entrance{Listener: new(brokenListener), scheme: "tcp"}
	srv.add(e)
	return e
}

// connect gives srv a connection and returns both ends. The peer has sent the byte that begins every hello, and reads nothing yet.
func connect(t *testing.T, srv *Server) (*peerEnd, *Session) {
	t.Helper()
	return connectAt(t, srv, entranceOf(srv))
}

func connectAt(t *testing.T, srv *Server, e *entrance) (*peerEnd, *Session) {
	t.Helper()
	p := dialAt(t, srv, e)
	if _, err := p.conn.(*begunEnd).Conn.Write([]byte{0}); err != nil {
		t.Fatal(err)
	}
	return p, <-srv.Sessions()
}

// dialAt gives srv a connection on which nothing was said.
func dialAt(t *testing.T, srv *Server, e *entrance) *peerEnd {
	t.Helper()
	client, server := net.Pipe()
	t.Cleanup(func() { _ = client.Close() })
	srv.serve(server, e)
	return &peerEnd{t: t, conn: &begunEnd{Conn: client}, got: make(chan protocol.Packet, 1000)}
}

// begunEnd leaves out the first byte of all that is written: it is zero, and has been sent.
type begunEnd struct {
	net.Conn
	went bool
}

func (b *begunEnd) Write(p []byte) (int, error) {
	if b.went || len(p) == 0 {
		return b.Conn.Write(p)
	}
	b.went = true
	n, err := b.Conn.Write(p[1:])
	return n + 1, err
}

// reading makes the peer read in the background.
func (p *peerEnd) reading() *peerEnd {
	go func() {
		defer close(p.got)
		for {
			frame, err := protocol.ReadFrame(p.conn, protocol.MaxFrame)
			if err != nil {
				return
			}
			packet, err := protocol.DecodeFrame(frame)
			if err != nil {
				p.t.Errorf("server sent %x: %v", frame, err)
				return
			}
			p.got <- packet
		}
	}()
	return p
}

func (p *peerEnd) send(packets ...protocol.Packet) {
	p.t.Helper()
	for _, packet := range packets {
		if _, err := p.conn.Write(frameOf(p.t, packet)); err != nil {
			p.t.Errorf("send %v: %v", packet.PacketType(), err)
		}
	}
}

// write sends raw bytes; the server may close before it has read them all.
func (p *peerEnd) write(b []byte) { _, _ = p.conn.Write(b) }

// receive returns the next packet from the server, or nil when it has closed.
func (p *peerEnd) receive() protocol.Packet { return <-p.got }

// received are the packets that have come by now.
func (p *peerEnd) received() []protocol.Packet {
	synctest.Wait()
	var all []protocol.Packet
	for len(p.got) > 0 {
		all = append(all, <-p.got)
	}
	return all
}

// establish connects a peer that gets as far as an established session, with a consumer of its events.
func establish(t *testing.T, srv *Server, version string) (*peerEnd, *Session, *consumer) {
	t.Helper()
	p, sess := connect(t, srv)
	events := consume(t, sess)
	p.reading().send(helloOf(version))
	if hello, ok := p.receive().(*protocol.ServerHelloPacket); !ok || hello.Refused != "" {
		t.Fatalf("answer %+v", hello)
	}
	synctest.Wait()
	if sess.State() != protocol.StateEstablished {
		t.Fatalf("state %v after the handshake", sess.State())
	}
	return p, sess, events
}

func frameOf(t testing.TB, packet protocol.Packet) []byte {
	t.Helper()
	frame, err := protocol.AppendFrame(nil, packet)
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

// consumer collects the events of a session.
type consumer struct {
	t    *testing.T
	done chan struct{}

	mu     sync.Mutex
	events []Event
}

func consume(t *testing.T, sess *Session) *consumer {
	c := &consumer{t: t, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		for ev := range sess.Events() {
			c.mu.Lock()
			c.events = append(c.events, ev)
			c.mu.Unlock()
		}
	}()
	return c
}

// sofar are the events that came by now.
func (c *consumer) sofar() []Event {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.events)
}

// all waits for the session's end, checks what holds for every session, and returns its events.
func (c *consumer) all() []Event {
	c.t.Helper()
	<-c.done
	checkStates(c.t, c.events)
	return c.events
}

// end is the last event.
func (c *consumer) end() Event {
	c.t.Helper()
	all := c.all()
	return all[len(all)-1]
}

// checkStates checks that the events tell a life from its beginning to an end, along the arrows of the states.
func checkStates(t testing.TB, events []Event) {
	t.Helper()
	var state protocol.State
	for i, ev := range events {
		isChange := ev.Step == nil && ev.Hello == nil && ev.Record == nil
		switch {
		case i == 0 && (!isChange || ev.State != protocol.StateConnected):
			t.Errorf("the first event is %+v", ev)
		case i > 0 && isChange && !state.CanBecome(ev.State):
			t.Errorf("event %d: %v became %v", i, state, ev.State)
		}
		if isChange {
			state = ev.State
		}
		if ev.At.IsZero() {
			t.Errorf("event %d has no time", i)
		}
	}
	if !state.Ended() {
		t.Errorf("the last state is %v", state)
	}
}

// records are the packets of one direction among events.
func records(events []Event, dir protocol.Direction) []protocol.Packet {
	var packets []protocol.Packet
	for _, ev := range events {
		if ev.Record != nil && ev.Record.Dir == dir {
			packets = append(packets, ev.Record.Packet)
		}
	}
	return packets
}

func steps(events []Event) protocol.Transcript {
	var transcript protocol.Transcript
	for _, ev := range events {
		if ev.Step != nil {
			transcript = append(transcript, *ev.Step)
		}
	}
	return transcript
}

// count is how many packets have a type.
func count(packets []protocol.Packet, want protocol.PacketType) int {
	n := 0
	for _, p := range packets {
		if p.PacketType() == want {
			n++
		}
	}
	return n
}

// floodDialer connects from one of many loopback addresses, where systems have more than one.
func floodDialer(n int) *net.Dialer {
	if runtime.GOOS != "linux" {
		return new(net.Dialer)
	}
	return &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(n>>8), byte(n))}}
}

// waitFor polls until something is done.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for range 3000 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("it doesn't happen")
}
