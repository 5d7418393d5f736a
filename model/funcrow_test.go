package model

import "testing"

func TestFunction(t *testing.T) {
	s := open(t, Limits{}, 3)
	feed(s, script("+2", "-2")...)
	want := s.Functions(FuncQuery{Filter: functionsLike("f2"), Limit: 1, Now: epoch}).Rows[0]
	if got, ok := s.Function(2, epoch); !ok || got != want {
		t.Errorf("function 2 is %+v (%v), want %+v", got, ok, want)
	}
	for _, id := range []uint64{0, 4, denseIDs + 1} {
		if row, ok := s.Function(id, epoch); ok {
			t.Errorf("function %d, which nobody named, is %+v", id, row)
		}
	}
	if n := s.Row(epoch).Functions; n != 3 {
		t.Errorf("asking made %d functions of 3", n)
	}
}
