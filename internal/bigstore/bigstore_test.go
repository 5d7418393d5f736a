package bigstore

import (
	"testing"
	"time"
)

// A small store of the same make holds what its size says.
func TestNew(t *testing.T) {
	size := Size{Calls: 1 << 17, Functions: 5000, Goroutines: 1000, Sessions: 10, Rate: 1_000_000}
	now := time.Now()
	st := New(size, now)
	row := st.Busy.Row(now)
	if row.Malformed > 0 || row.Orphans > 0 || row.Unkept > 0 || row.DetailsLost > 0 {
		t.Errorf("%d packets malformed, %d orphans, %d calls unkept, %d details lost", row.Malformed, row.Orphans, row.Unkept, row.DetailsLost)
	}
	if retained := int(row.Calls - row.RetainedOut); retained < size.Calls || retained > size.Calls+8192 {
		t.Errorf("%d calls are retained, want %d or some more", retained, size.Calls)
	}
	if row.Functions != size.Functions || row.Goroutines != size.Goroutines {
		t.Errorf("%d functions, %d goroutines", row.Functions, row.Goroutines)
	}
	if n := len(st.Sessions(now)); n != size.Sessions {
		t.Errorf("%d sessions", n)
	}
	stop := st.Feed()
	for began := row.Calls; st.Busy.Row(now).Calls == began; {
		time.Sleep(time.Millisecond)
	}
	if stop() == 0 {
		t.Error("events arrived, and none were counted")
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(Named, time.Now())
	}
}
