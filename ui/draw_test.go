package ui

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

// A burst of messages is drawn once, when the next frame is due.
func TestFramesAreLimited(t *testing.T) {
	f := newFixture(t)
	now := fixtureNow
	r := newRoot(t.Context(), Config{Store: f.store, Now: func() time.Time { return now }})
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	first := r.View().Content
	if !strings.Contains(first, "goapptrace") {
		t.Fatal("the first frame has to wait")
	}
	ticks := 0
	for range 100 {
		if _, cmd := r.Update(press("space")); cmd != nil {
			ticks++
		}
	}
	r.Update(press("space"))
	if ticks != 1 || r.View().Content != first {
		t.Errorf("%d ticks were asked for, want 1; frame drawn at once: %v", ticks, r.View().Content != first)
	}
	r.Update(frameMsg(r.ticks))
	if r.View().Content == first {
		t.Error("the frame that was due shows nothing new")
	}
}

// What the user waits for comes sooner than what arrives, also when a later frame was asked for before; that one is forgotten.
func TestAnswersAreHasty(t *testing.T) {
	now := fixtureNow
	r := newRoot(t.Context(), Config{Store: newFixture(t).store, Now: func() time.Time { return now }})
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	drawnAt := func() time.Duration { return r.drawn.Sub(fixtureNow) }
	r.Update(wakeMsg{})
	if got := r.due.Sub(now); got != frameInterval {
		t.Errorf("what has arrived is drawn after %v, want %v", got, frameInterval)
	}
	arrived := frameMsg(r.ticks)
	r.Update(press("space"))
	if got := r.due.Sub(now); got != answerInterval {
		t.Errorf("a key is answered after %v, want %v", got, answerInterval)
	}
	now = now.Add(answerInterval)
	r.Update(frameMsg(r.ticks))
	if drawnAt() != answerInterval {
		t.Fatalf("the answer was drawn at %v", drawnAt())
	}
	now = fixtureNow.Add(frameInterval)
	r.Update(wakeMsg{})
	r.Update(arrived)
	if drawnAt() != answerInterval {
		t.Errorf("a frame that was put off is drawn nevertheless, at %v", drawnAt())
	}
	r.Update(press("space"))
	if drawnAt() != frameInterval {
		t.Errorf("a key after a long time is answered at %v", drawnAt())
	}
}

// The watcher sleeps while nothing changes, and ends with the screen.
func TestWatchSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		store := model.New(model.Limits{})
		r := newRoot(ctx, Config{Store: store})
		woke := make(chan tea.Msg, 1)
		go func() { woke <- r.watch()() }()
		time.Sleep(time.Hour)
		if len(woke) > 0 {
			t.Fatal("an idle screen was woken")
		}
		store.Open(1, time.Now(), "peer")
		time.Sleep(2 * frameInterval)
		if _, ok := (<-woke).(wakeMsg); !ok {
			t.Fatal("a change didn't wake the screen")
		}
		go func() { woke <- r.watch()() }()
		synctest.Wait()
		cancel()
		if msg := <-woke; msg != nil {
			t.Errorf("the end of the screen brought %T", msg)
		}
	})
}

func TestPatience(t *testing.T) {
	f := newFixture(t)
	s := newScreen(t, Config{Store: f.store}, 80, 24)
	if got := s.root.patience(); got != tickInterval {
		t.Errorf("with open calls the screen waits %v, want %v", got, tickInterval)
	}
	for quiet, want := range map[time.Duration]time.Duration{0: idleInterval, 3 * time.Second: 3 * time.Second, time.Hour: idleMost} {
		s.now = fixtureNow.Add(quietAfter)
		s.press("down")
		s.now = s.now.Add(quiet)
		if got := s.root.patience(); got != want {
			t.Errorf("%v after a key, without events, it waits %v, want %v", quiet, got, want)
		}
	}
	f.send(f.shop, f.shop.Row(fixtureNow).Opened, 200, []protocol.Event{{Time: 1, Func: 1, G: 99}})
	s.send()
	if got := s.root.patience(); got != tickInterval {
		t.Errorf("after another event it waits %v, want %v", got, tickInterval)
	}
	s.press("space")
	if got := s.root.patience(); got != idleInterval {
		t.Errorf("paused it waits %v, want %v", got, idleInterval)
	}
	f.close(f.shop, 0, "")
	f.close(f.worker, 0, "")
	s.send()
	if got := s.root.patience(); got != 0 {
		t.Errorf("when all has ended it waits %v, want for ever", got)
	}
}

func TestThemeFollowsTheTerminal(t *testing.T) {
	_, s, _ := shopScreen(t)
	dark := s.root.View().Content
	s.send(tea.BackgroundColorMsg{Color: white{}})
	if s.root.View().Content == dark {
		t.Error("on a light background the colours are those for a dark one")
	}
}

type white struct{}

func (white) RGBA() (r, g, b, a uint32) { return 0xffff, 0xffff, 0xffff, 0xffff }

func TestMouse(t *testing.T) {
	f, s, _ := shopScreen(t)
	click := func(x, y int) { s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}) }
	click(5, 4) // the third row of the sessions
	if s.root.focus != slotSessions || s.root.sessions.selected() != f.batch.ID() {
		t.Errorf("a click focused %v and selected %d", s.root.focus, s.root.sessions.selected())
	}
	click(5, 2)
	tab, _ := s.root.layout.find(slotTab)
	click(tab.title.x+strings.Index(" 1 Calls  2 Functions", "2 F")+2, tab.title.y)
	if s.root.tab != 1 || s.root.focus != slotTab {
		t.Errorf("a click on a tab's name opened tab %d", s.root.tab)
	}
	s.press("1")
	before := s.text()
	s.send(tea.MouseWheelMsg{X: tab.inner.x + 5, Y: tab.inner.y + 5, Button: tea.MouseWheelUp})
	if s.text() == before {
		t.Error("the wheel doesn't scroll the calls")
	}
	if s.root.View().MouseMode == tea.MouseModeNone {
		t.Error("the terminal isn't asked for the mouse")
	}
}

func TestMouseCanBeTurnedOff(t *testing.T) {
	s := newScreen(t, Config{Store: newFixture(t).store, NoMouse: true}, 120, 36)
	s.send(tea.MouseClickMsg{X: 5, Y: 4, Button: tea.MouseLeft})
	if s.root.focus != slotTab || s.root.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse works although it is turned off")
	}
}

func TestSessionsScroll(t *testing.T) {
	f := newFixture(t)
	for i := range 100 {
		f.open("app", int64(6000+i), time.Minute)
	}
	s := newScreen(t, Config{Store: f.store}, 120, 36)
	s.press("tab", "tab", "G")
	s.wants("▸✗ 10.0.0.7")
	s.press("g")
	s.wants("▸● shop")
	for i := range 60 {
		s.press("down")
		if i == 50 {
			s.lacks("● shop")
		}
	}
	s.wants("▸● app       6058")
}
