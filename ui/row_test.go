package ui

import (
	"strings"
	"testing"

	"goapptrace/model"
	"goapptrace/protocol"
)

// Whatever the size, every pane fills it exactly.
func TestPanesFitEverywhere(t *testing.T) {
	f := newFixture(t)
	f.miss(f.shop, 5)
	zoo := f.zoo()
	zoo.Output(fixtureNow, "stdout", []byte("注文\t🚀 "+strings.Repeat("長", 300)+"\n"))
	for name, newPane := range map[string]func(*env) pane{
		"calls": callsTab, "functions": newFunctionsPane, "packets": newPacketsPane, "output": newOutputPane, "goroutines": goroutinesTab,
	} {
		for _, session := range []*model.Session{nil, zoo, f.shop} {
			for width := 0; width < 130; width += 3 {
				for _, height := range []int{1, 2, 3, 9} {
					s := &stage{tb: t, pane: newPane(newTestEnv()), size: [2]int{width, height}}
					s.at = moment{now: fixtureNow, session: here(session), focused: true, paused: height == 9}
					s.pane.resize(width, height)
					s.pane.refresh(s.at)
					s.press("k", "enter")
					s.lines()
					if t.Failed() {
						t.Fatalf("%s at %dx%d", name, width, height)
					}
				}
			}
		}
	}
}

func TestBeginningKeepsLettersWhole(t *testing.T) {
	long := protocol.Text("a" + strings.Repeat("注", 4096))
	for width := range 100 {
		got := clean(long, width)
		if strings.Contains(got, `\x`) || !strings.HasPrefix(string(long), got) {
			t.Fatalf("the first %d cells are %q", width, got)
		}
		if len(got) < 2*width || len(got) > 20*(width+1) {
			t.Fatalf("the first %d cells take %d bytes", width, len(got))
		}
	}
}
