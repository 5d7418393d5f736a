package session

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/protocol"
)

// TestSilentConnection guards: a connection that never says a byte is counted, and nobody hears of it.
func TestSilentConnection(t *testing.T) {
	for _, hangsUp := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			srv := testServer(t, Config{})
			began := time.Now()
			p := dialAt(t, srv, entranceOf(srv))
			if stats := srv.Stats(); stats.Accepted != 1 || stats.Unauthenticated != 1 {
				t.Errorf("it counts as %+v", stats)
			}
			if hangsUp {
				_ = p.conn.Close()
			} else if _, err := p.conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Errorf("it got an answer: %v", err)
			} else if lasted := time.Since(began); lasted != protocol.HandshakeTimeout {
				t.Errorf("it lasted %v", lasted)
			}
			synctest.Wait()
			if stats := srv.Stats(); stats.Unauthenticated != 0 || stats.Dropped[CauseSilent] != 1 {
				t.Errorf("it counts as %+v", stats)
			}
			select {
			case <-srv.Sessions():
				t.Error("it is a session")
			default:
			}
		})
	}
}

func TestSilentConnectionAtShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{})
		p := dialAt(t, srv, entranceOf(srv))
		began := time.Now()
		if err := srv.Shutdown(t.Context()); err != nil || time.Since(began) != 0 {
			t.Errorf("it held the end up for %v: %v", time.Since(began), err)
		}
		if _, err := p.conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("it is open: %v", err)
		}
		if n := srv.Stats().Dropped[CauseShutdown]; n != 1 {
			t.Errorf("%d were closed by the end", n)
		}
	})
}

// TestHandshakesAreBounded guards: those that don't get on with their handshake give way to newer ones, also when they have begun to
// say something, and nobody at another entrance does.
func TestHandshakesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{Limits: Limits{Unauthenticated: 4}})
		flooded := entranceOf(srv)
		slow, sess := connectAt(t, srv, flooded)
		events := consume(t, sess)
		var silent []*peerEnd
		for range 100 {
			silent = append(silent, dialAt(t, srv, flooded))
		}
		if sess.State().Ended() {
			t.Error("one that has begun to speak gave way to those that say nothing")
		}
		for range 3 {
			_, sess := connectAt(t, srv, flooded)
			consume(t, sess)
		}
		dialAt(t, srv, flooded)
		if end := events.end(); end.State != protocol.StateRefused || end.Reason != madeWay {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
		for _, p := range append(silent, slow) {
			if _, err := p.conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Errorf("one that gave way is open: %v", err)
			}
		}
		establish(t, srv, "1.1") // at another entrance
		synctest.Wait()
		if stats := srv.Stats(); stats.Unauthenticated != 4 || stats.Dropped[CauseEvicted] != 101 {
			t.Errorf("they count as %+v", stats)
		}
		p, sess := connectAt(t, srv, flooded) // one that is quick enough comes in all the same
		consume(t, sess)
		p.reading().send(helloOf("1.1"))
		if hello, ok := p.receive().(*protocol.ServerHelloPacket); !ok || hello.Refused != "" {
			t.Errorf("answer %+v", hello)
		}
	})
}

// TestSessionsAreBounded guards: strangers who do shake hands are not endlessly many either, and are told.
func TestSessionsAreBounded(t *testing.T) {
	for _, version := range []string{"1.1", "1"} {
		synctest.Test(t, func(t *testing.T) {
			srv := testServer(t, Config{Limits: Limits{Sessions: 3}})
			e := entranceOf(srv)
			var events *consumer
			var p *peerEnd
			for range 4 {
				var sess *Session
				p, sess = connectAt(t, srv, e)
				events = consume(t, sess)
				p.reading().send(helloOf(version))
				synctest.Wait()
			}
			checkRefusal(t, events, "3 sessions are live already")
			reply, _ := p.receive().(*protocol.ServerHelloPacket)
			if told := reply != nil && reply.Refused != ""; told != (version == "1.1") {
				t.Errorf("answer to %s: %+v", version, reply)
			}
			if stats := srv.Stats(); stats.Live != 3 || stats.Established != 3 || stats.Dropped[CauseSessions] != 1 {
				t.Errorf("they count as %+v", stats)
			}
		})
	}
}

