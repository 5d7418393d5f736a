package model

import (
	"math/rand/v2"
	"testing"
)

// A table of origins is compared with a map.
func TestOriginTable(t *testing.T) {
	table, want := newOriginTable(), map[uint64]int64{}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range int64(20_000) {
		g := random.Uint64N(5000)
		if o := table.get(g); o != nil {
			o.first, want[g] = i, i
		} else {
			table.add(origin{g: g, first: i})
			want[g] = i
		}
		for drop := i / 1000 % 3; drop > 0 && table.all.n > 1; drop-- {
			o := table.drop()
			if want[o.g] != o.first {
				t.Fatalf("goroutine %d was dropped with %d instead of %d", o.g, o.first, want[o.g])
			}
			if random.IntN(3) == 0 {
				table.add(o)
				continue
			}
			delete(want, o.g)
		}
		if i%500 != 0 {
			continue
		}
		if table.all.n != len(want) || table.chains.n > 5000 {
			t.Fatalf("%d goroutines in %d chains instead of %d", table.all.n, table.chains.n, len(want))
		}
		for g := range uint64(5000) {
			first, ok := want[g]
			if o := table.get(g); (o != nil) != ok || ok && o.first != first {
				t.Fatalf("goroutine %d is %v instead of %d, %v", g, o, first, ok)
			}
		}
	}
}
