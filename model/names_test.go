package model

import (
	"slices"
	"testing"
)

func TestFuncNames(t *testing.T) {
	s := open(t, Limits{}, 5)
	var names []string
	for from := 0; ; {
		page := s.FuncNames(from, 2)
		for _, f := range page {
			names = append(names, string(f.Name))
		}
		if from += len(page); len(page) < 2 {
			break
		}
	}
	if want := []string{"main.f1", "main.f2", "main.f3", "main.f4", "main.f5"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	if got := s.FuncNames(99, 2); len(got) != 0 {
		t.Errorf("beyond the last there are %v", got)
	}
}

func TestGoroutineNames(t *testing.T) {
	s := open(t, Limits{}, 2)
	feed(s, script("+1", "2:+2", "2:-2")...)
	got := s.GoroutineNames()
	slices.SortFunc(got, func(a, b GoroutineName) int { return int(a.ID) - int(b.ID) })
	if len(got) != 2 || got[0].Entry != "main.f1" || got[0].State != GoroutineLive || got[1].State == GoroutineLive {
		t.Errorf("got %+v", got)
	}
}