// TestRefusedFlood guards: of a flood of strangers that are refused a few are shown, the others counted, in the log too; and a program
// that is let in meanwhile is shown as ever.
func TestRefusedFlood(t *testing.T) {
	const flood = 1000
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		srv := testServer(t, Config{Secret: "right", Log: slog.New(slog.NewTextHandler(&log, nil))})
		e := entranceOf(srv)
		for range showAtOnce {
			p, sess := connectAt(t, srv, e)
			go p.reading().send(helloOf("1.1"))
			checkRefusal(t, consume(t, sess), "no secret")
		}
		for range flood {
			p := dialAt(t, srv, e)
			_, _ = p.conn.(*begunEnd).Conn.Write([]byte{0})
			p.reading().send(helloOf("1.1"))
			if hello, ok := p.receive().(*protocol.ServerHelloPacket); !ok || hello.Refused == "" {
				t.Fatalf("answer %+v", hello)
			}
		}
		p := dialAt(t, srv, e)
		_, _ = p.conn.(*begunEnd).Conn.Write([]byte{0})
		hello := helloOf("1.1")
		hello.ClientSecret = "right"
		p.reading().send(hello)
		events := consume(t, <-srv.Sessions())
		p.receive()
		checkTranscript(t, events.sofar())
		p.send(&protocol.ShutdownPacket{})
		events.end()
		if n := srv.Stats().Dropped[CauseSecret]; n != flood+showAtOnce {
			t.Errorf("%d were refused", n)
		}
		time.Sleep(2 * droppedPause)
		synctest.Wait()
		if lines := strings.Count(log.String(), "\n"); lines > 3*showAtOnce+10 || !strings.Contains(log.String(), "secret=999") {
			t.Errorf("%d lines of log:\n%s", lines, &log)
		}
		time.Sleep(showAgain)
		stranger, sess := connectAt(t, srv, e) // one is shown again
		_ = stranger.conn.Close()
		consume(t, sess).end()
	})
}

func TestShowcase(t *testing.T) {
	var c showcase
	now := time.Unix(1e9, 0)
	take := func(want int) {
		t.Helper()
		got := 0
		for c.take(now) {
			got++
		}
		if got != want {
			t.Fatalf("%d are shown, want %d", got, want)
		}
	}
	take(showAtOnce)
	now = now.Add(2*showAgain + 1)
	take(2)
	now = now.Add(showAgain - 1)
	take(1)
	c.giveBack()
	take(1)
	now = now.Add(1000 * showAgain)
	take(showAtOnce)
}

// TestProgramsAreShownAtOnce guards: however many programs have been let in, the next connection is shown from its first byte on.
func TestProgramsAreShownAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{})
		for range 2 * showAtOnce {
			establish(t, srv, "1.1")
		}
	})
}

// TestEvictedInItsLastMoment guards: a connection whose place was taken away just when it began to speak becomes no session.
func TestEvictedInItsLastMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{Limits: Limits{Unauthenticated: 1}})
		e := entranceOf(srv)
		client, server := net.Pipe()
		a := &arrival{conn: server}
		if cause := e.enter(a); cause != "" {
			t.Fatal(cause)
		}
		dialAt(t, srv, e)
		srv.host(a, e)
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, io.EOF) || len(srv.Sessions()) != 0 || len(srv.live) != 0 {
			t.Errorf("it became a session: %v", err)
		}
		if n := srv.Stats().Dropped[CauseEvicted]; n != 1 {
			t.Errorf("%d gave way", n)
		}
	})
}
