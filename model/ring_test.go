package model

import "testing"

// A ring is compared with a list of all that ever was in it.
func TestRing(t *testing.T) {
	var r ring[int]
	oldest := 1
	for i := 1; i < 5000; i++ {
		if p := r.push(i); *p != i || p != r.at(uint64(i)) {
			t.Fatalf("item %d is not where it was put", i)
		}
		for drop := i % 7; drop > 2 && r.n > 0; drop-- {
			if v := r.drop(); v != oldest {
				t.Fatalf("%d was dropped instead of %d", v, oldest)
			}
			oldest++
		}
		if r.first() != uint64(oldest) || r.last != uint64(i) || r.n != i-oldest+1 {
			t.Fatalf("%d items from %d to %d instead of %d to %d", r.n, r.first(), r.last, oldest, i)
		}
		for seq := max(0, oldest-2); seq <= i+1; seq += 1 + i/10 {
			p := r.at(uint64(seq))
			if inside := seq >= oldest && seq <= i; inside != (p != nil) || inside && *p != seq {
				t.Fatalf("at %d of %d to %d there is %v", seq, oldest, i, p)
			}
		}
		if room := len(r.blocks) * ringBlock; room > r.n+2*ringBlock {
			t.Fatalf("room for %d items, with %d in it", room, r.n)
		}
	}
}
