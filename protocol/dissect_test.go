package protocol

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// Every byte of a frame that we send belongs to a part, and no two leaves share one.
func TestDissectCoversFrames(t *testing.T) {
	for _, p := range samples() {
		t.Run(p.PacketType().String(), func(t *testing.T) {
			d := Dissect(mustFrame(t, p))
			if d.Err != nil || !reflect.DeepEqual(d.Packet, p) {
				t.Fatalf("packet %+v, error %v", d.Packet, d.Err)
			}
			checkDissection(t, d)
			end := int32(0)
			for i := range d.Parts {
				if part := &d.Parts[i]; part.Depth == 0 && part.Kind != PartRows {
					if at := part.whole(); at.From != end {
						t.Errorf("%s begins at %d, want %d", part.Name, at.From, end)
					}
					end = part.At.End()
				}
			}
			if int(end) != len(d.Frame) {
				t.Errorf("the parts end at %d of %d", end, len(d.Frame))
			}
		})
	}
}

// checkDissection looks at what must hold whatever the frame was.
func checkDissection(t testing.TB, d *Dissection) {
	t.Helper()
	taken := make([]bool, len(d.Frame))
	for i := range d.Parts {
		stretches, lead, exact := d.Where(i)
		if len(stretches) == 0 {
			t.Fatalf("part %d, %+v, is nowhere", i, d.Parts[i])
		}
		for _, s := range stretches {
			if s.From < 0 || s.Len < 0 || int(s.End()) > len(d.Frame) || lead < 0 || lead > stretches[0].Len {
				t.Fatalf("part %d, %+v, lies at %+v, lead %d, of %d bytes", i, d.Parts[i], s, lead, len(d.Frame))
			}
		}
		if parent := d.Parent(i); parent >= 0 && exact && d.Parts[i].Kind != PartRow {
			if around := d.Parts[parent].whole(); stretches[0].From < around.From || stretches[0].End() > around.End() {
				t.Fatalf("part %d, %+v, is not within %+v", i, d.Parts[i], d.Parts[parent])
			}
		}
		if !exact || d.Next(i) != i+1 || d.Parts[i].Kind >= PartAbsent {
			continue
		}
		for at := stretches[0].From; at < stretches[0].End(); at++ {
			if taken[at] {
				t.Fatalf("part %d, %+v, shares byte %d", i, d.Parts[i], at)
			}
			taken[at] = true
		}
	}
}

// part is the index of the part that a path of names leads to; "#3" is an element or a row.
func (d *Dissection) part(t testing.TB, path ...string) int {
	t.Helper()
	at, end := -1, len(d.Parts)
	for depth, name := range path {
		found := -1
		for i := at + 1; i < end; i++ {
			p := &d.Parts[i]
			if int(p.Depth) == depth && (string(p.Name) == name || strings.TrimPrefix(name, "#") == strconv.Itoa(int(p.Index))) {
				found = i
				break
			}
		}
		if found < 0 {
			t.Fatalf("no part %q of %v", name, path)
		}
		at, end = found, d.Next(found)
	}
	return at
}

// What stands at a part's bytes is what changes when these do.
func TestDissectFindsFields(t *testing.T) {
	for _, test := range []struct {
		sample int
		path   []string
		old    string // content of the part
		get    func(Packet) any
		want   any // after the last byte is raised by two: an int grows by one
	}{
		{0, []string{"ClientHello", "AppName"}, "shop", func(p Packet) any { return p.(*ClientHelloPacket).AppName }, Text("shor")},
		{0, []string{"ClientHello", "Epoch"}, "\x06", func(p Packet) any { return p.(*ClientHelloPacket).Epoch }, int64(4)},
		{2, []string{"Log", "Keys", "#0"}, "k", func(p Packet) any { return p.(*LogPacket).Keys[0] }, Text("m")},
		{7, []string{"Symbol", "Symbols", "Funcs", "#0", "Entry"}, "\xfe\x10\x00", func(p Packet) any { return p.(*SymbolPacket).Symbols.Funcs[0].Entry }, uintptr(0x1002)},
		{8, []string{"RawFuncLog", "FuncLog", "Frames", "#1"}, "\x01", func(p Packet) any { return p.(*RawFuncLogPacket).FuncLog.Frames[1] }, uint64(3)},
		{9, []string{"FuncLogBatch", "LostEvents", "#0"}, "\x11", func(p Packet) any { return p.(*FuncLogBatchPacket).LostEvents[0] }, uint64(19)},
		{13, []string{"Details", "Kinds"}, "\x03", func(p Packet) any { return p.(*DetailsPacket).Kinds[0] }, byte(5)},
	} {
		frame := mustFrame(t, samples()[test.sample])
		d := Dissect(frame)
		p := d.Parts[d.part(t, test.path...)]
		if got := string(frame[p.At.From:p.At.End()]); got != test.old {
			t.Errorf("%v is %q, want %q", test.path, got, test.old)
			continue
		}
		frame[p.At.End()-1] += 2
		changed, err := DecodeFrame(frame)
		if err != nil {
			t.Errorf("%v: %v", test.path, err)
		} else if got := test.get(changed); got != test.want {
			t.Errorf("%v: the changed byte made it %v, want %v", test.path, got, test.want)
		}
	}
}

