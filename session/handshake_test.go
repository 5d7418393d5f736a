package session

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"goapptrace/protocol"
)

func TestHandshake(t *testing.T) {
	for _, tt := range []struct {
		offered string
		answer  protocol.ServerHelloPacket
		version protocol.Version
	}{
		{"1.1", protocol.ServerHelloPacket{ProtocolVersion: "1.1", SessionID: 1}, protocol.Current},
		{"1.7", protocol.ServerHelloPacket{ProtocolVersion: "1.1", SessionID: 1}, protocol.Current},
		{"1.0", protocol.ServerHelloPacket{ProtocolVersion: "1.0"}, protocol.Original},
		{"1", protocol.ServerHelloPacket{ProtocolVersion: "1"}, protocol.Original},
	} {
		t.Run(tt.offered, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := testServer(t, Config{Secret: "abc"})
				p, sess := connect(t, srv)
				events := consume(t, sess)
				hello := helloOf(tt.offered)
				hello.ClientSecret = "abc"
				p.reading().send(hello)
				if got := p.receive(); !cmp.Equal(got, &tt.answer) {
					t.Errorf("answer %+v, want %+v", got, tt.answer)
				}
				sofar := events.sofar()
				checkTranscript(t, sofar)
				if got := sofar[len(sofar)-1].State; got != protocol.StateEstablished {
					t.Errorf("last state %v", got)
				}
				checkHello(t, sofar, tt.version)
				if stats := srv.Stats(); stats.Live != 1 || stats.Unauthenticated != 0 || stats.Established != 1 {
					t.Errorf("an established session counts as %+v", stats)
				}
			})
		})
	}
}

// checkTranscript checks that every step of a good handshake is told once and in order.
func checkTranscript(t *testing.T, events []Event) {
	t.Helper()
	var names []string
	for _, step := range steps(events) {
		names = append(names, step.Name)
		if step.Outcome != protocol.OutcomeOK {
			t.Errorf("step %+v", step)
		}
	}
	want := []string{protocol.StepConnected, protocol.StepClientHello, protocol.StepVersion, protocol.StepSecret, protocol.StepServerHello}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("steps (-want +got)\n%s", diff)
	}
}

func checkHello(t *testing.T, events []Event, version protocol.Version) {
	t.Helper()
	for _, ev := range events {
		if ev.Hello == nil {
			continue
		}
		if ev.Hello.AppName != "app" || ev.Version != version {
			t.Errorf("hello of %q, version %v, want %v", ev.Hello.AppName, ev.Version, version)
		}
		return
	}
	t.Error("no hello among the events")
}

// TestRefused guards: whatever a stranger says first, its own session alone ends, refused, with a reason and a way to mend it.
func TestRefused(t *testing.T) {
	wrong := helloOf("1.1")
	wrong.ClientSecret = "guess"
	wrongOriginal := helloOf("1")
	wrongOriginal.ClientSecret = "guess"
	huge := helloOf("1.1")
	huge.AppName = protocol.Text(strings.Repeat("x", protocol.MaxHelloFrame))
	valid := frameOf(t, helloOf("1.1"))
	for _, tt := range []struct {
		name   string
		bytes  []byte
		hangUp bool
		reason string
		reply  bool // the refused peer is told why
		cause  Cause
	}{
		{name: "http", cause: CauseProtocol, bytes: []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), reason: "over the limit"},
		{name: "tiny length", cause: CauseProtocol, bytes: []byte{0, 0, 0, 1, 7}, reason: "length 1"},
		{name: "garbage", cause: CauseProtocol, bytes: append([]byte{0, 0, 0, 32}, bytes.Repeat([]byte{0xfe}, 32)...), reason: "bad frame"},
		{name: "truncated", cause: CauseBroken, bytes: valid[:len(valid)-3], hangUp: true, reason: "middle of a frame"},
		{name: "half a hello", cause: CauseTimeout, bytes: valid[:len(valid)-3], reason: "within 5s"},
		{name: "oversized", cause: CauseProtocol, bytes: frameOf(t, huge), reason: "over the limit"},
		{name: "ping first", cause: CauseProtocol, bytes: frameOf(t, &protocol.PingPacket{}), reason: "first packet is Ping"},
		{name: "server's hello", cause: CauseProtocol, bytes: frameOf(t, &protocol.ServerHelloPacket{ProtocolVersion: "1.1"}), reason: "first packet is ServerHello"},
		{name: "other major", cause: CauseVersion, bytes: frameOf(t, helloOf("2.0")), reason: "major", reply: true},
		{name: "no version", cause: CauseVersion, bytes: frameOf(t, helloOf("banana")), reason: "banana", reply: true},
		{name: "no secret", cause: CauseSecret, bytes: valid, reason: "no secret", reply: true},
		{name: "wrong secret", cause: CauseSecret, bytes: frameOf(t, wrong), reason: "wrong secret", reply: true},
		{name: "wrong secret of 1.0", cause: CauseSecret, bytes: frameOf(t, wrongOriginal), reason: "wrong secret"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := testServer(t, Config{Secret: "the right one"})
				p := dialAt(t, srv, entranceOf(srv))
				p.conn.(*begunEnd).went = true
				go p.reading().write(tt.bytes)
				events := consume(t, <-srv.Sessions())
				synctest.Wait()
				if tt.hangUp {
					_ = p.conn.Close()
				}
				checkRefusal(t, events, tt.reason)
				reply, _ := p.receive().(*protocol.ServerHelloPacket)
				if told := reply != nil && strings.Contains(string(reply.Refused), tt.reason); told != tt.reply {
					t.Errorf("reply %+v, want one: %v", reply, tt.reply)
				}
				synctest.Wait()
				if stats := srv.Stats(); stats.Dropped[tt.cause] != 1 || stats.Unauthenticated != 0 || stats.Live != 0 {
					t.Errorf("the refused connection counts as %+v", stats)
				}
			})
		})
	}
}

