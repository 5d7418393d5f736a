package protocol

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"io"
	"runtime"
	"testing"
)

func TestReadFrameJudgesTheLengthFirst(t *testing.T) {
	for name, test := range map[string]struct {
		in    []byte
		limit int
		want  error
	}{
		"nothing":           {nil, MaxFrame, io.EOF},
		"half a length":     {[]byte{0, 0}, MaxFrame, io.ErrUnexpectedEOF},
		"too short":         {[]byte{0, 0, 0, 3, 1, 2, 3}, MaxFrame, ErrFrame},
		"HTTP":              {[]byte("GET / HTTP/1.1\r\n\r\n"), MaxHelloFrame, ErrFrame},
		"just over":         {binary.BigEndian.AppendUint32(nil, MaxHelloFrame-lengthSize+1), MaxHelloFrame, ErrFrame},
		"all that it could": {binary.BigEndian.AppendUint32(nil, MaxFrame-lengthSize), MaxFrame, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadFrame(bytes.NewReader(test.in), test.limit); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestReadFrameAllocatesWhatComes(t *testing.T) {
	lie := binary.BigEndian.AppendUint32(nil, MaxFrame-lengthSize)
	if got := allocated(func() { _, _ = ReadFrame(bytes.NewReader(lie), MaxFrame) }); got > 4*readStep {
		t.Errorf("a length alone allocates %d bytes", got)
	}
}

func TestPacketLength(t *testing.T) {
	encode := func(length int64) []byte {
		var body bytes.Buffer
		enc := gob.NewEncoder(&body)
		if err := errors.Join(enc.Encode(HeaderPacket{TypePing, length}), enc.Encode(PingPacket{})); err != nil {
			t.Fatal(err)
		}
		return append(binary.BigEndian.AppendUint32(nil, uint32(body.Len())), body.Bytes()...)
	}
	if _, err := DecodeFrame(encode(0)); err != nil {
		t.Errorf("a header without length: %v", err)
	}
	if _, err := DecodeFrame(encode(5)); !errors.Is(err, ErrFrame) {
		t.Errorf("a header with a wrong length: %v", err)
	}
	header, err := DecodeHeader(mustFrame(t, &PingPacket{}))
	if err != nil || header.PacketLength == 0 {
		t.Errorf("our own header is %+v, %v", header, err)
	}
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func FuzzDecodeFrame(f *testing.F) {
	for _, p := range samples() {
		f.Add(mustFrame(f, p))
	}
	for _, attack := range hostile() {
		if len(attack.frame) < 1<<10 {
			f.Add(attack.frame)
		}
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		var p Packet
		var err error
		if got := allocated(func() { p, err = DecodeFrame(frame) }); got > 1<<20+64*uint64(len(frame)) {
			t.Fatalf("%d bytes allocate %d", len(frame), got)
		}
		if err != nil {
			if !errors.Is(err, ErrFrame) {
				t.Fatalf("error %v isn't an ErrFrame", err)
			}
			return
		}
		if again, err := AppendFrame(nil, p); err == nil {
			if _, err := DecodeFrame(again); err != nil {
				t.Fatalf("decoded, encoded again, not decoded: %v", err)
			}
		}
		if batch, ok := p.(*FuncLogBatchPacket); ok {
			for _, err := range batch.Events() {
				if err != nil && !errors.Is(err, ErrBatch) {
					t.Fatalf("error %v isn't an ErrBatch", err)
				}
			}
		}
	})
}

func FuzzReadFrame(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	for _, p := range samples() {
		f.Add(mustFrame(f, p))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		for r := bytes.NewReader(stream); ; {
			frame, err := ReadFrame(r, MaxHelloFrame)
			if err != nil {
				return
			}
			if len(frame) > MaxHelloFrame {
				t.Fatalf("a frame of %d bytes", len(frame))
			}
		}
	})
}

func BenchmarkFrame(b *testing.B) {
	for _, p := range samples() {
		frame := mustFrame(b, p)
		b.Run("encode/"+p.PacketType().String(), func(b *testing.B) {
			var buf []byte
			for b.Loop() {
				buf, _ = AppendFrame(buf[:0], p)
			}
		})
		b.Run("decode/"+p.PacketType().String(), func(b *testing.B) {
			for b.Loop() {
				_, _ = DecodeFrame(frame)
			}
		})
	}
}
