package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"goapptrace/protocol"
	"goapptrace/ui/safe"
)

// screen drives a root without a terminal.
type screen struct {
	tb   testing.TB
	root *root
	now  time.Time
	sent []tea.Msg // what commands returned
}

func newScreen(tb testing.TB, config Config, width, height int) *screen {
	s := &screen{tb: tb, now: fixtureNow}
	config.Now = func() time.Time { return s.now }
	s.root = newRoot(tb.Context(), config)
	s.root.after = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	s.send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor}, tea.WindowSizeMsg{Width: width, Height: height})
	return s
}

// send has the root take in messages and draw what came of them, without the rate limit of its Update.
func (s *screen) send(msgs ...tea.Msg) {
	s.tb.Helper()
	for _, msg := range msgs {
		s.run(s.root.handle(msg))
	}
	s.root.draw()
	s.run(s.root.work())
}

// run carries out a command and what comes of it.
func (s *screen) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	case openMsg, closeMsg, showCallsMsg, showCallMsg, showGoroutineMsg, showPacketMsg, showTimelineMsg, showFindingMsg, addWatcherMsg, keepWatchersMsg, noticeMsg, editMsg, traceMsg, workedMsg:
		s.send(msg)
	case nil:
	default:
		s.sent = append(s.sent, msg)
	}
}

// press types keys by their names.
func (s *screen) press(keys ...string) {
	s.tb.Helper()
	for _, k := range keys {
		s.send(press(k))
	}
}

func press(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"tab": tea.KeyTab, "enter": tea.KeyEnter, "esc": tea.KeyEscape, "space": tea.KeySpace,
		"up": tea.KeyUp, "down": tea.KeyDown, "end": tea.KeyEnd, "backspace": tea.KeyBackspace,
	}
	if base, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(base[0]), Mod: tea.ModCtrl}
	}
	if base, ok := strings.CutPrefix(name, "shift+"); ok {
		return tea.KeyPressMsg{Code: special[base], Mod: tea.ModShift}
	}
	if code, ok := special[name]; ok {
		msg := tea.KeyPressMsg{Code: code}
		if code == tea.KeySpace {
			msg.Text = " "
		}
		return msg
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// text is the screen without its colours.
func (s *screen) text() string { return safe.Plain(s.root.View().Content) }

func (s *screen) wants(parts ...string) {
	s.tb.Helper()
	for _, part := range parts {
		if !strings.Contains(s.text(), part) {
			s.tb.Fatalf("the screen doesn't show %q:\n%s", part, s.text())
		}
	}
}

func (s *screen) lacks(parts ...string) {
	s.tb.Helper()
	for _, part := range parts {
		if strings.Contains(s.text(), part) {
			s.tb.Fatalf("the screen shows %q:\n%s", part, s.text())
		}
	}
}

// selectSession puts the cursor of the session list on a session.
func (s *screen) selectSession(id uint64) {
	s.root.sessions.chosen, s.root.sessions.byUser = id, true
	s.send()
}

// commander notes what it was asked to do.
type commander struct {
	ended, cut []uint64
	traced     []protocol.Packet
	refusal    error
}

func (c *commander) Shutdown(session uint64) error {
	c.ended = append(c.ended, session)
	return nil
}

func (c *commander) Cut(session uint64) error {
	c.cut = append(c.cut, session)
	return nil
}

func (c *commander) Trace(_ uint64, cmd protocol.Packet) error {
	c.traced = append(c.traced, cmd)
	return c.refusal
}
