package ui

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

func keyedScreen(t *testing.T, keys map[string]map[string][]string) (*fixture, *screen) {
	f := newFixture(t)
	return f, newScreen(t, Config{Store: f.store, Commander: new(commander), Addresses: addresses, Keys: keys}, 120, 36)
}

func TestOtherKeys(t *testing.T) {
	_, s := keyedScreen(t, map[string]map[string][]string{
		"global": {"pause": {"ctrl+y", "f2"}, "open-tab-output": {"ctrl+o"}, "help": {"g h"}, "zoom": {}},
		"move":   {"down": {"f6"}},
		"calls":  {"goroutine": {"ctrl+g"}, "previous-error": {"f4"}, "open": {"] o"}},
	})
	s.wants("] o open", "ctrl+y/f2 pause")
	s.press("space")
	if s.root.isPaused() {
		t.Fatal("space pauses, though pause has other keys")
	}
	s.press("ctrl+y")
	if !s.root.isPaused() {
		t.Fatal("ctrl+y doesn't pause")
	}
	s.send(mustPress(t, "f2"))
	if s.root.isPaused() {
		t.Fatal("f2 doesn't resume")
	}
	s.send(mustPress(t, "f4"))
	failed, _ := s.root.calls.list.selected()
	if failed.End != model.EndError {
		t.Fatalf("f4 went to %+v", failed)
	}
	s.press("j")
	if row, _ := s.root.calls.list.selected(); row.Seq != failed.Seq {
		t.Fatal("keys that were taken away still do something")
	}
	s.send(mustPress(t, "f6"))
	if row, _ := s.root.calls.list.selected(); row.Seq == failed.Seq {
		t.Fatal("f6 doesn't go down")
	}
	s.press("]", "o")
	if s.root.opened == nil {
		t.Fatal("] o opens nothing")
	}
	s.press("esc", "ctrl+g")
	if s.root.tab != 2 {
		t.Fatal("ctrl+g doesn't go to the goroutine")
	}
	s.press("z")
	if s.root.zoomed {
		t.Fatal("z zooms, though zoom has no key")
	}
	s.press("ctrl+o")
	if s.root.tab != 6 {
		t.Fatalf("ctrl+o opened tab %d", s.root.tab)
	}
	s.press("g", "h")
	s.wants("Help ─", "g h", "ctrl+y/f2")
	s.press("esc")
	s.typed(":pause and")
	s.wants("ctrl+y/f2")
	s.press("enter")
	if !s.root.isPaused() {
		t.Error("the palette doesn't know an action that has another key")
	}
}

func mustPress(t *testing.T, name string) tea.Msg {
	t.Helper()
	press, ok := keyPress(name)
	if !ok {
		t.Fatalf("%q is no key", name)
	}
	return press
}

func TestKeyPress(t *testing.T) {
	for _, a := range Actions() {
		for _, keys := range a.Keys {
			if err := CheckKey(keys); err != nil {
				t.Errorf("%s.%s: %v", a.Scope, a.Name, err)
			}
			for part := range strings.SplitSeq(keys, " ") {
				if msg, ok := keyPress(part); !ok || msg.String() != part {
					t.Errorf("%s.%s: the key %q is %q when pressed", a.Scope, a.Name, part, msg)
				}
			}
		}
	}
	for _, name := range []string{"f5", "alt+x", "ctrl+alt+up", "é", "+", "alt++"} {
		if msg, ok := keyPress(name); !ok || msg.String() != name {
			t.Errorf("%q is %q when pressed", name, msg)
		}
	}
	for _, name := range []string{"", " ", "a b c", "ctrl+h", "ctrl+c", "hyper+x", "Ctrl+x", "f21", "shift+a", "xx", "\x1b", "ctrl+"} {
		if CheckKey(name) == nil {
			t.Errorf("%q is taken for a key", name)
		}
	}
}

