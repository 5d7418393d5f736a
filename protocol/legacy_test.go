package protocol

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a client and a server of the first implementation put on the wire. The same bytes are replayed over a
// real connection in package session, and into package model.
func TestOriginalCaptures(t *testing.T) {
	for name, want := range map[string]map[PacketType]int{
		"small":  {TypeClientHello: 1, TypeSymbol: 1, TypeRawFuncLog: 36, TypePing: 3, TypeShutdown: 1},
		"worker": {TypeClientHello: 1, TypeSymbol: 1, TypeRawFuncLog: 2400, TypeShutdown: 1},
	} {
		t.Run(name, func(t *testing.T) {
			packets := decodeAll(t, capture(t, name+"-client.bin"))
			got := map[PacketType]int{}
			for _, p := range packets {
				got[p.PacketType()]++
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("packets by type (-want +got):\n%s", diff)
			}
			answer := ServerEnd{SessionID: 9}.Negotiate(mustFrame(t, packets[0]), nil, 0)
			original := decodeAll(t, capture(t, name+"-server.bin"))
			if diff := cmp.Diff(original, []Packet{answer.Reply}); diff != "" {
				t.Errorf("our answer differs from the original's (-original +ours):\n%s", diff)
			}
		})
	}
}

func capture(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "legacy", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decodeAll(t *testing.T, stream []byte) (packets []Packet) {
	t.Helper()
	for r := bytes.NewReader(stream); ; {
		frame, err := ReadFrame(r, MaxFrame)
		if errors.Is(err, io.EOF) {
			return packets
		}
		if err != nil {
			t.Fatal(err)
		}
		p, err := DecodeFrame(frame)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, p)
	}
}
