package ui

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
	"goapptrace/protocol"
)

// nasty is what no terminal may see: a title, colours, a clipboard write, a DCS and an APC string, C1 controls in both
// spellings, text turned around, hidden and invalid characters.
const nasty = "\x1b]0;owned\x07\x1b[31mred\x1b]52;c;b3duZWQ=\x07\x1bPq\x1b\\\x1b_G\x1b\\\u009b2J\x9b2J\r\n\b\x7f\u202eevil\u200b\ufeff\U000e0041\xff"

// hostileSession says nasty things wherever a peer can say anything.
func hostileSession(f *fixture) *model.Session {
	s, at := f.add(time.Minute, "peer"+nasty)
	h := &protocol.ClientHelloPacket{
		AppName: nasty, ProtocolVersion: nasty, PID: -1 << 63, Host: nasty, ExecPath: nasty, GoVersion: nasty,
		ModulePath: nasty, ModuleVersion: nasty, Revision: nasty, WallClock: at.UnixNano(), Epoch: 3,
	}
	f.frame(s, at, protocol.In, h)
	s.Step(protocol.Step{Name: "step" + nasty, Detail: nasty})
	s.Step(protocol.Step{Name: nasty, Detail: nasty, Fix: nasty, Outcome: protocol.OutcomeFailed})
	s.Hello(h, protocol.Current)
	s.State(at, protocol.StateEstablished, nasty)
	f.frame(s, at, protocol.In, &protocol.SymbolPacket{Symbols: &protocol.Symbols{
		Funcs:      []*protocol.FuncSymbol{{ID: 1, Name: "main." + nasty, File: "/" + nasty}, {ID: 2, Name: nasty, File: nasty}},
		FuncStatus: []*protocol.FuncStatus{{ID: 1, Func: 1, Line: 1}, {ID: 2, Func: 2, Line: 1 << 63}},
	}})
	f.send(s, at, 1, []protocol.Event{{Time: 1, Func: 1, G: 1}, {Time: 2, Func: 2, G: 1}, {Time: 3, Func: 2, G: 1, Kind: protocol.LeaveError}})
	f.frame(s, at, protocol.In, &protocol.DetailsPacket{
		Gs: []uint64{1, 1, 1, 1}, Starts: []int64{2, 2, 2, 2},
		Kinds: []byte{protocol.DetailArgs, protocol.DetailResults, protocol.DetailError, protocol.DetailSpan},
		Texts: []protocol.Text{nasty, "a=" + nasty + ", b=\"" + nasty, nasty, nasty},
	})
	f.frame(s, at, protocol.In, &protocol.GoroutinesPacket{
		IDs: []uint64{1, 2}, Parents: []uint64{2, 1}, Sites: []uint64{1, 1}, SiteIDs: []uint64{1},
		Entries: []protocol.Text{nasty}, Creators: []protocol.Text{nasty}, Files: []protocol.Text{"/" + nasty}, Lines: []uint64{1 << 63},
	})
	f.frame(s, at, protocol.In, &protocol.LogPacket{Time: 3, G: 1 << 63, Stream: "slog", Level: nasty, Message: nasty})
	f.frame(s, at, protocol.In, &protocol.LogPacket{Stream: nasty, Level: nasty, Message: nasty, Keys: []protocol.Text{nasty}, Values: []protocol.Text{nasty}})
	f.frame(s, at, protocol.In, &protocol.AckPacket{Error: nasty})
	f.frame(s, at, protocol.In, &protocol.CountersPacket{LostCauses: []protocol.Text{nasty}, LostEvents: []uint64{1}})
	f.frame(s, at, protocol.Out, &protocol.StartTraceCmdPacket{ModuleName: nasty, Pattern: nasty, Mode: nasty})
	s.Output(at, "stdout", []byte(nasty+"\n"+nasty))
	s.Output(at, "stderr"+nasty, []byte(nasty+"\n"))
	return s
}

var (
	styling  = regexp.MustCompile(`\x1b\[[0-9;:]*m`)
	harmless = regexp.MustCompile(`^[\n -~\x{a1}-\x{ac}\x{ae}-\x{2ff}\x{370}-\x{5ff}\x{2010}-\x{2027}\x{2030}-\x{205e}\x{2190}-\x{27ff}\x{2900}-\x{2bff}\x{fffd}]*$`)
)

