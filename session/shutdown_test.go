package session

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"goapptrace/protocol"
)

// TestShutdownBySession guards: what the program sends between our Shutdown and its close is delivered.
func TestShutdownBySession(t *testing.T) {
	const tail = 100
	synctest.Test(t, func(t *testing.T) {
		p, sess, events := establish(t, testServer(t, Config{}), "1.1")
		sess.Shutdown()
		sess.Shutdown() // once is enough
		if _, ok := p.receive().(*protocol.ShutdownPacket); !ok {
			t.Fatal("no Shutdown was sent")
		}
		for i := range tail {
			p.send(&protocol.LogPacket{Time: int64(i)})
		}
		p.send(&protocol.ShutdownPacket{})
		_ = p.conn.Close()
		if end := events.end(); end.State != protocol.StateClosed || !strings.Contains(string(end.Reason), "the viewer") {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
		checkLogs(t, events.all(), tail)
		if got := count(records(events.all(), protocol.Out), protocol.TypeShutdown); got != 1 {
			t.Errorf("%d Shutdowns", got)
		}
	})
}

// A program may answer our Shutdown before the goroutine that has sent it comes to anything else.
func TestShutdownAnsweredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, sess, events := establish(t, testServer(t, Config{}), "1.1")
		sess.conn = lateWriter{sess.conn}
		sess.Shutdown()
		p.receive()
		p.send(&protocol.ShutdownPacket{})
		if end := events.end(); end.State != protocol.StateClosed || !strings.Contains(string(end.Reason), "the viewer") {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
	})
}

// lateWriter is a connection whose writers hear late that they have written.
type lateWriter struct{ net.Conn }

func (l lateWriter) Write(p []byte) (int, error) {
	n, err := l.Conn.Write(p)
	time.Sleep(time.Millisecond)
	return n, err
}

func TestShutdownWithoutAnswer(t *testing.T) {
	for _, tt := range []struct {
		name   string
		hangUp bool // the program closes, but says no Shutdown of its own, as those of 1.0
		state  protocol.State
		lasted time.Duration
	}{
		{"closes", true, protocol.StateClosed, 0},
		{"stays", false, protocol.StateLost, protocol.ShutdownTimeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, sess, events := establish(t, testServer(t, Config{}), "1")
				began := time.Now()
				sess.Shutdown()
				p.receive()
				if tt.hangUp {
					_ = p.conn.Close()
				}
				end := events.end()
				if end.State != tt.state || end.Reason == "" || end.At.Sub(began) != tt.lasted {
					t.Errorf("ended %v %q after %v", end.State, end.Reason, end.At.Sub(began))
				}
			})
		})
	}
}

// TestShutdownOfTalker guards: a program that goes on sending after our Shutdown gets no more time than a silent one.
func TestShutdownOfTalker(t *testing.T) {
	const gap = protocol.ShutdownTimeout / 4
	synctest.Test(t, func(t *testing.T) {
		p, sess, events := establish(t, testServer(t, Config{}), "1.1")
		began := time.Now()
		sess.Shutdown()
		frame := frameOf(t, &protocol.LogPacket{})
		var talk sync.WaitGroup
		talk.Go(func() {
			for !sess.State().Ended() {
				p.write(frame)
				time.Sleep(gap)
			}
		})
		end := events.end()
		talk.Wait()
		if end.State != protocol.StateLost || end.At.Sub(began) != protocol.ShutdownTimeout {
			t.Errorf("ended %v %q after %v", end.State, end.Reason, end.At.Sub(began))
		}
	})
}

func TestShutdownByPeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _, events := establish(t, testServer(t, Config{}), "1.1")
		p.send(&protocol.LogPacket{Time: 0}, &protocol.ShutdownPacket{})
		if p.receive() != nil {
			t.Error("a Shutdown was answered by more than closing")
		}
		if end := events.end(); end.State != protocol.StateClosed || !strings.Contains(string(end.Reason), "the program") {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
		checkLogs(t, events.all(), 1)
	})
}

// A program whose goodbye tells of a panic has crashed, and no more is kept of what it says than a panic may have.
func TestGoodbyeOfAPanic(t *testing.T) {
	for _, length := range []int{10, protocol.MaxPanic, 2 * protocol.MaxPanic} {
		synctest.Test(t, func(t *testing.T) {
			p, _, events := establish(t, testServer(t, Config{}), "1.1")
			said := protocol.Text(strings.Repeat("x", length))
			p.send(&protocol.ShutdownPacket{Panic: said})
			p.receive()
			want := said[:min(length, protocol.MaxPanic)]
			if end := events.end(); end.State != protocol.StateClosed || end.Crash != want || end.Reason != "the program crashed: "+want {
				t.Errorf("ended %v %q, crash of %d bytes", end.State, end.Reason, len(end.Crash))
			}
		})
	}
}