// Names are what the file of settings has, so that they mustn't be alike.
func TestActions(t *testing.T) {
	actions := Actions()
	seen := map[string]bool{}
	for _, a := range actions {
		name := a.Scope + "." + a.Name
		if seen[name] || !regexp.MustCompile(`^[a-z-]+\.[a-z0-9-]+$`).MatchString(name) {
			t.Errorf("there is an action %q", name)
		}
		seen[name] = true
	}
	for i, a := range actions {
		if first := slices.IndexFunc(actions, func(b Action) bool { return b.Scope == a.Scope }); i > first && actions[i-1].Scope != a.Scope {
			t.Errorf("the actions of %s aren't side by side, as they are in a file", a.Scope)
		}
	}
	for _, want := range []string{
		"packets.open", "packets.unfold", "packets.fold", "packets.next-byte", "packets.next-packet", "packets.packets-of-the-type", "output.type-to-the-program",
	} {
		if !seen[want] {
			t.Errorf("there is no action %q, which means something at other times", want)
		}
	}
	for _, want := range []string{"global.zoom", "global.palette", "move.page-down", "calls.goroutine", "functions.trace-package", "flame.baseline"} {
		if !seen[want] {
			t.Errorf("there is no action %q", want)
		}
	}
}

// What means something only inside of a packet can have other keys, too.
func TestOtherKeysInPackets(t *testing.T) {
	_, s := keyedScreen(t, map[string]map[string][]string{
		"packets": {"next-packet": {"f7"}, "bytes": {"f8"}, "next-byte": {"f9"}, "back-to-the-packets": {"f10"}},
	})
	s.press("6", "g", "l")
	press := func(names ...string) {
		for _, name := range names {
			s.send(mustPress(t, name))
		}
	}
	wire := s.root.wire
	if wire.part != wireFields {
		t.Fatal("l doesn't go to the fields")
	}
	before := wire.shown.row.Seq
	press("f7")
	if wire.shown.row.Seq != before+1 {
		t.Errorf("f7 shows packet %d after %d", wire.shown.row.Seq, before)
	}
	press("f8")
	at := wire.bytes.at
	press("f9", "f9")
	if wire.part != wireHex || wire.bytes.at != at+2 {
		t.Errorf("f8 and f9 lead to byte %d of part %d, want %d", wire.bytes.at, wire.part, at+2)
	}
	press("enter", "f10")
	if wire.part != wireList {
		t.Error("f10 doesn't lead back")
	}
}

// What enter does in the Functions tab depends on the cell. It is one action all the same.
func TestOtherKeyForCells(t *testing.T) {
	_, s := keyedScreen(t, map[string]map[string][]string{"functions": {"open": {"f7"}}})
	s.press("2")
	for range functionColumns {
		s.wants("f7 ")
		s.lacks("enter")
		s.press("right")
	}
}

func TestColumnsAreArranged(t *testing.T) {
	f := newFixture(t)
	config := Config{Store: f.store, Columns: map[string][]string{
		"calls": {"duration", "call"}, "functions": {"function", "self", "calls"},
	}}
	s := newScreen(t, config, 120, 36)
	s.checkSize(t)
	s.wants(" duration   call ", "37.2 ms !  ▾ main.(*Server).order")
	s.lacks("12:03:43.920000  g17")
	s.press("2")
	s.checkSize(t)
	s.wants("function ", " self ")
	head := strings.Split(s.text(), "\n")[2]
	if strings.Contains(head, "total") || strings.Index(head, "self") > strings.Index(head, "calls") {
		t.Errorf("the columns are %q", head)
	}
	table := s.root.tables()["functions"]
	if at := strings.Index(head, "self"); table.column(len([]rune(head[:at]))-31) != functionSelf {
		t.Errorf("a click on self is one on column %d", table.column(len([]rune(head[:at]))-31))
	}
	for tab, names := range Columns() {
		for i, name := range names {
			if slices.Index(names, name) != i {
				t.Errorf("%s has two columns %q", tab, name)
			}
		}
	}
}

func TestOtherColours(t *testing.T) {
	f := newFixture(t)
	s := newScreen(t, Config{Store: f.store, Theme: ThemeDark, DarkColors: map[string]string{"accent": "#123456"}, LightColors: map[string]string{"accent": "#654321"}}, 120, 36)
	const dark, light = "38;2;18;52;86m", "38;2;101;67;33m"
	if !strings.Contains(s.root.View().Content, dark) {
		t.Error("the dark theme lacks the user's colour")
	}
	s.typed(":colours light")
	s.press("enter")
	if got := s.root.View().Content; !strings.Contains(got, light) || strings.Contains(got, dark) {
		t.Error("the light theme lacks the user's colour")
	}
}
