package remote

import (
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// endless is a keyboard on which something lies.
type endless struct{}

// Read implements [io.Reader].
func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestNobodyTypesWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newInput(endless{}, time.Hour, func() {})
		defer i.stop()
		began := time.Now()
		if _, err := io.CopyN(io.Discard, i, typedAtOnce); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("what may be typed at once takes %v", took)
		}
		if _, err := io.CopyN(io.Discard, i, 60*typedRate); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 59*time.Second || took > 61*time.Second {
			t.Errorf("what may be typed in a minute takes %v", took)
		}
	})
}

func TestASleeperIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asleep atomic.Bool
		i := newInput(endless{}, time.Minute, func() { asleep.Store(true) })
		for range 3 {
			time.Sleep(50 * time.Second)
			if _, err := i.Read(make([]byte, 1)); err != nil || asleep.Load() {
				t.Fatalf("who types is taken for asleep: %v", err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if !asleep.Load() {
			t.Error("nobody notices who sleeps")
		}
	})
}
