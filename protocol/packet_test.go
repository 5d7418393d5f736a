package protocol

import (
	"bytes"
	"encoding/gob"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// samples holds a packet of every type with every field filled.
func samples() []Packet {
	var b BatchBuilder
	for _, e := range someEvents() {
		b.Add(e)
	}
	b.Lose(3, 17)
	return []Packet{
		&ClientHelloPacket{
			AppName: "shop", ClientSecret: "s3cret", ProtocolVersion: "1.1", PID: 4123, Host: "box", ExecPath: "/bin/shop",
			GoVersion: "go1.26", ModulePath: "example.com/shop", ModuleVersion: "v1.2.3", Revision: "abc", StartTime: 1, GOMAXPROCS: 2,
			Epoch: 3, WallClock: 4, MonoClock: 5,
		},
		&ServerHelloPacket{ProtocolVersion: "1.1", SessionID: 7, Refused: "secret: wrong secret"},
		&LogPacket{Time: 1, G: 2, Stream: "slog", Level: "INFO", Message: "hello", Keys: []Text{"k"}, Values: []Text{"v"}},
		&PingPacket{},
		&ShutdownPacket{Panic: "panic: out of order"},
		&StartTraceCmdPacket{FuncID: 1, ModuleName: "main", ID: 2, Pattern: "main.*", Mode: ModeCount},
		&StopTraceCmdPacket{FuncID: 1, ModuleName: "main", ID: 2, Pattern: "main.*"},
		&SymbolPacket{Symbols: &Symbols{
			Funcs:      []*FuncSymbol{{ID: 1, Name: "main.main", File: "/src/main.go", Entry: 0x1000}},
			FuncStatus: []*FuncStatus{{ID: 1, Func: 1, Line: 12, PC: 0x1005}},
		}},
		&RawFuncLogPacket{FuncLog: &RawFuncLog{ID: 1, Tag: TagFuncStart, Timestamp: 2, Frames: []uint64{2, 1}, GID: 1, TxID: 3}},
		b.Packet(9, 12345),
		&CountersPacket{
			Funcs: []uint64{1}, Calls: []uint64{2}, TotalNS: []uint64{3}, MaxNS: []uint64{4}, Modes: []byte{FuncCount},
			Emitted: 5, LostCauses: []Text{"ring full"}, LostEvents: []uint64{6},
			Unhooked: 7,
		},
		&AckPacket{ID: 2, Matched: 3, Error: "no such function"},
		&GoroutinesPacket{
			IDs: []uint64{17}, Parents: []uint64{1}, Sites: []uint64{1}, SiteIDs: []uint64{1},
			Entries: []Text{"main.work"}, Creators: []Text{"main.main"}, Files: []Text{"/src/main.go"}, Lines: []uint64{7},
		},
		&DetailsPacket{
			Gs: []uint64{17}, Starts: []int64{5}, Kinds: []byte{DetailError}, Texts: []Text{"no such order"}, Lost: 1,
		},
		&RestartPacket{},
	}
}

func TestSamplesCoverEveryType(t *testing.T) {
	for i, p := range samples() {
		if want := PacketType(i + 1); p.PacketType() != want {
			t.Errorf("sample %d is a %v, want %v", i, p.PacketType(), want)
		}
	}
	if len(samples()) != int(lastType) {
		t.Errorf("%d samples for %d types", len(samples()), lastType)
	}
}

func TestPacketsRoundTrip(t *testing.T) {
	for _, p := range samples() {
		t.Run(p.PacketType().String(), func(t *testing.T) {
			frame := mustFrame(t, p)
			read, err := ReadFrame(bytes.NewReader(frame), MaxFrame)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(read, frame) {
				t.Fatalf("read % x\nwant % x", read, frame)
			}
			got, err := DecodeFrame(read)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, got); diff != "" {
				t.Errorf("decoded differs (-sent +got):\n%s", diff)
			}
		})
	}
}

func TestEveryTruncationIsRefused(t *testing.T) {
	for _, p := range samples() {
		frame := mustFrame(t, p)
		for n := range frame {
			if _, err := ReadFrame(bytes.NewReader(frame[:n]), MaxFrame); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%v cut at %d: error %v", p.PacketType(), n, err)
			}
			if _, err := DecodeFrame(frame[:n]); err == nil {
				t.Fatalf("%v cut at %d decodes", p.PacketType(), n)
			}
		}
	}
}

func TestNamesOfTypes(t *testing.T) {
	for typ := PacketType(1); typ <= lastType; typ++ {
		if name := typ.String(); name == "" || strings.HasPrefix(name, "type ") {
			t.Errorf("type %d has no name", typ)
		}
	}
	if got := PacketType(99).String(); got != "type 99" {
		t.Errorf("an unknown type is called %q", got)
	}
	if _, err := New(99); err == nil {
		t.Error("a packet of unknown type can be made")
	}
}

func mustFrame(t testing.TB, p Packet) []byte {
	t.Helper()
	frame, err := AppendFrame(nil, p)
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

// Who knows no field of a Shutdown, as those of 1.0, takes one that has it.
func TestOlderPeersTakeAPanic(t *testing.T) {
	for _, p := range []*ShutdownPacket{{}, {Panic: "panic: out of order"}} {
		frame, err := AppendFrame(nil, p)
		if err != nil {
			t.Fatal(err)
		}
		d := gob.NewDecoder(bytes.NewReader(frame[lengthSize:]))
		var header struct{ PacketType PacketType }
		if err := d.Decode(&header); err != nil || header.PacketType != TypeShutdown {
			t.Errorf("header %+v, %v", header, err)
		}
		if err := d.Decode(new(struct{})); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
}
