package protocol

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"strings"
	"testing"
)

// list is a recursive type, maps and friends what gob should never see.
type (
	list     struct{ Next *list }
	matrix   struct{ Rows [][]string }
	mapped   struct{ M map[string]int }
	arrayed  struct{ A [4]int }
	open     struct{ V any }
	deep1    struct{ V []deep2 }
	deep2    struct{ V []deep3 }
	deep3    struct{ V []deep4 }
	deep4    struct{ V []deep5 }
	deep5    struct{ V []int }
	harmless struct {
		A int
		B string
	}
)

func TestScanGobRefusesTypes(t *testing.T) {
	gob.Register(harmless{})
	for name, test := range map[string]struct {
		value any
		want  string // part of the error; empty for none
	}{
		"struct":    {&harmless{A: 1}, ""},
		"slices":    {&matrix{[][]string{{"a"}}}, ""},
		"recursive": {&list{&list{}}, "recursive"},
		"map":       {&mapped{map[string]int{"a": 1}}, "other than a struct or a slice"},
		"array":     {&arrayed{}, "other than a struct or a slice"},
		"interface": {&open{harmless{A: 1}}, "interface"},
		"deep":      {&deep1{[]deep2{{[]deep3{{[]deep4{{[]deep5{{[]int{1}}}}}}}}}}, "nest deeper"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scanGob(gobBody(t, HeaderPacket{PacketType: TypePing}, test.value))
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v, want one about %q", err, test.want)
			}
		})
	}
}

func TestScanGobCountsValues(t *testing.T) {
	one := gobBody(t, HeaderPacket{PacketType: TypePing})
	if _, err := scanGob(one); err == nil {
		t.Error("a header alone passes")
	}
	three := gobBody(t, HeaderPacket{PacketType: TypePing}, PingPacket{}, PingPacket{})
	if _, err := scanGob(three); err == nil {
		t.Error("three values pass")
	}
}

// A few bytes of map type, claimed to be huge, are what makes gob itself allocate gigabytes.
func TestHostileMapCostsNothing(t *testing.T) {
	body := gobBody(t, HeaderPacket{PacketType: TypeClientHello}, &mapped{map[string]int{"a": 1}})
	at := bytes.LastIndex(body, []byte{1, 1, 'a'})
	body = append(body[:at:at], 0xfc, 0x7f, 0xff, 0xff, 0xff)
	frame := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
	if got := allocated(func() { _, _ = DecodeFrame(frame) }); got > 1<<20 {
		t.Errorf("%d bytes allocate %d", len(frame), got)
	}
}

// Type definitions that refer to each other in every way must not take exponential time.
func TestScanGobIsLinearInTypes(t *testing.T) {
	types := gobTypes{}
	for id := int64(64); id < 64+maxTypeDefinitions; id++ {
		parts := []gobPart{{id: gobBool}}
		for part := id + 1; part < 64+maxTypeDefinitions; part++ {
			for range maxStructFields {
				parts = append(parts, gobPart{id: part})
			}
		}
		types[id] = gobType{parts: parts}
	}
	if err := types.check(64); err == nil {
		t.Error("types that nest 16 deep pass")
	}
}

func gobBody(t *testing.T, values ...any) []byte {
	t.Helper()
	var body bytes.Buffer
	enc := gob.NewEncoder(&body)
	for _, v := range values {
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	return body.Bytes()
}