// harmlessScreen checks all that a frame sends to the terminal.
func (s *screen) harmlessScreen() {
	s.tb.Helper()
	view := s.root.View()
	for _, text := range []string{view.Content, view.WindowTitle} {
		if !utf8.ValidString(text) {
			s.tb.Fatalf("the screen is not UTF-8")
		}
		for i, line := range strings.Split(styling.ReplaceAllString(text, ""), "\n") {
			if !harmless.MatchString(line) {
				s.tb.Fatalf("line %d holds what strangers sent: %q", i, line)
			}
		}
	}
}

func TestStrangersTextIsHarmless(t *testing.T) {
	ends := map[string]func(f *fixture, s *model.Session){
		"established": func(*fixture, *model.Session) {},
		"refused":     func(_ *fixture, s *model.Session) { s.State(fixtureNow, protocol.StateRefused, nasty) },
		"closed":      func(_ *fixture, s *model.Session) { s.State(fixtureNow, protocol.StateClosed, nasty) },
		"lost":        func(_ *fixture, s *model.Session) { s.State(fixtureNow, protocol.StateLost, nasty) },
		"killed":      func(_ *fixture, s *model.Session) { s.Exited(fixtureNow, model.Exit{Status: -1, Signal: nasty}) },
		"crashed":     func(_ *fixture, s *model.Session) { s.Exited(fixtureNow, model.Exit{Status: 2, Crash: nasty}) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			hostile := hostileSession(f)
			end(f, hostile)
			config := Config{
				Store: f.store, Commander: new(commander), Program: hostileProgram{}, Editor: "vi",
				Addresses: []string{nasty}, Notices: []string{nasty},
			}
			for _, size := range [][2]int{{80, 24}, {300, 90}} {
				s := newScreen(t, config, size[0], size[1])
				s.selectSession(hostile.ID())
				s.visitEverything()
			}
		})
	}
}

// visitEverything goes through all panes and opens what they have.
func (s *screen) visitEverything() {
	s.tb.Helper()
	for _, keys := range [][]string{
		{"1"}, {"[", "e"}, {"t"}, {"T"}, {"enter"}, {"G"}, {"y"}, {"esc"}, {"g", "enter"}, {"esc"}, {"2"}, {"enter"}, {"3"}, {"y"}, {"E"}, {"v"}, {"y"}, {"j", "enter"}, {"y"}, {"u"}, {"esc"}, {"4"}, {"y"}, {"o"}, {"q"}, {"esc"}, {"x"}, {"esc"}, {"?"}, {"esc"}, {"tab"},
	} {
		s.press(keys...)
		s.harmlessScreen()
	}
	s.press("6", "v", "v", "G")
	s.harmlessScreen()
	for range 14 { // every packet, field by field
		s.press("<", "l", "e", "g")
		for range 4 {
			s.press("ctrl+d", "y")
			s.harmlessScreen()
		}
		s.press("Y", "b", "y", "l")
		s.harmlessScreen()
		s.press("esc", "esc")
	}
	for range 4 {
		s.press("tab", "z", "y", "z")
		s.harmlessScreen()
	}
	copied := 0
	for _, msg := range s.sent {
		text, ok := clipboardText(msg)
		if !ok {
			continue
		}
		copied++
		if !harmless.MatchString(text) {
			s.tb.Fatalf("the clipboard gets what strangers sent: %q", text)
		}
	}
	if copied == 0 {
		s.tb.Error("nothing was copied")
	}
}

func TestWelcomeIsHarmless(t *testing.T) {
	store := model.New(model.Limits{})
	for _, program := range []Program{nil, hostileProgram{}} {
		newScreen(t, Config{Store: store, Addresses: []string{nasty}, Notices: []string{nasty}, Program: program}, 120, 36).harmlessScreen()
	}
}

type hostileProgram struct{}

func (hostileProgram) Name() string  { return nasty }
func (hostileProgram) Running() bool { return true }
func (hostileProgram) Stop()         {}

// clipboardText is what tea.SetClipboard was asked to set, whose message has no name outside of its package.
func clipboardText(msg tea.Msg) (string, bool) {
	v := reflect.ValueOf(msg)
	return fmt.Sprint(msg), v.Kind() == reflect.String && strings.HasSuffix(v.Type().Name(), "setClipboardMsg")
}