func checkRefusal(t *testing.T, events *consumer, reason string) {
	t.Helper()
	end := events.end()
	if end.State != protocol.StateRefused || !strings.Contains(string(end.Reason), reason) {
		t.Errorf("ended %v %q, want refused and %q", end.State, end.Reason, reason)
	}
	transcript := steps(events.all())
	if transcript[0].Name != protocol.StepConnected {
		t.Errorf("first step %+v", transcript[0])
	}
	last := transcript[len(transcript)-1]
	if last.Outcome != protocol.OutcomeFailed || !strings.Contains(string(last.Detail), reason) || last.Fix == "" {
		t.Errorf("last step %+v", last)
	}
}

func TestHandshakeDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, sess := connect(t, testServer(t, Config{}))
		events := consume(t, sess)
		for _, b := range frameOf(t, helloOf("1.1"))[:8] { // byte by byte, never silent for long
			p.write([]byte{b})
			time.Sleep(time.Second)
		}
		events.end()
		if lasted := events.end().At.Sub(events.all()[0].At); lasted != protocol.HandshakeTimeout {
			t.Errorf("refused after %v", lasted)
		}
	})
}

// TestSecretStaysSecret guards: the secret that a client sends is in no event and no line of the log, right or wrong.
func TestSecretStaysSecret(t *testing.T) {
	for _, secret := range []string{"hunter2-hunter2", "guess-guess-guess"} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			srv := testServer(t, Config{Secret: "hunter2-hunter2", Log: slog.New(slog.NewJSONHandler(&log, nil))})
			p, sess := connect(t, srv)
			events := consume(t, sess)
			hello := helloOf("1.1")
			hello.ClientSecret = protocol.Text(secret)
			p.reading().send(hello)
			synctest.Wait()
			if sess.State() == protocol.StateEstablished {
				p.send(hello) // out of turn, but a secret still
			}
			all := events.all()
			for _, ev := range all {
				if ev.Record != nil && bytes.Contains(ev.Record.Raw, []byte(secret)) {
					t.Errorf("the secret is in the frame of a %v", ev.Record.Packet.PacketType())
				}
			}
			for _, packet := range records(all, protocol.In) {
				if hello, ok := packet.(*protocol.ClientHelloPacket); ok && string(hello.ClientSecret) == secret {
					t.Error("the secret is in a ClientHello")
				}
			}
			if count(records(all, protocol.In), protocol.TypeClientHello) == 0 || log.Len() == 0 {
				t.Error("nothing to look at")
			}
			if strings.Contains(log.String(), secret) {
				t.Errorf("the secret is in the log: %s", &log)
			}
		})
	}
}
