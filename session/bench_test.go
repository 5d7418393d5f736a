package session

import (
	"net"
	"path/filepath"
	"testing"

	"goapptrace/protocol"
)

// BenchmarkReceive measures batches on their way from a Unix socket to the consumer of Events, whose
// share is to read how many events each has.
func BenchmarkReceive(b *testing.B) {
	const eventsPerBatch = 4096
	srv, sess, conn := benchSession(b)
	var builder protocol.BatchBuilder
	for i := range eventsPerBatch {
		builder.Add(protocol.Event{Time: int64(i) * 80, Func: uint64(i % 100), G: 1, Kind: protocol.EventKind(i % 2)})
	}
	frame := frameOf(b, builder.Packet(1, eventsPerBatch*80))
	b.SetBytes(int64(len(frame)))
	go func() {
		for {
			if _, err := conn.Write(frame); err != nil {
				return
			}
		}
	}()
	events := uint64(0)
	for b.Loop() {
		for ev := range sess.Events() {
			if ev.Record != nil && ev.Record.Packet.PacketType() == protocol.TypeFuncLogBatch {
				events += ev.Record.Packet.(*protocol.FuncLogBatchPacket).Count
				break
			}
		}
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
	_ = conn.Close()
	_ = srv.Close()
}

func benchSession(b *testing.B) (*Server, *Session, net.Conn) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "x.sock")
	srv, err := Listen(b.Context(), Config{Listen: []string{"unix://" + path}})
	if err != nil {
		b.Fatal(err)
	}
	conn, err := net.Dial("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := conn.Write(frameOf(b, helloOf("1.1"))); err != nil {
		b.Fatal(err)
	}
	return srv, <-srv.Sessions(), conn
}
