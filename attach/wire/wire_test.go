package wire

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goapptrace/model"
	"goapptrace/protocol"
	"goapptrace/query"
)

type inner struct {
	Name protocol.Text
	N    int32
}

type sample struct {
	Flag    bool
	Text    string
	Small   uint8
	Large   int64
	Share   float64
	At      time.Time
	Bytes   []byte
	List    []inner
	Fixed   [3]uint32
	Maybe   *inner
	Nothing *inner
	Folds   model.FoldSet
}

func full() sample {
	s := sample{
		Flag: true, Text: "a\x00\xff", Small: 255, Large: math.MinInt64, Share: -0.5, At: time.Unix(0, 1_700_000_000_123_456_789),
		Bytes: []byte{}, List: []inner{{"x", -1}, {}}, Fixed: [3]uint32{1, 2, math.MaxUint32}, Maybe: &inner{"y", 7},
	}
	s.Folds.All(true)
	s.Folds.Set(7, false)
	return s
}

// What is written is read back as it was, and has the same bytes again.
func TestThereAndBack(t *testing.T) {
	for name, want := range map[string]sample{"full": full(), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			var got sample
			b := Append(nil, want)
			if err := new(Decoder).Decode(b, &got); err != nil {
				t.Fatal(err)
			}
			if again := Append(nil, got); string(again) != string(b) {
				t.Errorf("% x became % x", b, again)
			}
			if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b model.FoldSet) bool { return a.Has(7) == b.Has(7) && a.Has(8) == b.Has(8) })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFilter(t *testing.T) {
	f, err := query.Compile("dur > 1ms", query.Calls)
	if err != nil {
		t.Fatal(err)
	}
	var got model.CallQuery
	if err := new(Decoder).Decode(Append(nil, model.CallQuery{Filter: f}), &got); err != nil {
		t.Fatal(err)
	}
	if got.Filter.String() != "dur > 1ms" || got.Filter.Kind() != query.Calls {
		t.Errorf("the filter became %q of %v", got.Filter, got.Filter.Kind())
	}
	bad := Append(nil, model.CallQuery{Filter: f})
	for i := range bad {
		if bad[i] == '>' {
			bad[i] = '('
		}
	}
	if err := new(Decoder).Decode(bad, &got); err == nil {
		t.Error("a filter that makes no sense is taken")
	}
}

// Quantiles are those of the histogram that was written.
func TestHistogram(t *testing.T) {
	var h, got model.Histogram
	for i := range int64(200_000) {
		h.Add(i * i % 1_000_003)
	}
	for range 70_000 { // more than a bucket counts by itself
		h.Add(17)
	}
	if err := new(Decoder).Decode(Append(nil, h), &got); err != nil {
		t.Fatal(err)
	}
	for _, share := range []float64{0.01, 0.5, 0.9, 0.99} {
		if a, b := h.Quantile(share, 1_000_003), got.Quantile(share, 1_000_003); a != b {
			t.Errorf("quantile %v is %d, and was %d", share, b, a)
		}
	}
	if h.Count() != got.Count() {
		t.Errorf("%d durations, and there were %d", got.Count(), h.Count())
	}
}

// A length that is a lie makes no room.
func TestLies(t *testing.T) {
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3}
	for _, into := range []any{new([]inner), new([]byte), new(string), new([]float64), new([]time.Time), new([]uint64)} {
		if err := new(Decoder).Decode(huge, into); err == nil {
			t.Errorf("%T is taken", into)
		}
	}
	if err := new(Decoder).Decode([]byte{1, 2, 3}, new(bool)); err == nil {
		t.Error("what follows a value is taken")
	}
	if err := new(Decoder).Decode([]byte{0xff, 0x03}, new(uint8)); err == nil {
		t.Error("a number that is too large is taken")
	}
}

func TestShape(t *testing.T) {
	shape := func(v any) uint64 {
		t.Helper()
		n, err := Shape(reflect.TypeOf(v))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if shape(struct{ A, B int }{}) == shape(struct{ A, C int }{}) || shape([]int{}) == shape([]uint{}) {
		t.Error("types that differ have the same shape")
	}
	type loop struct{ Next []loop }
	for _, v := range []any{struct{ a int }{}, map[int]int{}, func() {}, loop{}, model.SpawnTree{}} {
		if _, err := Shape(reflect.TypeOf(v)); err == nil {
			t.Errorf("%T has a shape", v)
		}
	}
}

// Whatever comes is refused, or is what it says that it is.
func FuzzDecode(f *testing.F) {
	f.Add(Append(nil, full()))
	f.Add(Append(nil, sample{}))
	f.Fuzz(func(t *testing.T, b []byte) {
		var v, again sample
		if new(Decoder).Decode(b, &v) != nil {
			return
		}
		if err := new(Decoder).Decode(Append(nil, v), &again); err != nil {
			t.Errorf("% x was read, and isn't any more: %v", b, err)
		}
	})
}
