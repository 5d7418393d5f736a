package remote

import (
	"errors"
	"io"
	"sync"
	"time"

	"goapptrace/ui"
)

// Why an outlet takes nothing any more.
var (
	errStalled = errors.New("the viewer's terminal has taken nothing for too long")
	errFull    = errors.New("more waits for the viewer's terminal than is kept")
	errClosed  = errors.New("the screen is closed")
)

// outletPiece is how much is handed to the connection at once, in bytes: most frames are smaller, and go in one piece. What is on its way to the
// viewer's machine are at most outletAhead bytes and a piece: a slow connection that takes as much within [Limits].Stall hasn't stalled.
const (
	outletPiece = 8 << 10
	outletAhead = 3 * outletPiece
)

// outlet takes what a screen writes, so that the screen never waits for a viewer's terminal, and hands it to the connection from a goroutine of its
// own. It tells the screen's account what is on its way, so that no frames are made that would only be in each other's way. When
// nothing has moved for too long, or too much waits, it drops the viewer.
type outlet struct {
	w       io.Writer
	confirm func() error // returns when the viewer's machine has got what was written before
	drop    func(error)  // makes w and confirm return at once, may be called more than once
	limits  Limits
	account *ui.Account
	pumps   sync.WaitGroup

	mu       sync.Mutex
	changed  sync.Cond // waiting, sent or err
	waiting  []byte
	sending  int
	sent     int // bytes that aren't confirmed
	err      error
	moved    time.Time // when something arrived last, or when there was nothing to move
	watchdog *time.Timer
}

// newOutlet returns an outlet to w, to be closed.
func newOutlet(w io.Writer, confirm func() error, drop func(error), limits Limits, account *ui.Account) *outlet {
	o := &outlet{w: w, confirm: confirm, drop: drop, limits: limits, account: account}
	o.changed.L = &o.mu
	o.pumps.Go(o.pump)
	o.pumps.Go(o.follow)
	return o
}

// Write implements [io.Writer]. It doesn't wait, and takes what the screen writes at once as a whole or not at all.
func (o *outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	if o.err == nil && len(o.waiting) > 0 && len(o.waiting)+len(p) > o.limits.Buffer {
		o.fail(errFull)
	}
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if o.still() {
		o.moves()
	}
	o.waiting = append(o.waiting, p...)
	o.account.Wrote(len(p))
	o.changed.Broadcast()
	return len(p), nil
}

// still says that nothing is on its way.
func (o *outlet) still() bool { return len(o.waiting)+o.sending+o.sent == 0 }

// moves gives what is on its way time again.
func (o *outlet) moves() {
	o.moved = time.Now()
	if o.watchdog == nil {
		o.watchdog = time.AfterFunc(o.limits.Stall, o.watch)
		return
	}
	o.watchdog.Reset(o.limits.Stall)
}

// watch drops a viewer for whom nothing has moved.
func (o *outlet) watch() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil && !o.still() && time.Since(o.moved) >= o.limits.Stall {
		o.fail(errStalled)
	}
}

// fail ends it all.
func (o *outlet) fail(err error) {
	if o.err != nil {
		return
	}
	o.err, o.waiting = err, nil
	if o.watchdog != nil {
		o.watchdog.Stop()
	}
	o.changed.Broadcast()
	if !errors.Is(err, errClosed) {
		o.pumps.Go(func() { o.drop(err) }) // which may want to write
	}
}

// pump hands on what waits.
func (o *outlet) pump() {
	o.mu.Lock()
	defer o.mu.Unlock()
	var taken []byte
	for {
		for o.err == nil && len(o.waiting) == 0 {
			o.changed.Wait()
		}
		if o.err != nil {
			return
		}
		taken, o.waiting = o.waiting, taken[:0]
		o.sending = len(taken)
		for rest := taken; len(rest) > 0; {
			for o.err == nil && o.sent > outletAhead {
				o.changed.Wait()
			}
			if o.err != nil {
				return
			}
			n := min(len(rest), outletPiece)
			o.mu.Unlock()
			_, err := o.w.Write(rest[:n])
			o.mu.Lock()
			if err != nil {
				o.fail(err)
				return
			}
			rest = rest[n:]
			o.sending, o.sent = o.sending-n, o.sent+n
			o.changed.Broadcast()
		}
		if cap(taken) > 16*outletPiece {
			taken = nil // the frame was uncommonly large
		}
	}
}

// follow finds out what has got to the viewer's machine.
func (o *outlet) follow() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		for o.err == nil && o.sent == 0 {
			o.changed.Wait()
		}
		if o.err != nil {
			return
		}
		n := o.sent
		o.mu.Unlock()
		err := o.confirm()
		o.mu.Lock()
		if err != nil {
			o.fail(err)
			return
		}
		o.sent -= n
		o.account.Took(n)
		o.moves()
		o.changed.Broadcast()
	}
}

// Close waits until what was written has got to the viewer's machine, until nothing moves any more or until patience is at its end, and ends the outlet. The
// error tells why it had ended before.
func (o *outlet) Close(patience time.Duration) error {
	over := time.AfterFunc(patience, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.fail(errStalled)
	})
	o.mu.Lock()
	for o.err == nil && !o.still() {
		o.changed.Wait()
	}
	over.Stop()
	o.fail(errClosed)
	err := o.err
	o.mu.Unlock()
	o.pumps.Wait()
	if errors.Is(err, errClosed) {
		return nil
	}
	return err
}
