package session

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/protocol"
)

// brokenListener fails a number of times, then hands out conn, then is closed.
type brokenListener struct {
	failures int
	conn     net.Conn
	attempts []time.Time
}

func (l *brokenListener) Accept() (net.Conn, error) {
	l.attempts = append(l.attempts, time.Now())
	if l.failures > 0 {
		l.failures--
		return nil, errors.New("too many open files")
	}
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (l *brokenListener) Close() error   { return nil }
func (l *brokenListener) Addr() net.Addr { return &net.TCPAddr{} }

// TestAcceptBacksOff guards: while accept fails the viewer neither gives up nor spins.
func TestAcceptBacksOff(t *testing.T) {
	const failures = 20
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{})
		client, server := net.Pipe()
		l := &brokenListener{failures: failures, conn: server}
		e := &entrance{Listener: l, scheme: "tcp"}
		srv.add(e)
		srv.accept(e)
		_, _ = client.Write([]byte{0})
		events := consume(t, <-srv.Sessions())
		_ = client.Close()
		events.end()
		for i := 1; i <= failures; i++ {
			if gap := l.attempts[i].Sub(l.attempts[i-1]); gap < minAcceptDelay || gap > maxAcceptDelay {
				t.Errorf("attempt %d after %v", i, gap)
			}
		}
		if last := l.attempts[failures].Sub(l.attempts[failures-1]); last != maxAcceptDelay {
			t.Errorf("the last wait was %v", last)
		}
	})
}

// TestRefusalArrives guards: a refused client that has sent more than its hello still reads why; closing at
// once would reset the connection and take the answer away.
func TestRefusalArrives(t *testing.T) {
	srv := listenAt(t, "tcp://127.0.0.1:0")
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.Addrs()[0], "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	more := make([]byte, 1<<20)
	if _, err := conn.Write(append(frameOf(t, helloOf("9.9")), more...)); err != nil {
		t.Error(err)
	}
	events := consume(t, <-srv.Sessions())
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Error(err)
	}
	_ = conn.Close()
	packet, err := protocol.DecodeFrame(answer)
	if hello, ok := packet.(*protocol.ServerHelloPacket); !ok || hello.Refused == "" {
		t.Errorf("answer %+v, %v", packet, err)
	}
	events.end()
}

// TestReset guards: a program that is killed before it has read our last Ping resets the connection, on which users
// should read a sentence and not two socket addresses.
func TestReset(t *testing.T) {
	srv := listenAt(t, "tcp://127.0.0.1:0")
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.Addrs()[0], "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(frameOf(t, helloOf("1.1"))); err != nil {
		t.Fatal(err)
	}
	events := consume(t, <-srv.Sessions())
	if _, err := protocol.ReadFrame(conn, protocol.MaxHelloFrame); err != nil {
		t.Fatal(err)
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
	if end := events.end(); end.State != protocol.StateLost || !strings.HasPrefix(string(end.Reason), "the connection was reset") {
		t.Errorf("ended %v %q", end.State, end.Reason)
	}
}
