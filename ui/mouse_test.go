package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"goapptrace/ui/safe"
)

// clickOn clicks on a text on the screen.
func (s *screen) clickOn(text string) {
	s.tb.Helper()
	for y, line := range strings.Split(s.text(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			at := tea.Mouse{X: safe.Width(before), Y: y, Button: tea.MouseLeft}
			s.send(tea.MouseClickMsg(at), tea.MouseReleaseMsg(at))
			return
		}
	}
	s.tb.Fatalf("no %q to click on:\n%s", text, s.text())
}

// dragTo presses the mouse at one place and lets it go at another.
func (s *screen) dragTo(fromX, fromY, toX, toY int) {
	s.send(tea.MouseClickMsg{X: fromX, Y: fromY, Button: tea.MouseLeft})
	s.send(tea.MouseMotionMsg{X: (fromX + toX) / 2, Y: (fromY + toY) / 2, Button: tea.MouseLeft})
	s.send(tea.MouseMotionMsg{X: toX, Y: toY, Button: tea.MouseLeft})
	s.send(tea.MouseReleaseMsg{X: toX, Y: toY, Button: tea.MouseLeft})
}

func TestClickOnKeys(t *testing.T) {
	_, s, _ := shopScreen(t)
	s.clickOn("space pause")
	if !s.root.isPaused() {
		t.Fatal("a click on the footer's pause doesn't pause")
	}
	s.clickOn("‖ paused")
	if s.root.isPaused() {
		t.Fatal("a click on paused doesn't resume")
	}
	s.clickOn("z zoom")
	if !s.root.zoomed {
		t.Fatal("a click on zoom doesn't")
	}
	s.clickOn("z zoom")
	s.clickOn("? help")
	s.wants("Help ─")
	before := s.text()
	s.send(tea.MouseWheelMsg{X: s.root.modalAt.x + 2, Y: s.root.modalAt.y + 2, Button: tea.MouseWheelDown})
	if s.text() == before {
		t.Error("the wheel doesn't scroll the help")
	}
	s.send(tea.MouseClickMsg{X: 0, Y: 0, Button: tea.MouseLeft})
	s.lacks("Help ─")
	s.clickOn("x shut down")
	s.clickOn("n cancel")
	s.lacks("Shut down the session")
	s.clickOn("x shut down")
	s.clickOn("y shut down")
	if c := s.root.config.Commander.(*commander); len(c.ended) != 1 {
		t.Errorf("sessions %v were shut down", c.ended)
	}
}

func TestClickOnTheHeader(t *testing.T) {
	f, s, _ := shopScreen(t)
	f.miss(f.shop, 12345)
	s.send()
	s.clickOn("losing")
	if s.root.focus != slotHandshake {
		t.Errorf("a click on the losses went to %v", s.root.focus)
	}
	s.clickOn("1 session")
	if s.root.focus != slotSessions {
		t.Errorf("a click on the sessions went to %v", s.root.focus)
	}
}

func TestDragDividers(t *testing.T) {
	_, s, _ := shopScreen(t)
	left, _ := s.root.layout.find(slotSessions)
	x := left.title.x + left.title.width
	s.dragTo(x, 8, x+10, 8)
	s.checkSize(t)
	wider, _ := s.root.layout.find(slotSessions)
	if wider.title.width != left.title.width+11 {
		t.Errorf("the left column is %d wide, and was %d", wider.title.width, left.title.width)
	}
	packets, _ := s.root.layout.find(slotPackets)
	s.dragTo(60, packets.title.y, 60, packets.title.y-5)
	s.checkSize(t)
	higher, _ := s.root.layout.find(slotPackets)
	if higher.inner.height != packets.inner.height+5 || higher.title.y != packets.title.y-5 || s.root.focus != slotPackets {
		t.Errorf("the packets have %d lines, and had %d", higher.inner.height, packets.inner.height)
	}
	s.dragTo(60, higher.title.y, 60, 0)
	s.dragTo(x+10, 8, 0, 8)
	s.checkSize(t)
	if tab, _ := s.root.layout.find(slotTab); tab.inner.height < 4 {
		t.Errorf("the tab has %d lines left", tab.inner.height)
	}
	for _, size := range goldenSizes {
		s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		s.checkSize(t)
	}
	s.send(tea.WindowSizeMsg{Width: 50, Height: 40})
	s.checkSize(t)
}

func TestNoMouse(t *testing.T) {
	f := newFixture(t)
	s := newScreen(t, Config{Store: f.store, NoMouse: true}, 120, 36)
	s.clickOn("space pause")
	left, _ := s.root.layout.find(slotSessions)
	s.dragTo(left.title.width, 8, 60, 8)
	if now, _ := s.root.layout.find(slotSessions); s.root.isPaused() || now != left || s.root.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse does something though it is off")
	}
}

// What was said goes at the next click or turn of the wheel, as at the next key, and the click does what it does.
func TestMouseTakesMessagesAway(t *testing.T) {
	_, s, _ := shopScreen(t)
	tab, _ := s.root.layout.find(slotTab)
	say := func() {
		t.Helper()
		s.send(noticeMsg{text: "nobody has seen this"})
		s.wants("nobody has seen this")
	}
	say()
	s.clickOn("Functions")
	if s.lacks("nobody has seen this"); s.root.tab != 1 {
		t.Errorf("the click opened tab %d", s.root.tab)
	}
	say()
	s.send(tea.MouseMotionMsg{X: tab.inner.x + 5, Y: tab.inner.y + 5}, tea.MouseReleaseMsg{X: tab.inner.x + 5, Y: tab.inner.y + 5})
	s.wants("nobody has seen this")
	s.send(tea.MouseWheelMsg{X: tab.inner.x + 5, Y: tab.inner.y + 5, Button: tea.MouseWheelDown})
	s.lacks("nobody has seen this")
	say()
	s.clickOn("nobody has seen this")
	s.lacks("nobody has seen this")
	if s.root.modal != nil || s.root.isPaused() || s.root.zoomed {
		t.Error("a click on what was said pressed a key that wasn't to be seen")
	}
	s.clickOn("z zoom")
	if !s.root.zoomed {
		t.Error("the keys aren't back")
	}
}
