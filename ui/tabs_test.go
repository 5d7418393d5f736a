package ui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// At 80 by 24 cells each tab has a name, whichever is open and whatever it is filtered by, and the open one is told apart
// without colours.
func TestTabsHaveNames(t *testing.T) {
	f := newFixture(t)
	for _, filter := range []string{"", "a", "err", "dur > 10ms and (err or panic) and func ~ Load"} {
		s := newScreen(t, Config{Store: f.store, Addresses: addresses}, 80, 24)
		s.selectSession(f.shop.ID())
		for i := range s.root.tabs {
			s.press(fmt.Sprint(i + 1))
			shown := ""
			if target, ok := s.root.tabs[i].(filterable); ok {
				target.setFilter(filter)
				shown = target.filter() // empty if it makes no sense here
			}
			s.send()
			line := strings.Split(s.text(), "\n")[1]
			for k, short := range []string{"Call", "Fun", "Gor", "Fla", "Tim", "P", "Out", "Wat"} {
				if !regexp.MustCompile(fmt.Sprintf(`\b%d ?%s`, k+1, short)).MatchString(line) {
					t.Errorf("tab %d, filter %q: %s is not in %s", i+1, filter, short, line)
				}
				s.click(t, k+1, short)
			}
			s.press(fmt.Sprint(i + 1))
			if !strings.Contains(s.root.drawStrip(56, true), s.root.env.styles.Pane.FocusedTab.on) {
				t.Errorf("tab %d: the open one isn't told apart", i+1)
			}
			if shown != "" && !strings.Contains(line, "/"+shown[:1]) {
				t.Errorf("tab %d: nothing tells of the filter %q: %s", i+1, shown, line)
			}
		}
	}
}

// click clicks on a tab's name, and checks that the tab opens.
func (s *screen) click(t *testing.T, number int, name string) {
	t.Helper()
	tab, _ := s.root.layout.find(slotTab)
	line := []rune(strings.Split(s.text(), "\n")[tab.title.y])
	before, _, _ := strings.Cut(string(line), name)
	s.send(tea.MouseClickMsg{X: len([]rune(before)), Y: tab.title.y, Button: tea.MouseLeft})
	if s.root.tab != number-1 {
		t.Errorf("a click on %s opens tab %d", name, s.root.tab+1)
	}
}
