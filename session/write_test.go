package session

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"goapptrace/protocol"
)

func TestSilentPeerIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _, events := establish(t, testServer(t, Config{}), "1.1")
		began := time.Now()
		end := events.end()
		if end.State != protocol.StateLost || !strings.Contains(string(end.Reason), "no frame for 10s") {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
		if lasted := end.At.Sub(began); lasted != protocol.PingTimeout {
			t.Errorf("lost after %v", lasted)
		}
		if pings := count(p.received(), protocol.TypePing); pings != 3 {
			t.Errorf("%d pings were sent meanwhile", pings)
		}
	})
}

func TestPingsKeepAlive(t *testing.T) {
	const interval = protocol.PingTimeout - time.Millisecond
	for _, version := range []string{"1", "1.1"} {
		synctest.Test(t, func(t *testing.T) {
			p, sess, _ := establish(t, testServer(t, Config{}), version)
			for range 100 {
				time.Sleep(interval)
				p.send(&protocol.PingPacket{})
			}
			synctest.Wait()
			if sess.State() != protocol.StateEstablished {
				t.Errorf("a peer of version %s that pings is %v", version, sess.State())
			}
		})
	}
}

// TestPingAnswer guards: a Ping of 1.1 is answered at once, a flood of them isn't answered with a flood,
// and 1.0 sees what its own server did: no answer.
func TestPingAnswer(t *testing.T) {
	for _, tt := range []struct {
		version    string
		one, flood int
	}{{"1.1", 1, 0}, {"1.0", 0, 0}} {
		synctest.Test(t, func(t *testing.T) {
			p, _, _ := establish(t, testServer(t, Config{}), tt.version)
			p.send(&protocol.PingPacket{})
			if got := count(p.received(), protocol.TypePing); got != tt.one {
				t.Errorf("version %s: %d answers", tt.version, got)
			}
			for range 100 {
				p.send(&protocol.PingPacket{})
			}
			if got := count(p.received(), protocol.TypePing); got != tt.flood {
				t.Errorf("version %s: %d answers to a flood", tt.version, got)
			}
		})
	}
}

func TestPeerThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, sess := connect(t, testServer(t, Config{}))
		events := consume(t, sess)
		p.send(helloOf("1.1"))
		if _, err := protocol.ReadFrame(p.conn, protocol.MaxHelloFrame); err != nil {
			t.Fatal(err)
		}
		end := events.end()
		if end.State != protocol.StateLost || !strings.Contains(string(end.Reason), "doesn't read") {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
	})
}

func TestTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, sess, events := establish(t, testServer(t, Config{}), "1.1")
		start := &protocol.StartTraceCmdPacket{ID: 1, Pattern: "main.*", Mode: protocol.ModeCount}
		stop := &protocol.StopTraceCmdPacket{ID: 2, FuncID: 7}
		for _, cmd := range []protocol.Packet{start, stop} {
			if err := sess.Trace(cmd); err != nil {
				t.Fatal(err)
			}
			if got := p.receive(); !cmp.Equal(got, cmd) {
				t.Errorf("the program got %+v", got)
			}
			p.send(&protocol.AckPacket{ID: 1, Matched: 3})
		}
		sofar := events.sofar()
		if got := records(sofar, protocol.Out); !cmp.Equal(got[1:], []protocol.Packet{start, stop}) {
			t.Errorf("sent according to the events: %+v", got[1:])
		}
		if got := count(records(sofar, protocol.In), protocol.TypeAck); got != 2 {
			t.Errorf("%d acknowledgements", got)
		}
	})
}

func TestTraceRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{})
		_, stranger := connect(t, srv)
		_, current, _ := establish(t, srv, "1.1")
		_, original, _ := establish(t, srv, "1")
		for _, tt := range []struct {
			sess *Session
			cmd  protocol.Packet
			want string
		}{
			{stranger, &protocol.StopTraceCmdPacket{FuncID: 1}, "established"},
			{current, &protocol.PingPacket{}, "only"},
			{original, &protocol.StopTraceCmdPacket{Pattern: "main.*"}, "no patterns"},
			{original, &protocol.StartTraceCmdPacket{FuncID: 1, Mode: protocol.ModeCount}, "no patterns and modes"},
			{original, &protocol.StartTraceCmdPacket{FuncID: 1}, ""},
		} {
			err := tt.sess.Trace(tt.cmd)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%+v: error %v, want %q", tt.cmd, err, tt.want)
			}
		}
		go consume(t, stranger)
	})
}

func TestTraceQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, sess := connect(t, testServer(t, Config{}))
		consume(t, sess)
		p.send(helloOf("1.1"))
		if _, err := protocol.ReadFrame(p.conn, protocol.MaxHelloFrame); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		var err error
		for range commandBuffer + 2 { // one more is in the writer's hands
			if err = sess.Trace(&protocol.StopTraceCmdPacket{FuncID: 1}); err != nil {
				break
			}
		}
		if err == nil || !strings.Contains(err.Error(), "wait already") {
			t.Errorf("error %v", err)
		}
	})
}
