package session

import (
	"bytes"
	"fmt"
	"net"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/protocol"
)

// TestLimitsHaveNames guards: every limit can be set by users, and stays what it was set to.
func TestLimitsHaveNames(t *testing.T) {
	var limits Limits
	if n := reflect.TypeFor[Limits]().NumField(); len(limits.All()) != n {
		t.Errorf("%d of %d limits have names", len(limits.All()), n)
	}
	for _, limit := range limits.All() {
		if limit.About == "" {
			t.Errorf("nothing is said about %s", limit.Name)
		}
		switch v := limit.Value.(type) {
		case *time.Duration:
			*v = time.Hour
		case *int:
			*v = 12345
		}
	}
	if got, err := complete(limits); err != nil || got != limits {
		t.Errorf("%+v became %+v, %v", limits, got, err)
	}
	if got, err := complete(Limits{}); err != nil || got != DefaultLimits() {
		t.Errorf("no limits became %+v, %v", got, err)
	}
}

func TestLimitsThatMakeNoSense(t *testing.T) {
	for want, limits := range map[string]Limits{
		"limit idle: 3s is too short":     {Idle: protocol.PingInterval},
		"limit sessions: -1 is no number": {Sessions: -1},
		"limit handshake: -1s is no time": {Handshake: -time.Second},
	} {
		if _, err := Listen(t.Context(), Config{Limits: limits}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if _, err := complete(Limits{Penalty: -1}); err != nil {
		t.Errorf("no penalties: %v", err)
	}
}

// TestTimesAreConfigurable guards: a handshake and an idle session end when the limits say so.
func TestTimesAreConfigurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{Limits: Limits{Handshake: 2 * time.Second, Idle: 20 * time.Second}})
		_, sess := connect(t, srv)
		events := consume(t, sess)
		checkRefusal(t, events, "within 2s")
		if lasted := events.end().At.Sub(events.all()[0].At); lasted != 2*time.Second {
			t.Errorf("the handshake lasted %v", lasted)
		}
		_, _, events = establish(t, srv, "1.1")
		began := time.Now()
		if end := events.end(); !strings.Contains(string(end.Reason), "no frame for 20s") || end.At.Sub(began) != 20*time.Second {
			t.Errorf("ended %q after %v", end.Reason, end.At.Sub(began))
		}
	})
}

// TestFrameSizesAreConfigurable guards: frames are as large as the limits say, before the handshake and after it.
func TestFrameSizesAreConfigurable(t *testing.T) {
	hello := frameOf(t, helloOf("1.1"))
	log := frameOf(t, &protocol.LogPacket{Message: protocol.Text(strings.Repeat("x", 1000))})
	for _, tt := range []struct {
		limits Limits
		reason string // "" for none
	}{
		{Limits{HelloFrame: len(hello), Frame: len(log)}, ""},
		{Limits{HelloFrame: len(hello) - 1, Frame: len(log)}, "over the limit"},
		{Limits{HelloFrame: len(hello), Frame: len(log) - 1}, "over the limit"},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, sess := connect(t, testServer(t, Config{Limits: tt.limits}))
			events := consume(t, sess)
			p.reading().write(hello)
			synctest.Wait()
			p.write(log)
			p.write(frameOf(t, &protocol.ShutdownPacket{}))
			end := events.end()
			if tt.reason == "" && end.State != protocol.StateClosed || !strings.Contains(string(end.Reason), tt.reason) {
				t.Errorf("%+v: ended %v %q", tt.limits, end.State, end.Reason)
			}
		})
	}
}

