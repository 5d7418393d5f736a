package ui

import (
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// An account pays for bytes from what was saved, then frames of what arrives wait until nothing is owed, and answers don't.
func TestAccountBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := (&Budget{Bytes: 1000, Share: 1, Whole: 1}).Open()
		defer a.Close()
		write := func(n int) { n -= wireOverhead; a.Wrote(n); a.Took(n) }
		check := func(when string, frame, answer time.Duration) {
			t.Helper()
			if got := a.frame(false); got != frame {
				t.Errorf("%s: a frame waits for %v, want %v", when, got, frame)
			}
			if got := a.frame(true); got != answer {
				t.Errorf("%s: an answer waits for %v, want %v", when, got, answer)
			}
		}
		write(1000)
		check("what was saved is spent", 0, 0)
		write(500)
		check("half a second's bytes are owed", 500*time.Millisecond, 0)
		time.Sleep(200 * time.Millisecond)
		check("some of them are paid back", 300*time.Millisecond, 0)
		write(1 << 20)
		check("more is owed than is remembered", bytesOwed, 0)
		if got := a.answerInterval(); got != farInterval {
			t.Errorf("then answers are %v apart, want %v", got, farInterval)
		}
		time.Sleep(time.Hour)
		write(1000)
		check("what was saved in an hour is spent", 0, 0)
	})
}

// Frames of what arrives wait for a terminal that takes nothing, answers too when much waits for it.
func TestAccountHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := (&Budget{Bytes: 1 << 30, Share: 1, Whole: 1}).Open()
		defer a.Close()
		a.Wrote(100)
		if frame, answer := a.frame(false), a.frame(true); frame == 0 || answer != 0 {
			t.Errorf("with 100 bytes on their way a frame waits for %v, an answer for %v", frame, answer)
		}
		a.Wrote(answersHeld)
		if a.frame(true) == 0 {
			t.Error("an answer doesn't wait for a terminal that takes nothing")
		}
		a.Took(100 + answersHeld)
		if frame, answer := a.frame(false), a.frame(true); frame != 0 || answer != 0 {
			t.Errorf("with all taken a frame waits for %v, an answer for %v", frame, answer)
		}
	})
}

// Screens share what all of them may take of processors.
func TestAccountWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &Budget{Bytes: 1 << 30, Share: 0.5, Whole: 0.5}
		a, other := b.Open(), b.Open()
		spend := func(effort time.Duration) time.Duration {
			time.Sleep(time.Hour)
			a.worked(time.Duration(float64(workSaved) * b.share())) // what was saved
			if !a.mayWork() {
				t.Error("nothing may be worked out with what was saved")
			}
			a.worked(effort)
			if a.mayWork() {
				t.Error("something may be worked out with nothing left")
			}
			return a.frame(false)
		}
		if got := spend(100 * time.Millisecond); got != 400*time.Millisecond {
			t.Errorf("one of two screens waits for %v, want four times the effort", got)
		}
		other.Close()
		if got := spend(100 * time.Millisecond); got != 200*time.Millisecond {
			t.Errorf("one screen alone waits for %v, want twice the effort", got)
		}
		a.Close()
	})
}

// What arrives while the terminal takes nothing isn't drawn, and all of it is in the one frame that comes when it does.
func TestSuperseded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := (&Budget{Bytes: 1 << 30, Share: 1, Whole: 1}).Open()
		defer a.Close()
		r := newRoot(t.Context(), Config{Store: model.New(model.Limits{}), Theme: ThemeDark, Account: a})
		frames := 0
		update := func(msg tea.Msg) {
			before := r.drawn
			r.drawn = time.Time{} // as if the time for a frame had come
			if r.Update(msg); r.drawn.IsZero() {
				r.drawn = before
				return
			}
			frames++
		}
		update(tea.WindowSizeMsg{Width: 120, Height: 36})
		a.Wrote(5000)
		for range 100 {
			time.Sleep(frameInterval)
			update(wakeMsg{changed: true})
		}
		if frames != 1 {
			t.Errorf("%d frames were drawn for a terminal that took none after the first", frames)
		}
		a.Took(5000)
		update(frameMsg(r.ticks))
		if frames != 2 || r.dirty {
			t.Error("no frame is drawn when the terminal has taken all")
		}
		a.Wrote(5000)
		if update(press("?")); frames != 3 {
			t.Error("a key's answer waits for a terminal with little on its way")
		}
	})
}
