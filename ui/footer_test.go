package ui

import (
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"

	"goapptrace/ui/safe"
)

// The footer offers no key that would be taken as text, or that means something else just now.
func TestFooterOffersWhatWorks(t *testing.T) {
	f, c := newFixture(t), new(commander)
	s := newScreen(t, Config{Store: f.store, Commander: c, Addresses: addresses, Input: new(fakeInput)}, 120, 36)
	offered := func() []string {
		var keys []string
		for _, b := range s.root.footerKeys() {
			keys = append(keys, b.Help().Key)
		}
		return keys
	}
	if s.press("7"); !slices.Contains(offered(), "/") || !strings.Contains(s.root.keyLine(), "quit") {
		t.Fatalf("the Output tab offers %q", s.root.keyLine())
	}
	s.press("i")
	if got := offered(); slices.ContainsFunc(got, func(k string) bool { return len(k) == 1 }) || strings.Contains(s.root.keyLine(), "quit") {
		t.Errorf("while a line is typed, %q offers keys that are text: %q", s.root.keyLine(), got)
	}
	s.press("esc", "1", "k", "enter")
	if s.root.opened == nil {
		t.Fatal("enter opens no call")
	}
	if line := s.root.keyLine(); strings.Contains(line, "quit") || !strings.Contains(line, "help") {
		t.Errorf("with a call open, %q says that q quits", line)
	}
	if !key.Matches(press("q"), s.root.keys.Quit) {
		t.Fatal("q is another key now")
	}
	if s.press("q"); s.root.opened != nil {
		t.Error("q doesn't close the call")
	}
}

// Keys that the user has taken away leave no gaps.
func TestFooterWithoutKeys(t *testing.T) {
	_, s := keyedScreen(t, map[string]map[string][]string{"global": {"palette": {}, "help": {}, "zoom": {}}})
	if line := safe.Plain(s.root.keyLine()); !strings.Contains(line, "]e next error  q quit") || strings.Contains(line, "zoom") {
		t.Errorf("the footer is %q", line)
	}
	s.press("k", "enter")
	if line := s.root.keyLine(); strings.Contains(line, "help") {
		t.Errorf("with a call open the footer is %q", line)
	}
}
