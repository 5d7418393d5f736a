package session

import (
	"bytes"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/protocol"
)

// TestMisbehaving guards: a client that breaks the protocol after its handshake loses its own connection, with a reason,
// and its neighbour goes on.
func TestMisbehaving(t *testing.T) {
	ping := frameOf(t, &protocol.PingPacket{})
	for _, tt := range []struct {
		name    string
		version string
		bytes   []byte
		hangUp  bool
		reason  string
	}{
		{name: "second hello", version: "1.1", bytes: frameOf(t, helloOf("1.1")), reason: "out of turn"},
		{name: "server's hello", version: "1.1", bytes: frameOf(t, &protocol.ServerHelloPacket{}), reason: "out of turn"},
		{name: "command", version: "1.1", bytes: frameOf(t, &protocol.StartTraceCmdPacket{FuncID: 1}), reason: "out of turn"},
		{name: "batch of 1.0", version: "1", bytes: frameOf(t, &protocol.FuncLogBatchPacket{}), reason: "unknown to version 1.0"},
		{name: "empty columns", version: "1.1", bytes: frameOf(t, &protocol.FuncLogBatchPacket{Count: 1 << 15}), reason: "bad batch"},
		{name: "garbage", version: "1.1", bytes: append([]byte{0, 0, 0, 64}, bytes.Repeat([]byte("gob!"), 16)...), reason: "bad frame"},
		{name: "oversized", version: "1.1", bytes: []byte{0x7f, 0xff, 0xff, 0xff}, reason: "over the limit"},
		{name: "truncated", version: "1.1", bytes: ping[:len(ping)-1], hangUp: true, reason: "within a frame"},
		{name: "no goodbye", version: "1.1", hangUp: true, reason: "without goodbye"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := testServer(t, Config{})
				neighbour, other, _ := establish(t, srv, "1.1")
				p, _, events := establish(t, srv, tt.version)
				p.write(tt.bytes)
				if tt.hangUp {
					_ = p.conn.Close()
				}
				end := events.end()
				if end.State != protocol.StateLost || !strings.Contains(string(end.Reason), tt.reason) {
					t.Errorf("ended %v %q, want lost and %q", end.State, end.Reason, tt.reason)
				}
				neighbour.send(&protocol.PingPacket{})
				if neighbour.receive() == nil || other.State() != protocol.StateEstablished {
					t.Error("the neighbour noticed")
				}
			})
		})
	}
}

// TestBackpressure guards: a consumer that stops holds up its program and nothing else. Memory stays
// bounded, Pings go out, nobody counts as dead, and nothing is missing when the consumer goes on.
func TestBackpressure(t *testing.T) {
	const sending = 1000
	const stall = time.Minute
	synctest.Test(t, func(t *testing.T) {
		p, sess := connect(t, testServer(t, Config{}))
		p.reading().send(helloOf("1.1"))
		p.receive()
		var sent atomic.Int64
		go func() {
			for i := range sending {
				p.send(&protocol.LogPacket{Time: int64(i)})
				sent.Add(1)
			}
			p.send(&protocol.ShutdownPacket{})
		}()
		time.Sleep(stall)
		synctest.Wait()
		if n := sent.Load(); n >= sending {
			t.Errorf("all %d packets went out with nobody to take them", n)
		}
		if got, want := count(p.received(), protocol.TypePing), int(stall/protocol.PingInterval); got != want {
			t.Errorf("%d pings in %v, want %d", got, stall, want)
		}
		events := consume(t, sess)
		if end := events.end(); end.State != protocol.StateClosed {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
		checkLogs(t, events.all(), sending)
		if got := count(records(events.all(), protocol.Out), protocol.TypePing); got < int(stall/protocol.PingInterval) {
			t.Errorf("%d sent pings among the events", got)
		}
	})
}

// checkLogs checks that the Logs 0 to n-1 have arrived in order.
func checkLogs(t *testing.T, events []Event, n int) {
	t.Helper()
	next := 0
	for _, packet := range records(events, protocol.In) {
		log, ok := packet.(*protocol.LogPacket)
		if !ok {
			continue
		}
		if log.Time != int64(next) {
			t.Fatalf("Log %d arrived in place of %d", log.Time, next)
		}
		next++
	}
	if next != n {
		t.Errorf("%d Logs arrived of %d", next, n)
	}
}
