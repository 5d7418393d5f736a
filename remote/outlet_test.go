package remote

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// fakeTerminal is a viewer's terminal. What it takes and when is up to the test.
type fakeTerminal struct {
	take    func()       // is called for each piece
	confirm func() error // nil when everything arrives at once

	mu      sync.Mutex
	got     bytes.Buffer
	dropped []error
	over    chan struct{} // closed when it is dropped
}

func newFakeTerminal() *fakeTerminal {
	return &fakeTerminal{take: func() {}, confirm: func() error { return nil }, over: make(chan struct{})}
}

// Write implements [io.Writer].
func (f *fakeTerminal) Write(p []byte) (int, error) {
	f.take()
	select {
	case <-f.over:
		return 0, errors.New("hung up")
	default:
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.got.Write(p)
}

func (f *fakeTerminal) drop(why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dropped = append(f.dropped, why)
	close(f.over)
}

// reasons are why it was dropped.
func (f *fakeTerminal) reasons() []error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dropped
}

func (f *fakeTerminal) outlet(limits Limits) *outlet {
	return newOutlet(f, func() error { return f.confirm() }, f.drop, limits, nil)
}

var outletLimits = Limits{Stall: 10 * time.Second, Buffer: 100_000}

// What is written arrives in order, also what is only on its way when the outlet is closed.
func TestOutlet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeTerminal()
		f.take = func() { time.Sleep(time.Second) }
		o := f.outlet(outletLimits)
		var want []byte
		for i := range 30 {
			frame := bytes.Repeat([]byte{byte('a' + i)}, 1000*i)
			if _, err := o.Write(frame); err != nil {
				t.Fatal(err)
			}
			want = append(want, frame...)
			time.Sleep(3 * time.Second)
		}
		if err := o.Close(time.Minute); err != nil {
			t.Error(err)
		}
		if !bytes.Equal(f.got.Bytes(), want) {
			t.Error("something else came than was written")
		}
		if _, err := o.Write([]byte("x")); err == nil {
			t.Error("a closed outlet takes bytes")
		}
	})
}

// A viewer is dropped when his terminal takes nothing, or nothing gets to his machine, for as long as the limit says and not before. The
// screen isn't held up.
func TestOutletStalled(t *testing.T) {
	for name, stall := range map[string]func(f *fakeTerminal){
		"takes nothing":   func(f *fakeTerminal) { f.take = func() { <-f.over } },
		"nothing arrives": func(f *fakeTerminal) { f.confirm = func() error { <-f.over; return errors.New("hung up") } },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeTerminal()
				o := f.outlet(outletLimits)
				time.Sleep(time.Hour) // with nothing to take
				stall(f)
				began := time.Now()
				for range 9 {
					if _, err := o.Write([]byte("frame")); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Second)
				}
				if took := time.Since(began); took > 9*time.Second {
					t.Errorf("writing took %v", took-9*time.Second)
				}
				if len(f.reasons()) > 0 {
					t.Fatal("dropped too soon")
				}
				time.Sleep(2 * time.Second)
				if why := f.reasons(); len(why) != 1 || !errors.Is(why[0], errStalled) {
					t.Errorf("dropped because of %v, want %v", why, errStalled)
				}
				if _, err := o.Write([]byte("frame")); !errors.Is(err, errStalled) {
					t.Errorf("writing fails with %v", err)
				}
				if err := o.Close(time.Minute); !errors.Is(err, errStalled) {
					t.Errorf("closing tells %v", err)
				}
			})
		})
	}
}

// A slow terminal that takes a piece now and then is not dropped.
func TestOutletSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeTerminal()
		f.take = func() { time.Sleep(9 * time.Second) }
		o := f.outlet(outletLimits)
		if _, err := o.Write(make([]byte, 10*outletPiece)); err != nil {
			t.Fatal(err)
		}
		if err := o.Close(time.Hour); err != nil || f.got.Len() != 10*outletPiece {
			t.Errorf("%d bytes came, %v", f.got.Len(), err)
		}
	})
}

// What waits for a terminal is bounded, but for one frame.
func TestOutletFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeTerminal()
		f.take = func() { <-f.over }
		o := f.outlet(outletLimits)
		frame := make([]byte, outletLimits.Buffer+1)
		for i := range 2 {
			if _, err := o.Write(frame); err != nil {
				t.Fatalf("frame %d: %v", i, err)
			}
			synctest.Wait() // the first one is being written now
		}
		if _, err := o.Write(frame[:1]); err == nil {
			t.Error("the outlet takes more than its limit")
		}
		synctest.Wait()
		if len(f.reasons()) != 1 {
			t.Errorf("dropped because of %v", f.reasons())
		}
		_ = o.Close(time.Minute)
	})
}

// Closing waits no longer than it is told to.
func TestOutletCloseStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeTerminal()
		f.take = func() { <-f.over }
		o := f.outlet(outletLimits)
		if _, err := o.Write([]byte("frame")); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := o.Close(2 * time.Second); err == nil {
			t.Error("what is on its way counts as arrived")
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("closing took %v", took)
		}
	})
}