// TestPenaltyKeepsOut guards: an address whose connections fail again and again isn't let in any more, others are.
func TestPenaltyKeepsOut(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs more than one loopback address")
	}
	srv, err := Listen(t.Context(), Config{Listen: []string{"tcp://127.0.0.1:0"}, Limits: Limits{Penalty: time.Minute, PenaltyStart: 2*time.Minute + time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	to := strings.TrimPrefix(srv.Addrs()[0], "tcp://")
	fail := func() {
		conn, err := floodDialer(1).Dial("tcp", to)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = conn.Write([]byte("GET / HTTP/1.1\r\n\r\n"))
		discard(conn)
	}
	for range 3 {
		fail()
		consume(t, <-srv.Sessions()).end()
	}
	for range 5 {
		fail()
	}
	waitFor(t, func() bool { return srv.Stats().Dropped[CausePenalty] == 5 })
	if stats := srv.Stats(); stats.KeptOut != 1 || stats.Dropped[CauseProtocol] != 3 {
		t.Errorf("they count as %+v", stats)
	}
	checkServes(t, srv, srv.Addrs()[0])
}

// TestSilenceIsPunished guards: an address whose connections run out of time without a word isn't let in any more; whoever hangs up is.
func TestSilenceIsPunished(t *testing.T) {
	for _, hangsUp := range []bool{false, true} {
		limits := Limits{Handshake: time.Millisecond, Penalty: time.Hour, PenaltyStart: time.Minute}
		if hangsUp {
			limits.Handshake = time.Hour
		}
		srv, err := Listen(t.Context(), Config{Listen: []string{"tcp://127.0.0.1:0"}, Limits: limits})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = srv.Close() })
		conn, err := net.Dial("tcp", strings.TrimPrefix(srv.Addrs()[0], "tcp://"))
		if err != nil {
			t.Fatal(err)
		}
		if !hangsUp {
			discard(conn)
		}
		_ = conn.Close()
		waitFor(t, func() bool { return srv.Stats().Dropped[CauseSilent] == 1 })
		if kept := srv.Stats().KeptOut; (kept == 0) != hangsUp {
			t.Errorf("%d addresses are kept out, hung up: %v", kept, hangsUp)
		}
	}
}

// TestHalfOpen guards: whoever closes his direction, before he has said anything, in his hello or after it, leaves nothing behind.
func TestHalfOpen(t *testing.T) {
	hello := frameOf(t, helloOf("1.1"))
	srv := listenAt(t, "tcp://127.0.0.1:0")
	for said, cause := range map[int]Cause{0: CauseSilent, len(hello) / 2: CauseBroken, len(hello): ""} {
		t.Run(fmt.Sprint(said, " bytes"), func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(srv.Addrs()[0], "tcp://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, _ = conn.Write(hello[:said])
			_ = conn.(*net.TCPConn).CloseWrite()
			if said > 0 {
				consume(t, <-srv.Sessions()).end()
			}
			discard(conn) // until the server has closed, too
			waitFor(t, func() bool { s := srv.Stats(); return s.Live+s.Unauthenticated == 0 })
			if cause != "" && srv.Stats().Dropped[cause] != 1 {
				t.Errorf("it counts as %+v", srv.Stats())
			}
		})
	}
	if stats := srv.Stats(); stats.Lost != 1 || stats.Established != 1 {
		t.Errorf("they count as %+v", stats)
	}
}

// TestSlowLoris guards: any number of connections that send a byte a second end in time, and keep nobody out.
func TestSlowLoris(t *testing.T) {
	const many = 500
	hello := frameOf(t, helloOf("1.1"))
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{})
		e := entranceOf(srv)
		go func() { // of those that are shown
			for sess := range srv.Sessions() {
				consume(t, sess)
			}
		}()
		for range many {
			p := dialAt(t, srv, e)
			p.conn.(*begunEnd).went = true
			go func() {
				for _, b := range bytes.Repeat(hello, 2)[:20] {
					p.write([]byte{b})
					time.Sleep(time.Second)
				}
			}()
		}
		time.Sleep(2 * time.Second)
		if stats := srv.Stats(); stats.Unauthenticated != DefaultLimits().Unauthenticated {
			t.Errorf("they count as %+v", stats)
		}
		p := dialAt(t, srv, e)
		p.conn.(*begunEnd).went = true
		p.reading().write(hello)
		if answer, ok := p.receive().(*protocol.ServerHelloPacket); !ok || answer.Refused != "" {
			t.Errorf("answer %+v", answer)
		}
		_ = p.conn.Close()
		time.Sleep(protocol.HandshakeTimeout)
		synctest.Wait()
		if stats := srv.Stats(); stats.Unauthenticated != 0 || stats.Dropped[CauseTimeout]+stats.Dropped[CauseEvicted] != many {
			t.Errorf("they count as %+v", stats)
		}
		time.Sleep(time.Minute) // for the slow ones to find out
	})
}
