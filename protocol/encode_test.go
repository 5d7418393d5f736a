package protocol

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"sync"
	"testing"
)

// A frame has to be what a fresh encoder makes, whatever was encoded before it.
func TestFramesStandAlone(t *testing.T) {
	want := map[PacketType][]byte{}
	for _, p := range samples() {
		want[p.PacketType()] = freshFrame(t, p)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 3 {
				for _, p := range samples() {
					if got, err := AppendFrame([]byte("x"), p); err != nil || !bytes.Equal(got[1:], want[p.PacketType()]) {
						t.Errorf("%v: error %v, frame\n% x, want\n% x", p.PacketType(), err, got, want[p.PacketType()])
					}
				}
			}
		})
	}
	all.Wait()
}

func freshFrame(t *testing.T, p Packet) []byte {
	t.Helper()
	var body bytes.Buffer
	length := 0
	for range 2 {
		body.Reset()
		enc := gob.NewEncoder(&body)
		if err := enc.Encode(HeaderPacket{p.PacketType(), int64(length)}); err != nil {
			t.Fatal(err)
		}
		header := body.Len()
		if err := enc.Encode(p); err != nil {
			t.Fatal(err)
		}
		length = body.Len() - header
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(body.Len())), body.Bytes()...)
}

func TestAppendFrameRecoversFromErrors(t *testing.T) {
	bad := &SymbolPacket{Symbols: &Symbols{Funcs: []*FuncSymbol{nil}}}
	large := &LogPacket{Message: Text(make([]byte, MaxFrame))}
	for range 3 {
		for _, p := range []Packet{bad, large} {
			if got, err := AppendFrame([]byte("x"), p); err == nil || string(got) != "x" {
				t.Errorf("%v: %d bytes, error %v", p.PacketType(), len(got), err)
			}
		}
		for _, p := range samples() {
			if _, err := DecodeFrame(mustFrame(t, p)); err != nil {
				t.Errorf("%v after an error: %v", p.PacketType(), err)
			}
		}
	}
}

func TestEncodingLeavesNoGarbage(t *testing.T) {
	var b BatchBuilder
	for _, e := range typicalEvents(8192) {
		b.Add(e)
	}
	p := b.Packet(1, 0)
	var e Encoder
	frame, err := e.AppendFrame(nil, p)
	if err != nil {
		t.Fatal(err)
	}
	if got := allocated(func() { frame, _ = e.AppendFrame(frame[:0], p) }); got > uint64(len(frame))/4 {
		t.Errorf("a frame of %d bytes allocates %d", len(frame), got)
	}
}
