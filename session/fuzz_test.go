package session

import (
	"net"
	"testing"

	"goapptrace/protocol"
)

// FuzzClient guards: whatever bytes a client sends, its session ends in one of the ends, by legal steps, and
// what it leaves behind is closed.
func FuzzClient(f *testing.F) {
	hello := frameOf(f, helloOf("1.1"))
	original := frameOf(f, helloOf("1"))
	f.Add([]byte{})
	f.Add(hello[:len(hello)/2])
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	for t := protocol.TypeClientHello; ; t++ {
		packet, err := protocol.New(t)
		if err != nil {
			break
		}
		frame := frameOf(f, packet)
		f.Add(frame)
		f.Add(append(hello[:len(hello):len(hello)], frame...))
		f.Add(append(original[:len(original):len(original)], frame...))
		f.Add(append(hello[:len(hello):len(hello)], frame[:len(frame)-1]...))
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		srv := newServer(t.Context(), completed(t, Config{}))
		client, server := net.Pipe()
		srv.serve(server, entranceOf(srv))
		go func() {
			_, _ = client.Write(sent)
			_ = client.Close()
		}()
		go discard(client)
		if len(sent) == 0 { // nobody hears of it
			_ = srv.Close()
			return
		}
		var events []Event
		for ev := range (<-srv.Sessions()).Events() {
			events = append(events, ev)
		}
		checkStates(t, events)
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
}

// discard reads what the server sends, in steps, until it closes.
func discard(conn net.Conn) {
	for buf := make([]byte, 512); ; {
		if _, err := conn.Read(buf); err != nil {
			return
		}
	}
}
