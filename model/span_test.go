package model

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)) }
	s := Span{at(10), at(20)}
	for ms, want := range map[int]bool{9: false, 10: true, 19: true, 20: false} {
		if s.Holds(at(ms)) != want {
			t.Errorf("holds %d: %v", ms, !want)
		}
	}
	for _, tt := range []struct {
		from, to int
		want     bool
	}{{0, 9, false}, {0, 10, false}, {0, 11, true}, {10, 10, true}, {12, 13, true}, {0, 30, true}, {19, 40, true}, {20, 40, false}} {
		if s.Meets(at(tt.from), at(tt.to)) != tt.want {
			t.Errorf("meets %d to %d: %v", tt.from, tt.to, !tt.want)
		}
	}
	if all := (Span{}); !all.All() || !all.Holds(at(5)) || !all.Meets(at(1), at(2)) || all.Length() != 0 || s.Length() != 10*time.Millisecond {
		t.Error("the zero span isn't all time")
	}
}
