package ui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"goapptrace/model"
)

// faulty panics where it is told to, and else does what a pane does.
type faulty struct {
	pane
	where string
	text  string // of its filter
}

func (p *faulty) fail(where string) {
	if p.where == where {
		panic("boom " + nasty)
	}
}

func (p *faulty) resize(w, h int)                   { p.fail("resize"); p.pane.resize(w, h) }
func (p *faulty) refresh(at moment)                 { p.fail("refresh"); p.pane.refresh(at) }
func (p *faulty) view() string                      { p.fail("view"); return p.pane.view() }
func (p *faulty) setFilter(text string)             { p.fail("setFilter"); p.text = text }
func (p *faulty) filter() string                    { p.fail("filter"); return p.text }
func (p *faulty) searching() bool                   { p.fail("searching"); return false }
func (p *faulty) copyText() string                  { p.fail("copyText"); return "" }
func (p *faulty) location() (file string, line int) { p.fail("location"); return "", 0 }
func (p *faulty) behind() (uint64, string)          { p.fail("behind"); return 0, "" }
func (p *faulty) behindStore() bool                 { p.fail("behindStore"); return false }

func (p *faulty) update(m tea.Msg) (tea.Cmd, bool) {
	p.fail("update")
	return func() tea.Msg { p.fail("command"); return nil }, true
}

func (p *faulty) work() tea.Cmd {
	p.fail("work")
	done := func() { p.fail("worked") }
	return tea.Batch(func() tea.Msg { p.fail("background"); return nil }, func() tea.Msg { return workedMsg{done} })
}

// drive runs a root as Bubble Tea does, one thing after the other, but for frames, which are drawn at once.
func drive(r *root, msg tea.Msg) {
	r.drawn = r.drawn.Add(-frameInterval)
	_, cmd := r.Update(msg)
	follow(r, cmd, 3)
}

// follow carries out commands, and those that come of them, some times over.
func follow(r *root, cmd tea.Cmd, depth int) {
	if cmd == nil || depth == 0 {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			follow(r, c, depth)
		}
	case workedMsg, brokenMsg:
		r.drawn = r.drawn.Add(-frameInterval)
		_, next := r.Update(msg)
		follow(r, next, depth-1)
	}
}

// Whatever fails in whichever tab, that tab alone is closed and says so, also when it fails in the background.
func TestBrokenPaneIsClosed(t *testing.T) {
	tabs := newRoot(t.Context(), Config{Store: model.New(model.Limits{})}).tabs
	for i, tab := range tabs {
		for _, where := range []string{
			"resize", "refresh", "view", "update", "command", "setFilter", "filter", "searching", "copyText", "location", "behind",
			"work", "background", "worked", "behindStore",
		} {
			closes := func(t *testing.T) {
				f := newFixture(t)
				r := newRoot(t.Context(), Config{Store: f.store, Addresses: addresses, Editor: "vi", Now: func() time.Time { return fixtureNow }})
				drive(r, tea.WindowSizeMsg{Width: 120, Height: 36})
				r.tabs[i] = &faulty{pane: r.tabs[i], where: where}
				for _, key := range []string{fmt.Sprint(i + 1), "down", "y", "o", "/", "x", "enter", "space", "space"} {
					drive(r, press(key))
				}
				drive(r, tea.WindowSizeMsg{Width: 121, Height: 36})
				drive(r, wakeMsg{})
				got := plainText(r.View().Content)
				for _, want := range []string{"This pane is closed", "Handshake", "FuncLogBatch"} {
					if !strings.Contains(got, want) {
						t.Fatalf("%q is not in\n%s", want, got)
					}
				}
				if strings.Contains(r.View().Content, nasty) {
					t.Error("the pane's words are shown as they are")
				}
				drive(r, press(fmt.Sprint(1+(i+1)%len(r.tabs))))
				if got := plainText(r.View().Content); strings.Contains(got, "is closed") {
					t.Errorf("another tab is closed, too:\n%s", got)
				}
			}
			t.Run(tab.title()+"-"+where, func(t *testing.T) { synctest.Test(t, closes) }) // where nobody waits for ticks
		}
	}
}
