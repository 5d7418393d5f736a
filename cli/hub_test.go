package cli

import (
	"bytes"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"goapptrace/protocol"
	"goapptrace/session"
)

// dial connects to h and sends packets.
func dial(t *testing.T, h *hub, packets ...protocol.Packet) net.Conn {
	t.Helper()
	path := strings.TrimPrefix(h.server.Addrs()[0], "unix://")
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packets {
		frame, err := protocol.AppendFrame(nil, p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(frame); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

func newTestHub(t *testing.T, out *bytes.Buffer) *hub {
	t.Helper()
	p := &jsonPrinter{out: newLineWriter(out)}
	config := session.Config{Listen: []string{"unix://" + filepath.Join(t.TempDir(), "s")}}
	h, err := newHub(config, p.open)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The hub takes in what a program sent before it died, and leaves nothing running.
func TestHubSettlesAndEnds(t *testing.T) {
	defer goleak.VerifyNone(t)
	var out bytes.Buffer
	h := newTestHub(t, &out)
	var b protocol.BatchBuilder
	b.Add(protocol.Event{Time: 1, Func: 1, G: 1})
	b.Add(protocol.Event{Time: 2, Func: 1, G: 1, Kind: protocol.Leave})
	conn := dial(t, h, &protocol.ClientHelloPacket{AppName: "gone", PID: 77, ProtocolVersion: "1.1"}, b.Packet(1, 2))
	readPacket(t, conn)
	_ = conn.Close()
	if !h.settle(77) {
		t.Error("nobody has connected")
	}
	if !strings.Contains(out.String(), `"kind":"call"`) || !strings.Contains(out.String(), `"final":true`) {
		t.Errorf("after settling:\n%s", &out)
	}
	if err := h.shutdown(); err != nil {
		t.Error(err)
	}
}

// Commands go to live sessions, and fail for others.
func TestHubCommands(t *testing.T) {
	defer goleak.VerifyNone(t)
	var out bytes.Buffer
	h := newTestHub(t, &out)
	conn := dial(t, h, &protocol.ClientHelloPacket{AppName: "live", PID: 77, ProtocolVersion: "1.1"})
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if p := readPacket(t, conn); p.PacketType() != protocol.TypeServerHello {
		t.Fatalf("got %v, want the server's hello", p.PacketType())
	}
	for s, err := h.find(1); err != nil || s.State() != protocol.StateEstablished; s, err = h.find(1) { // hellos may be faster than the hub
		time.Sleep(time.Millisecond)
	}
	if err := h.Trace(1, &protocol.StopTraceCmdPacket{Pattern: "main.*"}); err != nil {
		t.Error(err)
	}
	if p := readPacket(t, conn); p.PacketType() != protocol.TypeStopTraceCmd {
		t.Errorf("got %v, want the command", p.PacketType())
	}
	if err := h.Trace(9, &protocol.StopTraceCmdPacket{}); err == nil {
		t.Error("a command for a session that doesn't exist: no error")
	}
	if err := h.Shutdown(9); err == nil {
		t.Error("the end of a session that doesn't exist: no error")
	}
	if err := h.Shutdown(1); err != nil {
		t.Error(err)
	}
	if p := readPacket(t, conn); p.PacketType() != protocol.TypeShutdown {
		t.Errorf("got %v, want Shutdown", p.PacketType())
	}
	_ = conn.Close()
	if err := h.shutdown(); err != nil {
		t.Error(err)
	}
}

func readPacket(t *testing.T, conn net.Conn) protocol.Packet {
	t.Helper()
	for {
		frame, err := protocol.ReadFrame(conn, protocol.MaxFrame)
		if err != nil {
			t.Fatal(err)
		}
		p, err := protocol.DecodeFrame(frame)
		if err != nil {
			t.Fatal(err)
		}
		if p.PacketType() != protocol.TypePing {
			return p
		}
	}
}

// brittle is a feed with a defect.
type brittle struct{ feed }

func (f brittle) take(ev session.Event) {
	if ev.Record != nil {
		panic("a defect")
	}
	f.feed.take(ev)
}

// A defect that one session brings to light ends that session, is reported at the end, and leaves the others alone.
func TestHubSurvivesDefects(t *testing.T) {
	defer goleak.VerifyNone(t)
	var out bytes.Buffer
	p := &jsonPrinter{out: newLineWriter(&out)}
	config := session.Config{Listen: []string{"unix://" + filepath.Join(t.TempDir(), "s")}}
	h, err := newHub(config, func(id uint64, remote string) feed {
		if id == 1 {
			return brittle{p.open(id, remote)}
		}
		return p.open(id, remote)
	})
	if err != nil {
		t.Fatal(err)
	}
	first := dial(t, h, &protocol.ClientHelloPacket{AppName: "first", ProtocolVersion: "1.1"})
	if _, err := io.Copy(io.Discard, first); err != nil {
		t.Log(err) // closed, one way or the other
	}
	second := dial(t, h, &protocol.ClientHelloPacket{AppName: "second", PID: 2, ProtocolVersion: "1.1"})
	readPacket(t, second)
	_, _ = first.Close(), second.Close()
	if err := h.shutdown(); err == nil || !strings.Contains(err.Error(), "a defect") {
		t.Errorf("the defect is reported as %v", err)
	}
	if !strings.Contains(out.String(), `"app":"second"`) {
		t.Errorf("the other session's lines:\n%s", out.String())
	}
	if !strings.Contains(out.String(), `"state":"lost","reason":"`+defect) {
		t.Errorf("the session with the defect hasn't ended:\n%s", out.String())
	}
}