func TestDissectFindsEvents(t *testing.T) {
	events := someEvents()
	d := Dissect(mustFrame(t, samples()[9]))
	if len(events) < 3 || !reflect.DeepEqual(d.Events, events) {
		t.Fatalf("events %+v, want %+v", d.Events, events)
	}
	last := events[0].Time
	var g int64
	for i, e := range events {
		part := d.part(t, "events") + 1 + i
		if part != d.EventPart(i) || d.PartAt(int(d.places[i].tag)) != part || d.PartAt(int(d.places[i].time)) != part {
			t.Errorf("event %d is part %d and at %d", i, part, d.EventPart(i))
		}
		at, _, exact := d.Where(part)
		if !exact || len(at) != 3 {
			t.Fatalf("event %d lies at %v", i, at)
		}
		column := func(s Stretch) (values []uint64) {
			for b := d.Frame[s.From:s.End()]; len(b) > 0; {
				u, n := binary.Uvarint(b)
				values, b = append(values, u), b[n:]
			}
			return values
		}
		tag, time, run := column(at[0]), column(at[1]), column(at[2])
		if i == 0 || at[2] != d.places[i-1].stretches()[2] {
			g += unzigzag(run[1])
		}
		if len(tag)+len(time) != 2 || tag[0] != e.Func<<kindBits|uint64(e.Kind) || last+unzigzag(time[0]) != e.Time || uint64(g) != e.G {
			t.Errorf("event %+v is made of %v, %v, %v", e, tag, time, run)
		}
		last = e.Time
	}
}

func TestDissectRows(t *testing.T) {
	d := Dissect(mustFrame(t, samples()[13]))
	row := d.part(t, "details", "#0")
	at, _, exact := d.Where(row)
	var got [][]byte
	for _, s := range at {
		got = append(got, d.Frame[s.From:s.End()])
	}
	want := [][]byte{{17}, {10}, {DetailError}, []byte("\x0dno such order")}
	if !exact || !reflect.DeepEqual(got, want) {
		t.Errorf("a detail is %q, want %q", got, want)
	}
	group := d.Parent(row)
	if at, _, exact := d.Where(group); !exact || len(at) != 4 || at[3] != d.Parts[d.part(t, "Details", "Texts")].whole() {
		t.Errorf("all details lie at %v, exact %v", at, exact)
	}
}

// A field that wasn't sent lies nowhere: the part around it stands for it.
func TestDissectAbsentFields(t *testing.T) {
	d := Dissect(mustFrame(t, &StartTraceCmdPacket{FuncID: 5}))
	absent := d.part(t, "StartTraceCmd", "Pattern")
	at, _, exact := d.Where(absent)
	if d.Parts[absent].Kind != PartAbsent || exact || at[0] != d.Parts[d.packet].whole() {
		t.Errorf("%+v lies at %v, exact %v", d.Parts[absent], at, exact)
	}
	if got := d.PartAt(int(d.Parts[d.part(t, "StartTraceCmd", "FuncID")].At.From)); got != d.part(t, "StartTraceCmd", "FuncID") {
		t.Errorf("its byte belongs to %+v", d.Parts[got])
	}
}

// Two fields of one name may be meant to deceive: then rows don't say where they lie.
func TestDissectTrustsNoTwin(t *testing.T) {
	const packet, list = 65, 66
	frame := typedFrame(TypeDetails, structDef(packet, list, "Gs", "Gs"), sliceDef(list, gobUintID), gobValue(packet, 1, 1, 5, 1, 1, 6, 0))
	d := Dissect(frame)
	if d.Packet == nil {
		t.Fatal(d.Err)
	}
	checkDissection(t, d)
	for i := range d.Parts {
		if d.Parts[i].Kind == PartRow {
			t.Errorf("row at %+v", d.Parts[i])
		}
	}
}

func TestDissectHostileFrames(t *testing.T) {
	for name, test := range hostile() {
		t.Run(name, func(t *testing.T) {
			d := Dissect(test.frame)
			if d.Err == nil || d.Packet != nil {
				t.Errorf("a packet: %+v", d.Packet)
			}
			checkDissection(t, d)
		})
	}
	many := emptySymbols(maxElements)
	var d *Dissection
	if got := allocated(func() { d = Dissect(many) }); got > 64<<20 || d.Err != nil {
		t.Errorf("%d bytes allocate %d, error %v", len(many), got, d.Err)
	}
	checkDissection(t, d)
	if len(d.Parts) > maxParts+16 {
		t.Errorf("%d parts", len(d.Parts))
	}
}

func FuzzDissect(f *testing.F) {
	for _, p := range samples() {
		frame := mustFrame(f, p)
		f.Add(frame)
		f.Add(frame[:len(frame)-3])
	}
	for _, test := range hostile() {
		if len(test.frame) < 1<<16 {
			f.Add(test.frame)
		}
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		if len(frame) >= lengthSize { // most changes of the length would end in the same place
			frame = bytes.Clone(frame)
			binary.BigEndian.PutUint32(frame, uint32(len(frame)-lengthSize))
		}
		d := Dissect(frame)
		if p, err := DecodeFrame(frame); (err == nil) != (d.Packet != nil) {
			t.Errorf("decodes to %+v, %v; dissects to %+v, %v", p, err, d.Packet, d.Err)
		}
		checkDissection(t, d)
		for at := range frame {
			if i := d.PartAt(at); i >= len(d.Parts) || i < 0 {
				t.Fatalf("byte %d is in part %d", at, i)
			}
		}
	})
}

func BenchmarkDissect(b *testing.B) {
	var batch BatchBuilder
	for i := range uint64(4096) {
		batch.Add(Event{Time: int64(i) * 800, Func: i % 50, G: 17 + i/100, Kind: EventKind(i % 2)})
	}
	frame := mustFrame(b, batch.Packet(1, 1e7))
	b.ReportAllocs()
	for b.Loop() {
		Dissect(frame)
	}
}
