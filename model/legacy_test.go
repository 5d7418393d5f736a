package model

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goapptrace/protocol"
)

// replay feeds a capture of a client to a new session.
func replay(t *testing.T, capture []byte) *Session {
	t.Helper()
	s := New(Limits{}).Open(1, epoch, "127.0.0.1:4000")
	r := bytes.NewReader(capture)
	for {
		frame, err := protocol.ReadFrame(r, protocol.MaxFrame)
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			t.Fatal(err)
		}
		p, err := protocol.DecodeFrame(frame)
		if err != nil {
			t.Fatal(err)
		}
		if hello, ok := p.(*protocol.ClientHelloPacket); ok {
			s.Hello(hello, protocol.Original)
		}
		s.Packet(protocol.Record{At: epoch, Packet: p, Raw: frame})
	}
}

// A client of the first implementation: three rounds of three nested calls on two goroutines.
func TestLegacySmall(t *testing.T) {
	capture, err := os.ReadFile("../protocol/testdata/legacy/small-client.bin")
	if err != nil {
		t.Fatal(err)
	}
	s := replay(t, capture)
	row := s.Row(epoch)
	if row.App != "legacy" || row.Events != 36 || row.Calls != 18 || row.Open != 0 || row.Orphans != 0 || row.Malformed != 0 {
		t.Errorf("row: %+v", row)
	}
	if n := s.Packets(PacketQuery{Filter: packetsLike("Ping")}).Matches; n != 3 {
		t.Errorf("%d pings, want 3", n)
	}
	type call struct {
		G     uint64
		Depth int
		Name  protocol.Text
		End   CallEnd
	}
	var got, want []call
	for _, r := range s.Calls(CallQuery{Before: 100}).Rows {
		got = append(got, call{r.G, r.Depth, r.Name, r.End})
		if r.Duration <= 0 || r.Start.Year() < 2018 || r.Line == 0 || r.File == "" {
			t.Errorf("call %d: %+v", r.Seq, r)
		}
	}
	for range 3 {
		for g := range uint64(2) {
			want = append(want, call{g + 1, 0, "main.f0", EndReturn}, call{g + 1, 1, "main.f1", EndReturn},
				call{g + 1, 2, "main.f2", EndReturn})
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestLegacyWorker(t *testing.T) {
	capture, err := os.ReadFile("../protocol/testdata/legacy/worker-client.bin")
	if err != nil {
		t.Fatal(err)
	}
	row := replay(t, capture).Row(epoch)
	if row.App != "worker" || row.Events != 2400 || row.Calls != 1200 || row.Open != 0 || row.Orphans != 0 {
		t.Errorf("row: %+v", row)
	}
}

// While a capture of long ago is replayed, an open call has lasted since its packet came, not for years.
func TestLegacyOpenCall(t *testing.T) {
	s := New(Limits{}).Open(1, epoch, "")
	s.Hello(&protocol.ClientHelloPacket{ProtocolVersion: "1"}, protocol.Original)
	s.Packet(record(&protocol.RawFuncLogPacket{FuncLog: &protocol.RawFuncLog{
		Tag: protocol.TagFuncStart, Timestamp: 1e18, Frames: []uint64{1}, GID: 1, TxID: 1,
	}}))
	row, ok := s.Call(1, epoch.Add(time.Second))
	if !ok || row.Duration != time.Second || row.End != EndOpen || row.Start.UnixNano() != 1e18 {
		t.Errorf("got %+v, %v", row, ok)
	}
}
