package store

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestDBKeepsRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := Open(NewDisk(1))
		if err := Fill(db, 3, 1); err != nil {
			t.Fatal(err)
		}
		want := []string{"product/0001", "product/0002", "product/0003"}
		if keys := db.Keys("product/"); !slices.Equal(keys, want) {
			t.Errorf("keys %q, want %q", keys, want)
		}
		var p Product
		if err := db.Load(ProductKey(2), &p); err != nil || p.ID != 2 || p.Name == "" || p.Price == 0 {
			t.Errorf("product 2 is %+v, %v", p, err)
		}
		if err := db.Load(ProductKey(4), &p); !errors.Is(err, ErrNotFound) {
			t.Errorf("a missing row gives %v", err)
		}
		if err := db.Save("x", func() {}); err == nil {
			t.Error("a function was saved")
		}
	})
}

func TestFillFollowsFromSeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := func(seed uint64) (p Product) {
			db := Open(NewDisk(seed))
			if err := errors.Join(Fill(db, 1, seed), db.Load(ProductKey(1), &p)); err != nil {
				t.Fatal(err)
			}
			return p
		}
		one, again, two := first(1), first(1), first(2)
		if one != again || one == two {
			t.Errorf("seeds 1, 1 and 2 give %+v, %+v and %+v", one, again, two)
		}
	})
}

func TestCacheLoadsOnceUntilItExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loads := 0
		load := func(key int) (string, error) { loads++; return "value", nil }
		c := NewCache[int, string](time.Minute)
		get := func(want int) {
			t.Helper()
			if v, err := c.Get(1, load); v != "value" || err != nil || loads != want {
				t.Errorf("Get gives %q, %v after %d loads, want %d", v, err, loads, want)
			}
		}
		get(1)
		get(1)
		time.Sleep(2 * time.Minute)
		get(2)
		if n := c.Sweep(); n != 0 {
			t.Errorf("%d fresh entries swept", n)
		}
		time.Sleep(2 * time.Minute)
		if n := c.Sweep(); n != 1 {
			t.Errorf("%d stale entries swept, want 1", n)
		}
		if hits, misses := c.Counts(); hits != 1 || misses != 2 {
			t.Errorf("%d hits, %d misses, want 1 and 2", hits, misses)
		}
	})
}

func TestCacheForgetsErrors(t *testing.T) {
	c := NewCache[int, string](time.Minute)
	broken := errors.New("broken")
	if _, err := c.Get(1, func(int) (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if v, err := c.Get(1, func(int) (string, error) { return "mended", nil }); v != "mended" || err != nil {
		t.Errorf("after an error Get gives %q, %v", v, err)
	}
}
