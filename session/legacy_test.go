package session

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goapptrace/protocol"
)

// capture reads what a client or server of 2018 put on its socket.
func capture(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "protocol", "testdata", "legacy", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestLegacyClient guards: a client of 2018 is served as its own server did.
func TestLegacyClient(t *testing.T) {
	for _, tt := range []struct {
		name, app   string
		logs, pings int
	}{
		{"small", "legacy", 36, 3},
		{"worker", "worker", 2400, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := listenAt(t, "tcp://127.0.0.1:0")
			answer, events := replay(t, srv, capture(t, tt.name+"-client.bin"))
			if diff := cmp.Diff(packetsOf(t, capture(t, tt.name+"-server.bin")), packetsOf(t, answer)); diff != "" {
				t.Errorf("answer (-theirs +ours)\n%s", diff)
			}
			in := records(events, protocol.In)
			if got := count(in, protocol.TypeRawFuncLog); got != tt.logs {
				t.Errorf("%d RawFuncLogs", got)
			}
			if got := count(in, protocol.TypePing); got != tt.pings {
				t.Errorf("%d pings", got)
			}
			if end := events[len(events)-1]; end.State != protocol.StateClosed {
				t.Errorf("ended %v %q", end.State, end.Reason)
			}
			checkLegacyHello(t, events, tt.app)
		})
	}
}

func checkLegacyHello(t *testing.T, events []Event, app string) {
	t.Helper()
	for _, ev := range events {
		if ev.Hello != nil {
			if string(ev.Hello.AppName) != app || ev.Version != protocol.Original {
				t.Errorf("hello of %q, version %v", ev.Hello.AppName, ev.Version)
			}
			return
		}
	}
	t.Error("no hello")
}

// replay sends a capture over TCP and returns the bytes of the answer and the session's events.
func replay(t *testing.T, srv *Server, sent []byte) ([]byte, []Event) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.Addrs()[0], "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(sent); err != nil {
		t.Fatal(err)
	}
	events := consume(t, <-srv.Sessions())
	answer, err := io.ReadAll(conn) // until the server has closed its side
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	return answer, events.all()
}

// packetsOf decodes a stream of frames.
func packetsOf(t *testing.T, stream []byte) []protocol.Packet {
	t.Helper()
	var packets []protocol.Packet
	for r := bytes.NewReader(stream); r.Len() > 0; {
		frame, err := protocol.ReadFrame(r, protocol.MaxFrame)
		if err != nil {
			t.Fatal(err)
		}
		p, err := protocol.DecodeFrame(frame)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, p)
	}
	return packets
}