// A server that is expected back says so, to programs that know what that means; a user who ends a session means it.
func TestServerReturns(t *testing.T) {
	for name, tt := range map[string]struct {
		returns bool
		version string
		one     bool // session alone
		want    protocol.PacketType
	}{
		"back":       {true, "1.1", false, protocol.TypeRestart},
		"for good":   {false, "1.1", false, protocol.TypeShutdown},
		"one of 1.0": {true, "1.0", false, protocol.TypeShutdown},
		"a user":     {true, "1.1", true, protocol.TypeShutdown},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := testServer(t, Config{Returns: tt.returns})
				p, sess, events := establish(t, srv, tt.version)
				if tt.one {
					sess.Shutdown()
				} else {
					go func() { _ = srv.Shutdown(t.Context()) }()
				}
				if got := p.receive(); got == nil || got.PacketType() != tt.want {
					t.Errorf("the last packet is %v, want %v", got, tt.want)
				}
				_ = p.conn.Close()
				events.end()
			})
		})
	}
}

func TestShutdownInHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, sess := connect(t, testServer(t, Config{}))
		events := consume(t, sess)
		sess.Shutdown()
		if end := events.end(); end.State != protocol.StateRefused || !strings.Contains(string(end.Reason), "shutting down") {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
	})
}

// TestShutdownBeforeEstablished guards the last moment of a handshake: a Shutdown in it must not become a
// session that is established and cut off.
func TestShutdownBeforeEstablished(t *testing.T) {
	_, conn := net.Pipe()
	srv := testServer(t, Config{})
	sess := newSession(srv, 1, &arrival{conn: conn}, entranceOf(srv))
	defer sess.Close()
	sess.become(protocol.StateHelloReceived, "")
	sess.Shutdown()
	if no := sess.establish(protocol.Current); no == nil || sess.State() != protocol.StateHelloReceived {
		t.Errorf("the session is %v", sess.State())
	}
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{})
		_, sess, events := establish(t, srv, "1.1")
		_, other, _ := establish(t, srv, "1.1")
		sess.Close()
		if end := events.end(); end.State != protocol.StateLost || !strings.Contains(string(end.Reason), "by the viewer") {
			t.Errorf("ended %v %q", end.State, end.Reason)
		}
		if other.State() != protocol.StateEstablished {
			t.Error("the neighbour noticed")
		}
	})
}

// TestServerShutdown guards: every session gets its Shutdown, all are waited for, and Sessions is closed.
func TestServerShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{})
		var all []*consumer
		for range 5 {
			p, _, events := establish(t, srv, "1.1")
			all = append(all, events)
			go func() {
				for packet := p.receive(); packet != nil; packet = p.receive() {
					if packet.PacketType() == protocol.TypeShutdown {
						p.send(&protocol.ShutdownPacket{})
					}
				}
			}()
		}
		if err := srv.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		for _, events := range all {
			if end := events.end(); end.State != protocol.StateClosed {
				t.Errorf("ended %v %q", end.State, end.Reason)
			}
		}
		if _, open := <-srv.Sessions(); open {
			t.Error("Sessions is open")
		}
	})
}

// TestServerShutdownIsBounded guards: neither a consumer that doesn't read nor a program that doesn't close holds it
// up for longer than asked.
func TestServerShutdownIsBounded(t *testing.T) {
	const bound = time.Second
	synctest.Test(t, func(t *testing.T) {
		srv := testServer(t, Config{})
		p, sess := connect(t, srv)
		p.reading().send(helloOf("1.1"))
		p.receive()
		logs := bytes.Repeat(frameOf(t, &protocol.LogPacket{}), 2*eventBuffer)
		go p.write(logs)
		synctest.Wait()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), bound)
		defer cancel()
		if err := srv.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if took := time.Since(began); took != bound {
			t.Errorf("took %v", took)
		}
		var last Event
		for last = range sess.Events() {
		}
		if last.State != protocol.StateLost || last.Record != nil {
			t.Errorf("the end came as %+v", last)
		}
	})
}

// TestShutdownAfterTheEnd guards: what a program sent before it said goodbye and left is delivered, although it can't be told
// about our Shutdown any more.
func TestShutdownAfterTheEnd(t *testing.T) {
	const logs = 4 * eventBuffer                                     // more than wait for the consumer
	message := protocol.Text(strings.Repeat("x", 2*readBuffer/logs)) // and more than the reader takes at once
	srv := listenAt(t, "unix://"+t.TempDir()+"/s")
	conn, err := net.Dial("unix", strings.TrimPrefix(srv.Addrs()[0], "unix://"))
	if err != nil {
		t.Fatal(err)
	}
	sent := frameOf(t, helloOf("1.1"))
	for i := range logs {
		sent = append(sent, frameOf(t, &protocol.LogPacket{Time: int64(i), Message: message})...)
	}
	sent = append(sent, frameOf(t, &protocol.ShutdownPacket{})...)
	if _, err := conn.Write(sent); err != nil {
		t.Fatal(err)
	}
	sess := <-srv.Sessions()
	for sess.State() != protocol.StateEstablished {
		time.Sleep(time.Millisecond)
	}
	_ = conn.Close()
	sess.Shutdown()
	time.Sleep(20 * time.Millisecond) // for the writer to fail before anything is consumed
	events := consume(t, sess)
	if end := events.end(); end.State != protocol.StateClosed {
		t.Errorf("ended %v %q", end.State, end.Reason)
	}
	checkLogs(t, events.all(), logs)
}
